import {inputError, usageError} from '../../base/errors.ts';
import {formatDollars} from '../../base/format.ts';
import {shapleyParts} from '../../base/shapley.ts';
import {US_PER_DAY} from '../../base/units.ts';
import type {PriceSheet} from '../../cost/prices.ts';
import {namedPriceSheet} from '../../cost/sheets.ts';
import type {ContentionRequest} from '../../fleet/contention/read-contention.ts';
import type {ReplayOptions} from '../../replay/options.ts';
import type {PolicyChoice} from '../../replay/policies/policy.ts';
import {policies} from '../../replay/policies/registry.ts';
import {chargesOf} from '../../replay/report/chargeback.ts';
import {replayReport} from '../../replay/report/replay-report.ts';
import type {Threads} from '../../replay/threads.ts';
import type {Workload} from '../../workload/workload.ts';
import type {Listener} from '../listener.ts';
import type {Artifact} from '../read-artifact.ts';
import {replayWorkload, settled} from '../replay.ts';
import {readDemand} from '../scaling/read-demand.ts';
import {type Change, causes, type FunctionChange, type WhyReport} from './why-report.ts';

/** How both sides are replayed, where that is asked. */
export interface WhyRequest {
  /** One of both sides, or one of each. */
  readonly workloads: readonly string[];
  /** The same; none: the sheets that the reports name. */
  readonly sheets: readonly PriceSheet[];
  /** The same; none: what the reports, or plan files, are of. */
  readonly policies: readonly PolicyChoice[];
  readonly options: (prices: PriceSheet) => ReplayOptions;
  readonly functions: string | undefined;
  readonly contention: ContentionRequest | undefined;
  readonly threads: Threads;
}

/** A file that is compared, and what it says. */
export interface Compared {
  readonly path: string;
  readonly artifact: Artifact;
}

interface Side {
  readonly path: string;
  readonly workload: string;
  readonly policy: PolicyChoice;
  readonly prices: PriceSheet;
  /** What the report says of the replay; NaN: it says nothing. */
  readonly usdPerDay: number;
}

/** What one mixture of both sides costs: dollars a day by function, and of all. */
interface Corner {
  readonly usdPerDay: number;
  readonly byFunction: ReadonlyMap<string, number>;
}

/** How far sums over functions may be from what a report says. */
const TOLERANCE = 1e-6;

/** Replays both sides and every mixture of their demand, prices and policy, and shares the change out among the three. */
export async function whyChanged(
  before: Compared,
  after: Compared,
  request: WhyRequest,
  listener: Listener,
): Promise<WhyReport> {
  const sides = [sideOf(before, 0, request), sideOf(after, 1, request)] as const;
  const corners = new Corners(sides, request, listener);
  const all: Corner[] = [];
  for (let come = 0; come < 1 << causes.length; come++) all.push(await corners.corner(come));
  for (const [side, corner] of [
    [sides[0], all[0]!],
    [sides[1], all.at(-1)!],
  ] as const)
    checkFound(side, corner);
  const names = [...new Set(all.flatMap(({byFunction}) => [...byFunction.keys()]))];
  const functions = names.map((key): FunctionChange => {
    const [owner, app, name] = JSON.parse(key) as [string, string, string];
    const of = (come: number): number => all[come]!.byFunction.get(key) ?? 0;
    return {function: name, app, owner, ...changeOf(of)};
  });
  const size = ({before: was, after: is}: Change): number => Math.abs(is - was);
  functions.sort((a, b) => size(b) - size(a) || (a.function < b.function ? -1 : 1));
  const told = ({workload, policy, prices}: Side, k: number) => ({
    workload,
    policy: policy.text,
    sheet: prices.origin?.sheet ?? `sheet ${k + 1}`,
  });
  return {
    before: told(sides[0], 0),
    after: told(sides[1], 1),
    replays: corners.replays,
    usdPerDay: changeOf((come) => all[come]!.usdPerDay),
    functions,
  };
}

function changeOf(of: (come: number) => number): Change {
  const [demand, prices, policy] = shapleyParts(causes.length, of) as [number, number, number];
  return {before: of(0), after: of((1 << causes.length) - 1), demand, prices, policy};
}

