import type {PlanInputs, PlanSettings} from '../../plan/plan-workload.ts';
import {prepareRest} from '../../replay/policies/plan/rest-policies.ts';
import type {PolicyChoice} from '../../replay/policies/policy.ts';
import {replayReport} from '../../replay/report/replay-report.ts';
import {replay} from '../../replay/run/replay.ts';
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
  readonly threads: number;
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
  private replays = 0;

  constructor(task: ProbeTask, listener: Listener) {
    this.task = task;
    this.listener = listener;
  }

  /** Replays with every seed, or the first `upTo` of them, until one misses; what was replayed before is not again. */
  async probe(value: number, upTo = this.task.seeds.length): Promise<CurveRow> {
    const known = this.rows.get(value);
    if (known && (!known.met || known.seeds >= upTo)) return known;
    const {find} = this.task;
    const candidate = find.with(this.task.given, value);
    const policy = this.task.plans ? await this.planned(value, this.task.plans) : undefined;
    const outcomes: SeedOutcome[] = [...(known?.outcomes ?? [])];
    for (const seed of this.task.seeds.slice(outcomes.length, upTo)) {
      this.replays++;
      this.listener.status?.(`${find.written(value)}, seed ${seed}: replay ${this.replays}`);
      const outcome = await this.replayed({...candidate, options: {...candidate.options, seed}}, policy);
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

  private async replayed({options, policy}: Candidate, made: Made | undefined): Promise<SeedOutcome> {
    const {workload, place, objectives, threads} = this.task;
    if (made !== undefined) {
      const own = {...options, untilUs: Math.min(workload.meta.spanUs, options.untilUs)};
      const [ledger] = await replay(workload, [await made(own)], own, threads);
      return measure(replayReport(workload, [ledger!], own, 0), ledger!, objectives);
    }
    const {ledgers, options: own} = await replayWorkload(workload, place, {policies: [policy], options, threads});
    return measure(replayReport(workload, ledgers, own, 0), ledgers[0]!, objectives);
  }

  /** The plan with that many slots, made once. */
  private async planned(slots: number, {settings, inputs}: PlanTerms): Promise<Made> {
    const {workload} = this.task;
    const {made} = await planWithOutlook(workload, {...settings, budgets: {...settings.budgets, slots}}, inputs);
    const {name} = made.plan.terms.rest;
    return async (options) => {
      const input = {workload, options, note: () => undefined, timing: undefined};
      return planPolicy(workload, made, options, isFollowed(name) ? await prepareRest(name, input) : undefined);
    };
  }
}

/** The policy that follows a plan, for a replay. */
type Made = (options: Candidate['options']) => Promise<PolicyChoice>;
