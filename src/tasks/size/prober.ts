import {US_PER_MS} from '../../base/units.ts';
import type {PlanInputs, PlanSettings} from '../../plan/plan-workload.ts';
import {type ReplayOptions, sharesNothing} from '../../replay/options.ts';
import {prepareRest} from '../../replay/policies/plan/rest-policies.ts';
import type {PolicyChoice} from '../../replay/policies/policy.ts';
import {replayReport} from '../../replay/report/replay-report.ts';
import {type LateLimit, lateCalls, lateLimit} from '../../replay/run/late-limit.ts';
import {type OutcomesAtHand, replay, replayUnlessLate} from '../../replay/run/replay.ts';
import type {Threads} from '../../replay/threads.ts';
import type {Workload} from '../../workload/workload.ts';
import type {Listener} from '../listener.ts';
import {planWithOutlook} from '../plan-outlook.ts';
import {planPolicy} from '../plan-policy.ts';
import {isFollowed} from '../plan-trials.ts';
import {readied, replayWorkload} from '../replay.ts';
import type {Candidate, Find} from './finds.ts';
import {type Measured, measure, type SeedOutcome, type SizeObjectives, together} from './measure.ts';
import type {Tried} from './search.ts';

/** How plans are made where slots are sized. */
export interface PlanTerms {
  readonly settings: PlanSettings;
  readonly inputs: PlanInputs;
}

/** What candidates are tried on. */
export interface ProbeTask {
  readonly find: Find;
  readonly workload: Workload;
  /** How messages name the workload. */
  readonly place: string;
  readonly given: Candidate;
  readonly objectives: SizeObjectives;
  readonly seeds: readonly number[];
  /** Undefined unless slots are sized. */
  readonly plans: PlanTerms | undefined;
  readonly threads: Threads;
  /** Undefined: all is replayed here. */
  readonly atHand?: ReplaysAtHand | undefined;
}

/** Replays that other machines have made. */
export interface ReplaysAtHand {
  /** What is known of a value with a seed; undefined: it is to be replayed. */
  known(value: number, seed: number): SeedOutcome | undefined;
  /** The outcomes of its cells; undefined: nobody has them. */
  cells(value: number, seed: number): OutcomesAtHand | undefined;
}

/** One value that was tried. */
export interface CurveRow extends Tried, Measured {
  /** Seeds replayed: all of them, or up to the first that missed. */
  readonly seeds: number;
  /** Flags of the objectives that were missed. */
  readonly missed: readonly string[];
  /** The outcome of each seed. */
  readonly outcomes: readonly SeedOutcome[];
}

/** How much is asked of a probe. */
interface Asked {
  /** So many seeds at most. */
  readonly upTo?: number;
  /** A replay is left as soon as it is certain to miss, and nothing but that is known of the value then. */
  readonly mayLeave?: boolean;
}

/** Shares of all calls that keep a start delay, by the objective that asks for it. */
const STARTS: readonly (readonly [flag: string, share: number])[] = [
  ['p99-start-ms', 0.99],
  ['p999-start-ms', 0.999],
];

/** Replays candidates and keeps what came of them. */
export class Prober {
  readonly rows = new Map<number, CurveRow>();
  /** Values that were left, and the objective that they miss. */
  readonly left = new Map<number, string>();
  readonly task: ProbeTask;
  private readonly listener: Listener;
  private planned: {readonly value: number; readonly follow: Follow} | undefined;
  /** Replays that were made here. */
  replays = 0;

  constructor(task: ProbeTask, listener: Listener) {
    this.task = task;
    this.listener = listener;
  }

  /** Replays with every seed, or the first `upTo` of them, until one misses; what was replayed before is not again. */
  async probe(value: number, {upTo = this.task.seeds.length, mayLeave = false}: Asked = {}): Promise<Tried> {
    const known = this.rows.get(value);
    if (known && (!known.met || known.seeds >= upTo)) return known;
    const left = this.left.get(value);
    if (left !== undefined && mayLeave) return {value, met: false, mark: left};
    const outcomes: SeedOutcome[] = [...(known?.outcomes ?? [])];
    for (const seed of this.task.seeds.slice(outcomes.length, upTo)) {
      const outcome = this.task.atHand?.known(value, seed) ?? (await this.replayed(value, seed, mayLeave));
      if (outcome === undefined) return this.leave(value);
      outcomes.push(outcome);
      if (!outcome.met) break;
    }
    const {find, given} = this.task;
    const measured = together(outcomes);
    const missed = [
      ...new Set(outcomes.flatMap(({results}) => results.filter(({met}) => !met).map((r) => r.objective))),
    ];
    const row: CurveRow = {
      ...{value, ...measured, met: missed.length === 0, missed, seeds: outcomes.length, outcomes},
      mark: JSON.stringify(measured),
      isPlenty: find.isRoom && outcomes.every(({isRoomy}) => isRoomy) && sharesRoomAlone(given.options),
    };
    this.rows.set(value, row);
    this.left.delete(value);
    return row;
  }

