import {US_PER_DAY} from '../base/units.ts';
import type {Budgets} from '../plan/bounds/budgets.ts';
import {type FollowedRestName, followedRests} from '../plan/file/plan-rest.ts';
import {rests} from '../plan/plan-rest.ts';
import {type PlanInputs, type PlanSettings, planWorkload} from '../plan/plan-workload.ts';
import type {FollowedRest} from '../plan/rest/rest.ts';
import type {Ledger} from '../replay/ledger.ts';
import type {ReplayOptions} from '../replay/options.ts';
import {type PreparedRest, preparedAlone, prepareRest} from '../replay/policies/plan/rest-policies.ts';
import type {PolicyChoice, PolicyInput} from '../replay/policies/policy.ts';
import {policies, preparePolicies} from '../replay/policies/registry.ts';
import {replayStages} from '../replay/run/replay.ts';
import type {Workload} from '../workload/workload.ts';
import type {HistoryFacts} from './plan-expectation.ts';
import {planPolicy, replayOptionsOf} from './plan-policy.ts';
import {type Sample, sampleOf, trialLimits} from './plan-sample.ts';
import {concentrationOf, type Origins, originsOf, type Stage, StageReader, usdPerDay} from './plan-stages.ts';

/** What was tried inside a history, and what came of it. */
export class Trials {
  readonly sample: Sample;
  /** Undefined: the history is too short for any. */
  readonly origins: Origins | undefined;
  private readonly settings: PlanSettings;
  private readonly inputs: PlanInputs;
  private readonly options: ReplayOptions;
  private readonly reader: StageReader;
  /** The replay of the history that policies are made ready for. */
  private readonly input: PolicyInput;
  private readonly ready = new Map<FollowedRestName, Promise<PreparedRest>>();
  private readonly plans = new Map<string, Promise<Stage[][]>>();
  private readonly alone = new Map<string, Promise<Alone>>();

  /** `history` is what the plan may know. Tables hold inside it as they do after it; known bursts and forecasts do not. */
  constructor(history: Workload, settings: PlanSettings, inputs: PlanInputs) {
    this.sample = sampleOf(history, trialLimits, settings.seed);
    // A profile that the whole history supports may be too long for a part of it.
    this.settings = {...settings, profile: settings.profile === 'none' ? 'none' : 'auto'};
    this.inputs = {...inputs, events: [], forecast: undefined};
    this.options = replayOptionsOf(settings, history);
    this.reader = new StageReader(this.sample, this.options);
    this.input = {workload: this.sample.workload, options: this.options, note: () => {}, timing: undefined};
    this.origins = originsOf(history.meta.spanUs);
  }

  /** What a policy did by itself in every part of the history. */
  policy(text: string): Promise<Alone> {
    const known = this.alone.get(text) ?? this.replayAlone(text);
    this.alone.set(text, known);
    return known;
  }

