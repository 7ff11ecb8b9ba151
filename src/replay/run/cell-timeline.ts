import {billOf} from '../../cost/bill.ts';
import type {BilledColumns} from '../../scheduler/core/billing.ts';
import {billedNames} from '../../scheduler/core/billing.ts';
import {unservedNames} from '../../scheduler/core/call-outcomes.ts';
import type {Cell} from '../../scheduler/core/cell.ts';
import type {CallBatch} from '../../scheduler/core/cell-setup.ts';
import {QueueTime} from '../../scheduler/core/queue-time.ts';
import {invocationsOf} from '../../workload/workload.ts';
import {lostOf} from '../ledger.ts';
import {fieldOf, TIMELINE_FIELDS} from '../log/timeline-rows.ts';
import {usageOfEach, usageTerms} from '../report/usage.ts';
import type {CellTask, Tell} from './replay-plan.ts';

const columnNames = [
  ...(['calls', 'busyUs', 'idleUs', 'startingUs', 'cold', 'prewarms', 'delayUs', 'queuedUs', 'waiting'] as const),
  ...unservedNames,
  ...(['duplicated', 'undecided'] as const),
];

/** What a cell has come to up to a time, or in a window, by function. */
interface Totals {
  readonly columns: Readonly<Record<(typeof columnNames)[number], Float64Array>>;
  readonly billed: BilledColumns | undefined;
  readonly hostUs: number;
}

/**
 * What happens in a cell from window to window: at each edge everything is charged up to then, the difference to the last
 * edge is told, and what has been charged is taken back, so that nothing else changes. Calls count where they arrive, what
 * becomes of them where it is decided.
 */
export class CellTimeline {
  private readonly cell: Cell;
  private readonly task: CellTask;
  private readonly everyUs: number;
  private readonly payer: Int32Array; // [function]
  private readonly tell: Tell;
  private readonly terms: ReturnType<typeof usageTerms>;
  /** 1: it is called at some time. [function] */
  private readonly called: Float64Array;
  private before: Totals;
  private window = 0;

  constructor(cell: Cell, task: CellTask, tell: Tell) {
    const {workload, functions, options, asked} = task;
    const {rows, parts} = functions;
    this.cell = cell;
    cell.tally.queueTime = new QueueTime(rows.length, cell.atHand, options.maxWaitUs);
    this.task = task;
    this.tell = tell;
    this.everyUs = asked.timeline!.everyUs;
    this.payer = Int32Array.from(rows, (row) => asked.timeline!.payer?.[row] ?? 0);
    const whole = usageTerms(workload, options);
    this.terms = {
      memoryGb: Float64Array.from(rows, (row) => whole.memoryGb[row]!),
      vcpus: Float64Array.from(rows, (row) => whole.vcpus[row]!),
      // Of a function that is split over cells each has its part.
      providedUs: Float64Array.from(rows, (row, fn) => whole.providedUs[row]! / parts[fn]!),
      countedUs: whole.countedUs,
    };
    this.called = Float64Array.from(rows, (row, fn) => (invocationsOf(workload, row) > 0 ? 1 / parts[fn]! : 0));
    this.before = {columns: zeros(rows.length), billed: undefined, hostUs: 0};
  }

  /** Serves a batch, window by window. */
  run(batch: CallBatch): void {
    const {length, timeUs, fn, durationUs, coldUs, call} = batch;
    for (let from = 0; from < length; ) {
      this.tellBefore(timeUs[from]! + 1);
      let to = from;
      const edgeUs = this.edgeUs;
      while (to < length && timeUs[to]! < edgeUs) to++;
      this.cell.run({
        length: to - from,
        timeUs: timeUs.subarray(from, to),
        fn: fn.subarray(from, to),
        durationUs: durationUs.subarray(from, to),
        coldUs: coldUs?.subarray(from, to),
        call: call?.subarray(from, to),
      });
      from = to;
    }
  }

  /** Tells of the windows that end before the run does. */
  beforeFinish(): void {
    this.tellBefore(this.task.options.untilUs);
  }

  /** The run is over: tells of the last window. */
  finish(): void {
    this.tellUpTo(this.task.options.untilUs, this.totals(this.task.options.untilUs));
  }

  /** Where the window at hand ends. */
  private get edgeUs(): number {
    return this.task.options.fromUs + (this.window + 1) * this.everyUs;
  }

  /** Tells of all windows that end before `timeUs`. */
  private tellBefore(timeUs: number): void {
    const {cell} = this;
    for (let edgeUs = this.edgeUs; edgeUs < timeUs; edgeUs = this.edgeUs) {
      cell.advanceTo(edgeUs);
      const charged = cell.account.totals();
      const billed = cell.fleet.billing?.totals();
      cell.fleet.cut(edgeUs);
      const now = this.totals(edgeUs);
      cell.account.takeBack(charged);
      if (billed) cell.fleet.billing!.takeBack(billed);
      this.tellUpTo(edgeUs, now);
      this.window++;
    }
  }