/** Replays of mixtures, each once: bit k says of cause k that it is as on the later side. */
class Corners {
  replays = 0;
  private readonly sides: readonly [Side, Side];
  private readonly request: WhyRequest;
  private readonly listener: Listener;
  private readonly read = new Map<string, Promise<Workload>>();
  private readonly found = new Map<string, Promise<Corner>>();

  constructor(sides: readonly [Side, Side], request: WhyRequest, listener: Listener) {
    this.sides = sides;
    this.request = request;
    this.listener = listener;
  }

  corner(come: number): Promise<Corner> {
    const [demand, prices, policy] = causes.map((_, k) => this.sides[(come >> k) & 1]!) as [Side, Side, Side];
    const key = JSON.stringify([demand.workload, prices.prices, policy.policy.text]);
    const known = this.found.get(key) ?? this.replay(demand.workload, prices.prices, policy.policy);
    this.found.set(key, known);
    return known;
  }

  private async replay(path: string, prices: PriceSheet, policy: PolicyChoice): Promise<Corner> {
    const {threads} = this.request;
    this.replays++;
    const read = this.read.get(path) ?? readDemand({path}, this.listener);
    this.read.set(path, read);
    const on = await settled(await read, {...this.request, options: this.request.options(prices)}, this.listener);
    const {workload} = on;
    const task = {policies: [policy], options: on.options, threads};
    const {ledgers, options} = await replayWorkload(workload, path, task, this.listener);
    const [run] = replayReport(workload, ledgers, options, 0).runs;
    const charges = chargesOf(workload, ledgers[0]!, run!.costUsd.total, options, 'function');
    const days = (options.untilUs - options.fromUs) / US_PER_DAY;
    const byFunction = new Map<string, number>();
    for (const {owner, app, payer, usd} of charges) {
      const name = JSON.stringify([owner, app, payer]);
      byFunction.set(name, (byFunction.get(name) ?? 0) + usd / days);
    }
    return {usdPerDay: run!.usdPerDay, byFunction};
  }
}

function sideOf({path, artifact}: Compared, k: number, request: WhyRequest): Side {
  const own = <T>(given: readonly T[]): T | undefined => given[k] ?? given[0];
  const policy = own(request.policies) ?? policies.parse(policyIn(path, artifact), '--policy');
  const facts = artifact.facts.find(({label}) => label === policy.text);
  return {
    path,
    workload: own(request.workloads)!,
    policy,
    prices: own(request.sheets) ?? sheetIn(path, artifact),
    usdPerDay: facts?.usdPerDay ?? Number.NaN,
  };
}

function policyIn(path: string, {kind, facts}: Artifact): string {
  if (kind === 'plan') return `plan:file=${path}`;
  const [only, ...more] = facts;
  if (only === undefined || more.length > 0 || only.label === 'plan') {
    throw usageError(
      only?.label === 'plan'
        ? `${path} is the report of a plan, which cannot be replayed`
        : `${path} has ${facts.length} runs, and one is to be compared`,
      only?.label === 'plan' ? 'give the plan file' : 'name its policy: --policy POLICY, once a side',
    );
  }
  return only.label;
}

function sheetIn(path: string, {facts}: Artifact): PriceSheet {
  const noted = facts[0]?.prices;
  const sheet = noted && noted.given.length === 0 ? namedPriceSheet(noted.sheet) : undefined;
  if (sheet !== undefined) return sheet;
  throw usageError(
    `${path} does not name a price sheet that is known as it is`,
    'give --prices, once a side, with --price and --price-factor as it was made',
  );
}

/** What a report says must be what its replay finds, or the change would be that of something else. */
function checkFound({path, workload, policy, usdPerDay}: Side, corner: Corner): void {
  if (Number.isNaN(usdPerDay) || Math.abs(corner.usdPerDay - usdPerDay) <= TOLERANCE * Math.max(1, usdPerDay)) return;
  throw inputError(
    path,
    `says ${formatDollars(usdPerDay)} a day, and a replay of ${workload} under ${policy.text} finds ${formatDollars(corner.usdPerDay)}`,
    'give the flags that it was made with: --hosts, --cold, --from, --seed and the like',
  );
}
