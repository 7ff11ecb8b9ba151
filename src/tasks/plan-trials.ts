import {US_PER_DAY} from '../base/units.ts';
import type {Budgets} from '../plan/bounds/budgets.ts';
import {type FollowedRestName, followedRests} from '../plan/file/plan-rest.ts';
import {rests} from '../plan/plan-rest.ts';
import {type PlanInputs, type PlanSettings, planWorkload} from '../plan/plan-workload.ts';
import type {FollowedRest} from '../plan/rest/rest.ts';
import type {Ledger} from '../replay/ledger.ts';
import type {ReplayOptions} from '../replay/options.ts';
import {type PreparedRest, preparedAlone, prepareRest} from '../replay/policies/plan/rest-policies.ts';
import type {PolicyInput} from '../replay/policies/policy.ts';
import {policies, preparePolicies} from '../replay/policies/registry.ts';
import {replayStages} from '../replay/run/replay.ts';
import type {Workload} from '../workload/workload.ts';
import type {HistoryFacts} from './plan-expectation.ts';
import {planPolicy, replayOptionsOf} from './plan-policy.ts';
import {isTried, type Sample, sampleOf, trialLimits} from './plan-sample.ts';
import {payingFunctions, type SlotsTried, withSlots} from './plan-slots.ts';
import {
  concentrationOf,
  type Origins,
  originsOf,
  type Stage,
  StageReader,
  unlikenessOf,
  usdPerDay,
} from './plan-stages.ts';

/** The share of a history in which a policy learns what it goes by. */
const LEARNING = 0.4;

/** What was tried inside a history, and what came of it. */
export class Trials {
  readonly sample: Sample;
  /** Undefined: nothing is to be tried, or the history is too short for it, or has too many calls. */
  readonly origins: Origins | undefined;
  private readonly settings: PlanSettings;
  private readonly inputs: PlanInputs;
  private readonly options: ReplayOptions;
  private readonly reader: StageReader;
  /** The replay of the history that policies are made ready for. */
  private readonly input: PolicyInput;
  private readonly ready = new Map<FollowedRestName, Promise<PreparedRest>>();
  private readonly plans = new Map<string, Promise<Told>>();
  private readonly alone = new Map<string, Promise<Told>>();

  /** `history` is what the plan may know. Tables hold inside it as they do after it; known bursts and forecasts do not. */
  constructor(history: Workload, settings: PlanSettings, inputs: PlanInputs) {
    this.sample = sampleOf(history, trialLimits, settings.seed);
    // A profile that the whole history supports may be too long for a part of it.
    this.settings = {...settings, profile: settings.profile === 'none' ? 'none' : 'auto'};
    this.inputs = {...inputs, events: [], forecast: undefined, isTrial: true};
    this.options = replayOptionsOf(settings, history);
    this.reader = new StageReader(this.sample, this.options);
    this.input = {workload: this.sample.workload, options: this.options, note: () => {}, timing: undefined};
    this.origins = settings.tries && isTried(this.sample) ? originsOf(history.meta.spanUs) : undefined;
  }

  /** What a policy did by itself in every part of the history. */
  policy(text: string): Promise<Told> {
    const known = this.alone.get(text) ?? this.replayAlone(text);
    this.alone.set(text, known);
    return known;
  }

  /**
   * What a policy does alone, as the planner needs to know it who sees so many parts of the history, all but the first
   * of them in which it knew little.
   */
  async followed(name: FollowedRestName, parts?: number): Promise<FollowedRest> {
    const {ledgers} = await this.policy(name);
    const until = parts ?? ledgers.length;
    const from = Math.floor(LEARNING * until);
    const counted = ledgers.slice(from, until);
    const times = this.times();
    const lengthUs = times[until]! - times[from]!;
    const {weight} = this.sample;
    const share = new Float64Array(weight.length).fill(Number.NaN);
    const idle = new Float64Array(weight.length).fill(Number.NaN);
    for (let f = 0; f < weight.length; f++) {
      const of = (column: 'calls' | 'cold' | 'idleUs') =>
        counted.reduce((sum, {functions}) => sum + functions[column][f]!, 0);
      const calls = of('calls');
      if (weight[f] === 0 || calls === 0) continue;
      share[f] = of('cold') / calls;
      idle[f] = of('idleUs') / lengthUs;
    }
    return {kind: 'followed', name, coldShareLeft: share, idleInstances: idle};
  }

  /** What the plan with that rest did that was made at the `k`-th origin, till the next one was made. */
  planned(rest: string, k: number): Promise<Told> {
    const key = `${k} ${rest}`;
    const known = this.plans.get(key) ?? this.replayPlan(rest, k);
    this.plans.set(key, known);
    return known;
  }

  private async allPlanned(rest: string): Promise<Told[]> {
    const told: Told[] = [];
    for (const k of this.origins!.atUs.keys()) told.push(await this.planned(rest, k));
    return told;
  }

