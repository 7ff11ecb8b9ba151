import {UserError} from '../../base/errors.ts';
import {printable} from '../../base/text.ts';
import {formatTimeUs, US_PER_HOUR, US_PER_MINUTE, writtenTimeUs} from '../../base/units.ts';
import {keepingIsUndecided} from '../../cost/cold-start.ts';
import type {ContentionRequest} from '../../fleet/contention/read-contention.ts';
import {rests} from '../../plan/plan-rest.ts';
import type {PlanSettings} from '../../plan/plan-workload.ts';
import {referencePolicy} from '../../replay/frontier/sweep.ts';
import type {ReplayOptions} from '../../replay/options.ts';
import {isBound, type PolicyChoice} from '../../replay/policies/policy.ts';
import {policies as registry} from '../../replay/policies/registry.ts';
import {chargesOf} from '../../replay/report/chargeback.ts';
import {replayReport} from '../../replay/report/replay-report.ts';
import type {Threads} from '../../replay/threads.ts';
import {readWorkload} from '../../workload/file/file.ts';
import type {Workload} from '../../workload/workload.ts';
import {forecastWorkload} from '../forecast.ts';
import {frontierOf} from '../frontier.ts';
import type {Listener} from '../listener.ts';
import {runPlan} from '../plan.ts';
import {replayWorkload, settled} from '../replay.ts';
import {ReplayLogs} from '../timeline.ts';
import {cameIn, forecastFans} from './forecast-fans.ts';
import type {Sources} from './sources.ts';

/** A workload of which everything is made that the inputs lack. */
export interface RunRequest {
  readonly path: string;
  /** Policies shown in detail; undefined: the baseline and what the sweep advises. */
  readonly policies: readonly PolicyChoice[] | undefined;
  readonly baseline: PolicyChoice | undefined;
  /** Share of the apps that the sweep replays; undefined: all. */
  readonly sample: number | undefined;
  /** Who forecasts. */
  readonly model: string;
  readonly options: ReplayOptions;
  readonly functions: string | undefined;
  readonly contention: ContentionRequest | undefined;
  readonly threads: Threads;
  /** Where what does not fit into memory may lie for a while. */
  readonly near: string;
  /** Flags of replay as they were given, for the commands that the page tells. */
  readonly given: string;
}

const TEAMS = 10;
/** Shares of the trace that are known to the forecast. */
const FORECAST_FROM = 0.8;
const FORECAST_MINUTES = 60;
/** Plans inside the trace that are held against what came after them, where it is so long. */
const ORIGINS = 3;
const SHORTEST_US = US_PER_HOUR;
const QUANTILES = [0.1, 0.5, 0.9];

/** Makes what the sources lack. */
export async function addRun(sources: Sources, request: RunRequest, listener: Listener): Promise<void> {
  const {path, given} = request;
  const read = await readWorkload(path);
  const {workload, options} = await settled(read, request, listener);
  sources.look(workload);
  const made: string[] = [];
  if (sources.frontier === undefined) {
    const {sample, baseline, threads} = request;
    sources.frontier = await frontierOf(
      workload,
      path,
      {policies: undefined, baseline, sample, options, threads},
      listener,
    );
    const flags = `${given}${baseline ? ` --baseline '${baseline.text}'` : ''}${sample === undefined ? '' : ` --sample ${sample}`}`;
    sources.commands.push(`coldfront frontier ${path}${flags} --json > frontier.json`);
    made.push('frontier.json');
  }
  if (sources.replays.length === 0) {
    await addReplay(sources, workload, {...request, options}, listener);
    made.push('replay.json', 'timeline.csv', 'functions.csv');
  }
  if (sources.plan === undefined && (await addPlan(sources, read, {...request, options}, listener)))
    made.push('plan.json');
  if (sources.forecast === undefined && (await addForecast(sources, workload, request, listener)))
    made.push('forecast.arrow');
  sources.commands.push(`coldfront report ${[...made, path].join(' ')} --out report.html`);
}

async function addReplay(sources: Sources, workload: Workload, request: RunRequest, listener: Listener): Promise<void> {
  const {path, options, threads, near, given} = request;
  const policies = request.policies ?? chosen(sources, request.baseline);
  const everyUs = windowFor(workload.meta.spanUs);
  const logs = new ReplayLogs(
    {calls: undefined, timeline: {path: near, everyUs}, by: undefined, force: true},
    workload,
    options,
    policies,
  );
  try {
    const {ledgers, options: own} = await replayWorkload(workload, path, {policies, options, threads}, listener, logs);
    const report = replayReport(workload, ledgers, own, TEAMS);
    sources.replays.push(report);
    for (const [k, ledger] of ledgers.entries()) {
      for (const charge of chargesOf(workload, ledger, report.runs[k]!.costUsd.total, own, 'function')) {
        const {payer, app, owner, p99DelayMs} = charge;
        sources.functions.add(ledger.policy, [payer, app, owner], {...charge, p99DelayMs: p99DelayMs ?? Number.NaN});
      }
    }
    addWindows(sources, logs, policies, own);
  } finally {
    logs.close();
  }
  const named = policies.map(({text}) => ` --policy '${text}'`).join('');
  sources.commands.push(
    `coldfront replay ${path}${named}${given} --timeline timeline.csv --every ${writtenTimeUs(everyUs)} --per-function functions.csv --json > replay.json`,
  );
}

/** The baseline, and what the sweep advises. */
function chosen({frontier}: Sources, baseline: PolicyChoice | undefined): PolicyChoice[] {
  const texts = [baseline?.text ?? referencePolicy, ...(frontier?.advice ? [frontier.advice] : [])];
  return [...new Set(texts)].map((text) => registry.parse(text)).filter(({name}) => !isBound(registry.named(name)));
}