  /** What has come to pass by `atUs`, up to which everything is charged. */
  private totals(atUs: number): Totals {
    const {cell, task} = this;
    const {tally, account, fleet, dispatcher} = cell;
    const waiting = new Float64Array(this.payer.length);
    const visit = (fn: number, arrivalUs: number): void => {
      if (arrivalUs >= task.options.fromUs) waiting[fn]! += 1;
    };
    if (atUs < task.options.untilUs) {
      dispatcher.backlog.visit(visit);
      dispatcher.retrying.visit(visit);
    }
    // Where hosts fail a call that has an instance may yet be lost.
    const undecided = new Float64Array(this.payer.length);
    if (cell.failing && atUs < task.options.untilUs) {
      cell.jobs!.visit((fn, arrivalUs) => {
        if (arrivalUs >= task.options.fromUs) undecided[fn]! += 1;
      });
    }
    const queuedUs = tally.queueTime!.until(atUs, (each) => dispatcher.backlog.visit(each));
    const delayUs = Float64Array.from(waiting, (_, fn) => tally.delays.sumUs(fn));
    const {calls, busyUs, idleUs, startingUs} = account.totals();
    return {
      columns: {
        ...{calls, busyUs, idleUs, startingUs, delayUs, queuedUs, waiting, undecided},
        ...tally.columns(),
        prewarms: tally.prewarmed.slice(),
      },
      billed: fleet.billing?.totals(),
      hostUs: fleet.hostUse?.until(atUs) ?? 0,
    };
  }

  private tellUpTo(untilUs: number, now: Totals): void {
    const {before, task, called, window} = this;
    const {fromUs, prices} = task.options;
    const share = (untilUs - fromUs - window * this.everyUs) / this.terms.countedUs;
    const difference = (a: Float64Array, b: Float64Array | undefined): Float64Array =>
      b === undefined ? a : a.map((value, fn) => value - b[fn]!);
    const its = Object.fromEntries(
      columnNames.map((name) => [name, difference(now.columns[name], before.columns[name])]),
    ) as Totals['columns'];
    const unserved = called.map((_, fn) => unservedNames.reduce((sum, name) => sum + its[name][fn]!, 0));
    const pending = (fn: number): number => its.waiting[fn]! + its.undecided[fn]!;
    const warm = called.map((_, fn) => its.calls[fn]! - its.cold[fn]! - unserved[fn]! - pending(fn));
    const billed = now.billed && differences(now.billed, before.billed, difference);
    const usage = usageOfEach(
      {
        ...this.terms,
        providedUs: this.terms.providedUs.map((us) => us * share),
        countedUs: this.terms.countedUs * share,
      },
      {
        ...its,
        calls: called,
        billed,
        hostUs: now.hostUs - before.hostUs,
        unserved: (fn) => called[fn]! - warm[fn]! - its.cold[fn]!,
        lost: (fn) => lostOf(its, fn),
        delayUs: (fn) => its.delayUs[fn]!,
      },
    );
    this.before = now;
    this.hand(its, warm, now.columns.waiting, (fn) => billOf(usage(fn), prices).total);
  }

  /** Tells of the window at hand, summed up by payer; of all together even if nothing happens. */
  private hand(its: Totals['columns'], warm: Float64Array, waiting: Float64Array, usd: (fn: number) => number): void {
    const rows = new Map<number, Float64Array>();
    const rowOf = (payer: number): Float64Array => {
      const known = rows.get(payer);
      if (known !== undefined) return known;
      const row = new Float64Array(TIMELINE_FIELDS);
      row[fieldOf('window')] = this.window;
      row[fieldOf('payer')] = payer;
      rows.set(payer, row);
      return row;
    };
    if (this.task.asked.timeline!.payer === undefined) rowOf(0);
    for (let fn = 0; fn < warm.length; fn++) {
      const cost = this.isIdle(fn, its, warm, waiting) ? 0 : usd(fn);
      if (cost === 0 && this.isIdle(fn, its, warm, waiting)) continue;
      const row = rowOf(this.payer[fn]!);
      row[fieldOf('invocations')]! += its.calls[fn]!;
      row[fieldOf('warm')]! += warm[fn]!;
      row[fieldOf('cold')]! += its.cold[fn]!;
      for (const name of unservedNames) row[fieldOf(name)]! += its[name][fn]!;
      for (const name of ['duplicated', 'prewarms', 'busyUs', 'idleUs', 'startingUs', 'delayUs', 'queuedUs'] as const)
        row[fieldOf(name)]! += its[name][fn]!;
      row[fieldOf('waiting')]! += waiting[fn]!;
      row[fieldOf('usd')]! += cost;
    }
    const told = [...rows.values()].sort((a, b) => a[1]! - b[1]!);
    const all = new Float64Array(told.length * TIMELINE_FIELDS);
    for (const [k, row] of told.entries()) all.set(row, k * TIMELINE_FIELDS);
    if (all.length > 0) this.tell('timeline', all);
  }

  /** Nothing of the function happens or is paid for. */
  private isIdle(fn: number, its: Totals['columns'], warm: Float64Array, waiting: Float64Array): boolean {
    const {prices} = this.task.options;
    if (this.terms.providedUs[fn]! > 0 || (prices.snapshotUsdPerGbSecond > 0 && this.called[fn]! > 0)) return false;
    const held = its.busyUs[fn] !== 0 || its.idleUs[fn] !== 0 || its.startingUs[fn] !== 0;
    return (
      !held &&
      its.calls[fn] === 0 &&
      warm[fn] === 0 &&
      waiting[fn] === 0 &&
      its.waiting[fn] === 0 &&
      its.undecided[fn] === 0 &&
      its.duplicated[fn] === 0 &&
      its.queuedUs[fn] === 0
    );
  }
}

function zeros(functions: number): Totals['columns'] {
  return Object.fromEntries(
    columnNames.map((name) => [name, new Float64Array(functions)]),
  ) as unknown as Totals['columns'];
}

function differences(
  now: BilledColumns,
  before: BilledColumns | undefined,
  difference: (a: Float64Array, b: Float64Array | undefined) => Float64Array,
): BilledColumns {
  return Object.fromEntries(
    billedNames.map((name) => [name, difference(now[name], before?.[name])]),
  ) as unknown as BilledColumns;
}