  /**
   * What following plans with that rest did, each till the next was made; before the first, where the rest is a policy,
   * what that did alone. With `choosing` functions had slots over it for which the other turns say that they pay.
   */
  async rolling(rest: string, choosing: boolean): Promise<Stage[]> {
    if (isFollowed(rest) && choosing) return this.rollingOver(rest);
    const before = isFollowed(rest) ? (await this.policy(rest)).stages.slice(0, this.turns()[0]!.from) : [];
    return [...before, ...(await this.allPlanned(rest)).flatMap(({stages}) => stages)];
  }

  private async rollingOver(rest: FollowedRestName): Promise<Stage[]> {
    const {stages} = await this.policy(rest);
    const turns = await this.slotsOver(rest);
    const {weight} = this.sample;
    const from = this.turns().map((turn) => turn.from);
    const told = turns.flatMap((parts, k) => {
      const paying = payingFunctions(turns.filter((turn) => turn !== parts).flat(), weight);
      return parts.map((part, i) => withSlots(stages[from[k]! + i]!, part, paying, weight));
    });
    return [...stages.slice(0, from[0]), ...told];
  }

  /** The same from the first origin on. */
  async rollingSinceFirst(rest: string, choosing: boolean): Promise<Stage[]> {
    const stages = await this.rolling(rest, choosing);
    return isFollowed(rest) ? stages.slice(this.turns()[0]!.from) : stages;
  }

  /** Functions that slots over that policy have made cheaper. [function] */
  async paying(rest: FollowedRestName): Promise<Uint8Array> {
    return payingFunctions((await this.slotsOver(rest)).flat(), this.sample.weight);
  }

  /** What slots did over that policy, each origin's plan till the next was made. [origin][part of the history] */
  private async slotsOver(rest: FollowedRestName): Promise<SlotsTried[][]> {
    const {ledgers} = await this.policy(rest);
    const turns = this.turns();
    return (await this.allPlanned(rest)).map((told, k) =>
      told.ledgers.map((slotted, i) => this.beside(ledgers[turns[k]!.from + i]!, slotted)),
    );
  }

  /** The parts of the history from each origin to the next. [origin] */
  private turns(): {readonly from: number; readonly until: number}[] {
    const {binsUs, atUs} = this.origins!;
    const from = atUs.map((us) => binsUs.indexOf(us) + 1);
    return from.map((part, k) => ({from: part, until: from[k + 1] ?? binsUs.length + 1}));
  }

  /** Where the parts of the history begin, and where the last one ends. */
  private times(): number[] {
    return [0, ...(this.origins?.binsUs ?? []), this.options.untilUs];
  }

  private beside(without: Ledger, slotted: Ledger): SlotsTried {
    const own = this.reader.usdOf(slotted);
    return {
      savedUsd: this.reader.usdOf(without).map((usd, f) => usd - own[f]!),
      avoidedCold: without.functions.cold.map((cold, f) => cold - slotted.functions.cold[f]!),
    };
  }

  /** What a policy did alone from the first origin on. */
  async sinceFirst(text: string): Promise<Stage[]> {
    return (await this.policy(text)).stages.slice(this.turns()[0]!.from);
  }

  /** `rest` is what the cost is of. */
  async facts(rest: string): Promise<HistoryFacts> {
    const {sample, options, reader} = this;
    const told = isFollowed(rest) ? [await this.policy(rest)] : await this.allPlanned(rest);
    const ledgers = told.flatMap((one) => one.ledgers);
    const {untilUs} = options;
    const usdOf = ledgers.map((ledger) => reader.usdOf(ledger));
    return {
      days: untilUs / US_PER_DAY,
      knownHalf: reader.knownBefore(untilUs / 2),
      known: reader.knownBefore(untilUs),
      concentration: concentrationOf(sample, sumOf(usdOf)),
      unlikeness: unlikenessOf(sample, usdOf),
      coldStartUsd: reader.coldStartUsd,
    };
  }

  private async replayPlan(rest: string, k: number): Promise<Told> {
    const {sample, settings, inputs, options, reader} = this;
    const {workload} = sample;
    const choice = rests.parse(rest);
    const {from, until} = this.turns()[k]!;
    const timesUs = this.times().slice(from, until + 1);
    const [fromUs, ...restUs] = timesUs as [number, ...number[]];
    const isPolicy = isFollowed(choice.name);
    const followed = isPolicy ? await this.followed(choice.name as FollowedRestName, from) : undefined;
    const own = {...settings, rest: choice, trainUntilUs: fromUs};
    const made = await planWorkload(workload, own, {...inputs, followed});
    const ready = isPolicy ? await this.prepared(choice.name as FollowedRestName) : undefined;
    const turn = {...options, fromUs, untilUs: restUs.at(-1)!};
    const policy = planPolicy(workload, made, turn, ready);
    const [ledgers] = await replayStages(workload, [policy], turn, restUs.slice(0, -1));
    return {ledgers: ledgers!, stages: readAll(reader, ledgers!, timesUs)};
  }