/** A week in hours, a day in minutes. */
function windowFor(spanUs: number): number {
  const lengths = [1, 5, 15, 60, 360, 1440].map((minutes) => minutes * US_PER_MINUTE);
  return lengths.find((us) => spanUs / us <= 1500) ?? lengths.at(-1)!;
}

function addWindows(
  {windows}: Sources,
  logs: ReplayLogs,
  policies: readonly PolicyChoice[],
  options: ReplayOptions,
): void {
  const {columns, batches} = logs.timeline(policies, options);
  const fieldOf = (name: string): number => columns.find((column) => column.name === name)!.field;
  const names = ['from_ms', 'until_ms', 'invocations', 'cold', 'busy', 'idle', 'starting'] as const;
  const rows: number[][][] = policies.map(() => names.map(() => []));
  for (const row of batches) for (const [k, name] of names.entries()) rows[row[0]!]![k]!.push(row[fieldOf(name)]!);
  for (const [k, {text}] of policies.entries()) {
    const [fromMs, untilMs, invocations, cold, busy, idle, starting] = rows[k]!.map((its) => Float64Array.from(its));
    windows.push({
      policy: printable(text),
      fromMs: fromMs!,
      untilMs: untilMs!,
      invocations: invocations!,
      cold: cold!,
      busy: busy!,
      idle: idle!,
      starting: starting!,
    });
  }
}

/** The plan for the fleet and prices of the replay; false where there is none, and the page says why. */
async function addPlan(sources: Sources, {meta}: Workload, request: RunRequest, listener: Listener): Promise<boolean> {
  const {path, options, functions, given, baseline} = request;
  const why = planless(options);
  if (why !== undefined) {
    sources.assumed.push(`No plan: ${why}.`);
    return false;
  }
  const windowUs = meta.spanUs >= 2 * US_PER_HOUR ? US_PER_HOUR : Number.POSITIVE_INFINITY;
  const origins = meta.spanUs >= SHORTEST_US ? ORIGINS : 0;
  const own = baseline ?? registry.parse(referencePolicy);
  try {
    sources.plan = await runPlan(
      {
        path,
        out: undefined,
        force: false,
        settings: planSettingsOf(options, windowUs),
        files: {functions, limits: undefined, events: undefined, teams: undefined, forecast: undefined},
        explain: [],
        granted: {order: 'gain', top: 10},
        refused: TEAMS,
        baseline: own,
        origins,
      },
      listener,
    );
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    sources.assumed.push(`No plan: ${error.message}.`);
    return false;
  }
  const window = Number.isFinite(windowUs) ? ` --window ${writtenTimeUs(windowUs)}` : '';
  sources.commands.push(
    `coldfront plan ${path}${given}${window}${origins > 0 ? ' --validate' : ''} --json > plan.json`,
  );
  return true;
}

/** Why nothing can be planned in such a replay; undefined: it can. */
function planless({platform, prices, contention}: ReplayOptions): string | undefined {
  if (platform !== undefined) return 'on a platform its own settings are sized instead (coldfront plan --platform)';
  if (keepingIsUndecided(prices)) return 'at these prices neither idle time nor waiting costs anything';
  if (prices.hostUsdPerHour > 0) return 'at these prices hosts are charged whole, and a plan prices slots';
  return contention === undefined ? undefined : 'a plan knows nothing of neighbours on a host';
}

function planSettingsOf(options: ReplayOptions, windowUs: number): PlanSettings {
  const {fleet, cells, cold, concurrency, defaultDurationUs, defaultMemoryMib, startsPerSecond, prices, seed} = options;
  const unlimited = Number.POSITIVE_INFINITY;
  return {
    ...{fleet, cells, cold, concurrency, defaultDurationUs, defaultMemoryMib, startsPerSecond, prices, seed, windowUs},
    objective: 'dollars',
    p99StartUs: Number.NaN,
    trainUntilUs: unlimited,
    profile: 'auto',
    curve: 'auto',
    model: undefined,
    budgets: {slots: unlimited, memoryMib: unlimited, usdPerDay: unlimited},
    fair: false,
    rest: rests.parse('auto'),
    tries: true,
    timers: {jitterUs: 1e6, smearUs: 0, smearOwners: []},
  };
}

/** A forecast from inside the trace, so that what came is known; false where the trace is too short. */
async function addForecast(
  sources: Sources,
  workload: Workload,
  {path, model, threads}: RunRequest,
  listener: Listener,
): Promise<boolean> {
  const minutes = Math.floor(workload.meta.spanUs / US_PER_MINUTE);
  const minute = Math.min(Math.floor(minutes * FORECAST_FROM), minutes - FORECAST_MINUTES);
  if (minute < FORECAST_MINUTES) {
    sources.assumed.push(
      `No forecast: ${formatTimeUs(workload.meta.spanUs)} of trace leave no hour to hold it against.`,
    );
    return false;
  }
  const atUs = minute * US_PER_MINUTE;
  const own = threads === 'auto' ? undefined : threads;
  const task = {model, contract: undefined, atUs, windowMinutes: undefined, quantiles: QUANTILES, threads: own};
  const forecast = await forecastWorkload(workload, path, task, listener);
  const came = cameIn(workload, forecast.minute, forecast.horizons);
  sources.forecast = forecastFans(forecast, (f) => workload.name.at(f), came);
  sources.commands.push(
    `coldfront forecast ${path} --model ${model} --at ${writtenTimeUs(atUs)} --quantiles ${QUANTILES.join(',')} --out forecast.arrow`,
  );
  return true;
}