  /** Nothing is known of a value but that it misses. */
  private leave(value: number): Tried {
    const [flag] = this.startLimit()!;
    this.rows.delete(value);
    this.left.set(value, flag);
    return {value, met: false, mark: flag};
  }

  /** The first objective on the start delay of all calls. */
  private startLimit(): (typeof STARTS)[number] | undefined {
    const {limits, functionsWithin} = this.task.objectives;
    return functionsWithin === undefined ? STARTS.find(([flag]) => limits[flag] !== undefined) : undefined;
  }

  /** How many calls may be late if that objective is to be met; undefined: there is none. */
  private lateLimit(options: ReplayOptions): LateLimit | undefined {
    const asked = this.startLimit();
    if (asked === undefined) return undefined;
    const [flag, share] = asked;
    return lateLimit(this.task.workload, options, share, this.task.objectives.limits[flag]! * US_PER_MS);
  }

  /** What is replayed of a value with a seed; where slots are sized the policy follows the plan of so many. */
  async candidate(value: number, seed: number): Promise<Candidate> {
    const {find, given, plans, workload} = this.task;
    const {options, policy} = find.with(given, value);
    const seeded = {...options, seed};
    if (plans === undefined) return {options: seeded, policy};
    if (this.planned?.value !== value) this.planned = {value, follow: await planned(workload, value, plans)};
    const own = {...seeded, untilUs: Math.min(workload.meta.spanUs, options.untilUs)};
    return {options: own, policy: await this.planned.follow(own)};
  }

  /** Undefined: it was left, as more calls are late than may be; whoever has all of its cells comes to the same. */
  private async replayed(value: number, seed: number, mayLeave: boolean): Promise<SeedOutcome | undefined> {
    const {find, workload, place, objectives, threads, plans, atHand} = this.task;
    const parts = atHand?.cells(value, seed);
    if (parts === undefined) this.replays++;
    this.listener.status?.(`${find.written(value)}, seed ${seed}: replay ${this.replays}`);
    const {options, policy} = await this.candidate(value, seed);
    if (plans !== undefined) {
      const [ledger] = await replay(workload, [policy], options, threads, undefined, undefined, parts);
      return measure(replayReport(workload, [ledger!], options, 0), ledger!, objectives);
    }
    const limit = mayLeave && options.platform === undefined ? this.lateLimit(options) : undefined;
    if (limit !== undefined && parts === undefined) {
      const ready = await readied(workload, place, {policies: [policy], options, threads}, {});
      const ledger = await replayUnlessLate(workload, ready.policies[0]!, ready.options, threads, limit);
      return ledger && measure(replayReport(workload, [ledger], ready.options, 0), ledger, objectives);
    }
    const task = {policies: [policy], options, threads, parts};
    const {ledgers, options: own} = await replayWorkload(workload, place, task);
    const [ledger] = ledgers;
    const late = limit && lateCalls({counts: ledger!.counts, startDelay: ledger!.startDelay.toJSON()}, limit.limitUs);
    if (late !== undefined && late > limit!.calls) return undefined;
    return measure(replayReport(workload, ledgers, own, 0), ledger!, objectives);
  }
}

/** The policy that follows the plan of so many slots, which is made once, for a replay. */
type Follow = (options: Candidate['options']) => Promise<PolicyChoice>;

async function planned(workload: Workload, slots: number, {settings, inputs}: PlanTerms): Promise<Follow> {
  const {made} = await planWithOutlook(workload, {...settings, budgets: {...settings.budgets, slots}}, inputs);
  const {name} = made.plan.terms.rest;
  return async (options) => {
    const input = {workload, options, note: () => undefined, timing: undefined};
    return planPolicy(workload, made, options, isFollowed(name) ? await prepareRest(name, input) : undefined);
  };
}

/** Where nobody wants room, more of it changes nothing. */
function sharesRoomAlone(options: ReplayOptions): boolean {
  const [slots, memoryMib] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
  return sharesNothing({...options, fleet: {...options.fleet, slots, memoryMib}});
}