  /** The policy of a rest, ready for replays of the history. */
  prepared(name: FollowedRestName): Promise<PreparedRest> {
    const known = this.ready.get(name) ?? prepareRest(name, this.input);
    this.ready.set(name, known);
    return known;
  }

  private async replayAlone(text: string): Promise<Told> {
    const {sample, options, reader} = this;
    const choice = policies.parse(text);
    const [policy] = isFollowed(text)
      ? [{...choice, prepared: preparedAlone(await this.prepared(text))}]
      : await preparePolicies([choice], this.input);
    const timesUs = this.times();
    const [ledgers] = await replayStages(sample.workload, [policy!], options, timesUs.slice(1, -1));
    return {ledgers: ledgers!, stages: readAll(reader, ledgers!, timesUs)};
  }
}

/** What a replay told, by parts of the history. */
export interface Told {
  readonly ledgers: readonly Ledger[];
  readonly stages: readonly Stage[];
}

function sumOf(columns: readonly Float64Array[]): Float64Array {
  return columns.reduce((sum, column) => sum.map((one, f) => one + column[f]!));
}

function readAll(reader: StageReader, ledgers: readonly Ledger[], times: readonly number[]): Stage[] {
  return ledgers.map((ledger, k) => reader.read(ledger, times[k]!, times[k + 1]!));
}

/** Whether a rest is a policy that a plan is followed on top of. */
export function isFollowed(name: string): name is FollowedRestName {
  return followedRests.some((known) => known === name);
}

/** So much dearer than a policy at the first origin, and plans that keep instances are given up. */
const GIVEN_UP = 1.3;

/** The rests that `auto` chooses from. */
const candidates = ['keep', 'adaptive', 'predictive'] as const;

/** Dollars a day of each rest inside a history, from its first origin on; null: it would exceed a budget. */
export type RestTrial = Readonly<Record<(typeof candidates)[number], number | null>>;

/**
 * Tries each rest. A policy is tried alone: slots are given only where they make it cheaper. Plans that keep instances
 * are made at each origin, but at no further one where the first was so much dearer than a policy: then they are taken to
 * go on so beside it, since other hours cost other dollars.
 */
export async function tryRests(trials: Trials, budgets: Budgets): Promise<RestTrial> {
  const trial: Record<(typeof candidates)[number], number | null> = {keep: null, adaptive: null, predictive: null};
  const within = (stages: readonly Stage[]): number | null => (keepsTo(budgets, stages) ? usdPerDay(stages) : null);
  const first = await trials.planned('keep', 0);
  let beside = Number.POSITIVE_INFINITY;
  let whole = Number.POSITIVE_INFINITY;
  for (const rest of followedRests) {
    const stages = await trials.sinceFirst(rest);
    trial[rest] = within(stages);
    const usd = usdPerDay(stages.slice(0, first.stages.length));
    if (trial[rest] !== null && usd < beside) [beside, whole] = [usd, trial[rest]];
  }
  const usd = usdPerDay(first.stages);
  trial.keep =
    beside > 0 && usd > GIVEN_UP * beside ? (usd / beside) * whole : usdPerDay(await trials.rolling('keep', false));
  return trial;
}

/** What plans that keep instances cost at most beside a policy where they are chosen: they go on when functions do not. */
const KEEP_AT_MOST = 0.95;

/** The cheapest of a trial, a policy where it is a close thing; `keep` where nothing was tried. */
export function cheapestRest(trial: RestTrial | undefined): (typeof candidates)[number] {
  if (!trial) return 'keep';
  const usdOf = (rest: FollowedRestName): number => trial[rest] ?? Number.POSITIVE_INFINITY;
  const policy = usdOf('predictive') <= usdOf('adaptive') ? 'predictive' : 'adaptive';
  if (usdOf(policy) === Number.POSITIVE_INFINITY) return 'keep';
  return (trial.keep ?? Number.POSITIVE_INFINITY) < KEEP_AT_MOST * usdOf(policy) ? 'keep' : policy;
}

/** Whether what idled on average stays within the budgets. */
function keepsTo({slots, memoryMib, usdPerDay: money}: Budgets, stages: readonly Stage[]): boolean {
  const days = stages.reduce((sum, stage) => sum + stage.days, 0);
  const mean = (of: (stage: Stage) => number): number =>
    stages.reduce((sum, stage) => sum + of(stage) * stage.days, 0) / days;
  return (
    mean(({idleInstances}) => idleInstances) <= slots &&
    mean(({idleMib}) => idleMib) <= memoryMib &&
    mean((stage) => stage.idleUsd / stage.days) <= money
  );
}
