import {memoryOf} from '../../fleet/memory.ts';
import {type CellOutcome, Ledger} from '../ledger.ts';
import type {ReplayPlan, TaskId} from './replay-plan.ts';
import {WholePeak} from './whole-peak.ts';

/** What becomes of a policy's cells: their sum, and where the fleet has no limit the peak of all together. */
export class PolicyResult {
  readonly ledger: Ledger;
  private whole: WholePeak | undefined;
  /** Outcomes still to come. */
  private left: number;
  private readonly again: TaskId[] = [];

  constructor({policies, workload, cells, wholePeaks, options, pool}: ReplayPlan, policy: number) {
    const parts = cells[policy]!.length;
    this.ledger = new Ledger(policies[policy]!.text, workload.functions);
    this.ledger.pool = pool;
    this.left = parts;
    if (!wholePeaks || parts === 1) return;
    const memoryMib = (row: number): number => memoryOf(workload, row, options.defaultMemoryMib);
    this.whole = new WholePeak(memoryMib, options.fromUs, options.untilUs);
  }

  /** Takes a cell's outcome. */
  take(task: TaskId, outcome: CellOutcome): void {
    const {whole} = this;
    this.left--;
    if (task.watched !== undefined) whole!.addWatched(outcome.changes!, outcome.rows);
    else {
      this.ledger.add(outcome);
      if (whole?.add(outcome.changes!, outcome.rows) === false) this.again.push(task);
    }
    if (this.left === 0 && this.again.length === 0) this.close();
  }

  /** The tasks that must be run once more, as there was too much to be told at once; once all outcomes are in. */
  askAgain(): TaskId[] {
    const {whole} = this;
    const tasks = this.again.splice(0).map((task) => ({...task, watched: {marked: whole!.watched}}));
    this.left = tasks.length;
    return tasks;
  }

  private close(): void {
    const {whole, ledger} = this;
    if (whole === undefined) return;
    const {slots, memoryMib} = whole.peaks();
    ledger.peakSlots = slots;
    ledger.peakMemoryMib = memoryMib;
    this.whole = undefined;
  }
}