  /** What a policy does alone, as the planner needs to know it: from the first origin on, where there is one. */
  async followed(name: FollowedRestName): Promise<FollowedRest> {
    const {ledgers} = await this.policy(name);
    const {binsUs, atUs} = this.origins ?? {binsUs: [], atUs: []};
    const counted = ledgers.slice(atUs.length > 0 ? binsUs.indexOf(atUs[0]!) + 1 : 0);
    const lengthUs = this.options.untilUs - (atUs[0] ?? 0);
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

  /** What plans with that rest did, each made at an origin and followed from there on. [origin][stage] */
  planned(rest: string): Promise<Stage[][]> {
    const known = this.plans.get(rest) ?? this.replayPlans(rest);
    this.plans.set(rest, known);
    return known;
  }

  /**
   * What following plans with that rest did, each till the next was made; before the first, where the rest is a policy,
   * what that did alone. Without `slots`, what the policy did alone throughout.
   */
  async rolling(rest: string, slots = true): Promise<Stage[]> {
    const {binsUs, atUs} = this.origins!;
    if (!slots) return [...(await this.policy(rest)).stages];
    const told = await this.planned(rest);
    const first = isFollowed(rest) ? (await this.policy(rest)).stages.slice(0, binsUs.indexOf(atUs[0]!) + 1) : [];
    const until = [...atUs.slice(1).map((us) => binsUs.indexOf(us)), binsUs.length];
    const turns = told.map((stages, k) => stages.slice(0, until[k]! - binsUs.indexOf(atUs[k]!)));
    return [...first, ...turns.flat()];
  }

  /** Whether slots over that policy would have made it cheaper from every origin on: what comes after is one more. */
  async slotsPay(rest: FollowedRestName): Promise<boolean> {
    const alone = await this.fromOrigins(rest);
    const planned = await this.planned(rest);
    return planned.every((stages, k) => usdPerDay(stages) <= usdPerDay(alone[k]!));
  }

  /** What a policy did alone from each origin on, dollars a day, the mean over the origins. */
  async usdPerDayOf(text: string): Promise<number> {
    const told = await this.fromOrigins(text);
    return told.reduce((sum, stages) => sum + usdPerDay(stages), 0) / told.length;
  }

  /** What a policy did alone from each origin on. [origin][stage] */
  async fromOrigins(text: string): Promise<Stage[][]> {
    const {stages} = await this.policy(text);
    const {binsUs, atUs} = this.origins!;
    return atUs.map((us) => stages.slice(binsUs.indexOf(us) + 1));
  }

  /** `rest` is what the cost is of; where it is no policy, that of `adaptive` is as much of few functions. */
  async facts(rest: string): Promise<HistoryFacts> {
    const {sample, options, reader} = this;
    const {ledgers} = await this.policy(isFollowed(rest) ? rest : 'adaptive');
    const {untilUs} = options;
    return {
      days: untilUs / US_PER_DAY,
      knownHalf: reader.knownBefore(untilUs / 2),
      known: reader.knownBefore(untilUs),
      concentration: concentrationOf(sample, ledgers, options),
    };
  }

  private async replayPlans(rest: string): Promise<Stage[][]> {
    const {sample, settings, inputs, options} = this;
    const choice = rests.parse(rest);
    const name = isFollowed(choice.name) ? choice.name : undefined;
    const followed = name && (await this.followed(name));
    const prepared = name && (await this.prepared(name));
    const told: Stage[][] = [];
    const {atUs, binsUs} = this.origins ?? {atUs: [], binsUs: []};
    for (const fromUs of atUs) {
      const own = {...settings, rest: choice, trainUntilUs: fromUs};
      const made = await planWorkload(sample.workload, own, {...inputs, followed});
      const policy = planPolicy(sample.workload, made, options, prepared);
      told.push(
        await this.stages(
          policy,
          fromUs,
          binsUs.filter((us) => us > fromUs),
        ),
      );
    }
    return told;
  }

  /** The policy of a rest, ready for replays of the history. */
  prepared(name: FollowedRestName): Promise<PreparedRest> {
    const known = this.ready.get(name) ?? prepareRest(name, this.input);
    this.ready.set(name, known);
    return known;
  }

  private async replayAlone(text: string): Promise<Alone> {
    const {sample, options, reader} = this;
    const choice = policies.parse(text);
    const [policy] = isFollowed(text)
      ? [{...choice, prepared: preparedAlone(await this.prepared(text))}]
      : await preparePolicies([choice], this.input);
    const binsUs = this.origins?.binsUs ?? [];
    const [ledgers] = await replayStages(sample.workload, [policy!], options, binsUs);
    return {ledgers: ledgers!, stages: readAll(reader, ledgers!, [0, ...binsUs, options.untilUs])};
  }

  private async stages(policy: PolicyChoice, fromUs: number, binsUs: readonly number[]): Promise<Stage[]> {
    const {sample, options, reader} = this;
    const [ledgers] = await replayStages(sample.workload, [policy], {...options, fromUs}, binsUs);
    return readAll(reader, ledgers!, [fromUs, ...binsUs, options.untilUs]);
  }
}

/** What a policy did alone, by parts of the history. */
export interface Alone {
  readonly ledgers: readonly Ledger[];
  readonly stages: readonly Stage[];
}

function readAll(reader: StageReader, ledgers: readonly Ledger[], times: readonly number[]): Stage[] {
  return ledgers.map((ledger, k) => reader.read(ledger, times[k]!, times[k + 1]!));
}

/** Whether a rest is a policy that a plan is followed on top of. */
export function isFollowed(name: string): name is FollowedRestName {
  return followedRests.some((known) => known === name);
}

/** The rests that `auto` chooses from. */
const candidates = ['keep', 'adaptive', 'predictive'] as const;

/** Dollars a day of each rest inside a history, the mean over its origins; null: it would exceed a budget. */
export type RestTrial = Readonly<Record<(typeof candidates)[number], number | null>>;

/** Tries each rest at every origin. A policy is tried alone: slots are given only where they make it cheaper. */
export async function tryRests(trials: Trials, budgets: Budgets): Promise<RestTrial> {
  const trial: Record<string, number | null> = {};
  for (const rest of candidates) {
    const told = rest === 'keep' ? await trials.planned(rest) : await trials.fromOrigins(rest);
    const within = rest === 'keep' || told.every((stages) => keepsTo(budgets, stages));
    trial[rest] = within ? told.reduce((sum, stages) => sum + usdPerDay(stages), 0) / told.length : null;
  }
  return trial as RestTrial;
}

/** The cheapest of a trial; `keep` where nothing was tried. */
export function cheapestRest(trial: RestTrial | undefined): (typeof candidates)[number] {
  let best: (typeof candidates)[number] = 'keep';
  for (const rest of candidates) {
    if (trial && trial[rest] !== null && !(trial[rest]! >= (trial[best] ?? Number.POSITIVE_INFINITY))) best = rest;
  }
  return best;
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
