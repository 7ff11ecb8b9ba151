import type {PlanInputs, PlanSettings} from '../../plan/plan-workload.ts';
import {prepareRest} from '../../replay/policies/plan/rest-policies.ts';
import type {PolicyChoice} from '../../replay/policies/policy.ts';
import {replayReport} from '../../replay/report/replay-report.ts';
import type {OutcomesAtHand} from '../../replay/run/replay.ts';
import {replay} from '../../replay/run/replay.ts';
import type {Threads} from '../../replay/threads.ts';
import type {Workload} from '../../workload/workload.ts';
import type {Listener} from '../listener.ts';
import {planWithOutlook} from '../plan-outlook.ts';
import {planPolicy} from '../plan-policy.ts';
import {isFollowed} from '../plan-trials.ts';
import {replayWorkload} from '../replay.ts';
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

/** Replays candidates and keeps what came of them. */
export class Prober {
  readonly rows = new Map<number, CurveRow>();
  private readonly task: ProbeTask;
  private readonly listener: Listener;
  private planned: {readonly value: number; readonly follow: Follow} | undefined;
  /** Replays that were made here. */
  replays = 0;

  constructor(task: ProbeTask, listener: Listener) {
    this.task = task;
    this.listener = listener;
  }

  /** Replays with every seed, or the first `upTo` of them, until one misses; what was replayed before is not again. */
  async probe(value: number, upTo = this.task.seeds.length): Promise<CurveRow> {
    const known = this.rows.get(value);
    if (known && (!known.met || known.seeds >= upTo)) return known;
    const outcomes: SeedOutcome[] = [...(known?.outcomes ?? [])];
    for (const seed of this.task.seeds.slice(outcomes.length, upTo)) {
      const outcome = this.task.atHand?.known(value, seed) ?? (await this.replayed(value, seed));
      outcomes.push(outcome);
      if (!outcome.met) break;
    }
    const measured = together(outcomes);
    const missed = [
      ...new Set(outcomes.flatMap(({results}) => results.filter(({met}) => !met).map((r) => r.objective))),
    ];
    const row: CurveRow = {
      ...{value, ...measured, met: missed.length === 0, missed, seeds: outcomes.length, outcomes},
      mark: JSON.stringify(measured),
    };
    this.rows.set(value, row);
    return row;
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

  private async replayed(value: number, seed: number): Promise<SeedOutcome> {
    const {find, workload, place, objectives, threads, plans, atHand} = this.task;
    const parts = atHand?.cells(value, seed);
    if (parts === undefined) this.replays++;
    this.listener.status?.(`${find.written(value)}, seed ${seed}: replay ${this.replays}`);
    const {options, policy} = await this.candidate(value, seed);
    if (plans !== undefined) {
      const [ledger] = await replay(workload, [policy], options, threads, undefined, undefined, parts);
      return measure(replayReport(workload, [ledger!], options, 0), ledger!, objectives);
    }
    const task = {policies: [policy], options, threads, parts};
    const {ledgers, options: own} = await replayWorkload(workload, place, task);
    return measure(replayReport(workload, ledgers, own, 0), ledgers[0]!, objectives);
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
