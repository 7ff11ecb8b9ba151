import type {Changes} from './changes.ts';
import {BUSY_US, CALLS, F_DOUBLES, type Functions, IDLE_US} from './functions.ts';

/**
 * The account of a cell, filled by whoever serves, event by event or in sums of a window: how long the instances of
 * each function were idle (ready and not serving, pre-warmed ones too), starting (from creation to ready) and busy
 * (serving), how many calls it had, and how many instances were there at most.
 *
 * Time is charged when a state ends and no sooner, so that lives, starts and calls may be cut short; whoever cuts them
 * says when they ended. What lies before `beginCounting` is taken off here and nowhere else; until all states that were
 * going on then have ended, sums may be below 0. Whole microseconds, exact up to 2^53 us, 285 years, of one function in
 * one state.
 */
export class Account {
  /** Instances alive now, and their memory. */
  alive = 0;
  memoryMib = 0;
  /** The same at most in the counted part. */
  peakSlots = 0;
  peakMemoryMib = 0;
  /** Where cells share one fleet without limits: notes when instances come and go, for the peaks of all together. */
  changes: Changes | undefined;
  private readonly functions: Functions;
  private readonly rows: Float64Array; // [function * F_DOUBLES]: what is charged with every call lies with its function
  private readonly startingUs: Float64Array; // [function]
  private readonly callsBefore: Float64Array; // [function], the counted part

  constructor(functions: Functions) {
    this.functions = functions;
    this.rows = functions.doubles;
    this.startingUs = new Float64Array(functions.count);
    this.callsBefore = new Float64Array(functions.count);
  }

  /** A call of `fn` arrives. */
  called(fn: number): void {
    this.rows[fn * F_DOUBLES + CALLS]! += 1;
  }

  /** An instance of `fn` is created. */
  began(fn: number): void {
    this.alive += 1;
    this.memoryMib += this.functions.memoryMib[fn]!;
    if (this.alive > this.peakSlots) this.peakSlots = this.alive;
    if (this.memoryMib > this.peakMemoryMib) this.peakMemoryMib = this.memoryMib;
  }

  /** An instance of `fn` is no more; its last state has been charged. */
  ended(fn: number): void {
    this.alive -= 1;
    this.memoryMib -= this.functions.memoryMib[fn]!;
  }

  /** An instance of `fn` was starting. */
  leftStarting(fn: number, fromUs: number, toUs: number): void {
    this.startingUs[fn]! += toUs - fromUs;
  }

  /** An instance of `fn` was serving. */
  leftBusy(fn: number, fromUs: number, toUs: number): void {
    this.rows[fn * F_DOUBLES + BUSY_US]! += toUs - fromUs;
  }

  /** An instance of `fn` was ready and not serving. */
  leftIdle(fn: number, fromUs: number, toUs: number): void {
    this.rows[fn * F_DOUBLES + IDLE_US]! += toUs - fromUs;
  }

  /** Idle time that has been charged belongs to a spell which goes on, and will be charged whole when that ends. */
  reopenIdle(fn: number, fromUs: number, toUs: number): void {
    this.rows[fn * F_DOUBLES + IDLE_US]! -= toUs - fromUs;
  }

  /** Sums of a window that lies on one side of the counted part's beginning: calls of `fn`, and its instances' time. */
  addWindow(fn: number, calls: number, startingUs: number, busyUs: number, idleUs: number): void {
    const row = fn * F_DOUBLES;
    this.rows[row + CALLS]! += calls;
    this.startingUs[fn]! += startingUs;
    this.rows[row + BUSY_US]! += busyUs;
    this.rows[row + IDLE_US]! += idleUs;
  }

  /** More instances alive, or fewer, and their memory, in an order that cannot have made a peak. */
  changed(instances: number, memoryMib: number): void {
    this.alive += instances;
    this.memoryMib += memoryMib;
  }

  /** Who is alive, and was at most: for whoever tries something and takes it back. */
  population(): Population {
    const {alive, memoryMib, peakSlots, peakMemoryMib} = this;
    return {alive, memoryMib, peakSlots, peakMemoryMib};
  }

  restore({alive, memoryMib, peakSlots, peakMemoryMib}: Population): void {
    this.alive = alive;
    this.memoryMib = memoryMib;
    this.peakSlots = peakSlots;
    this.peakMemoryMib = peakMemoryMib;
  }

  /**
   * The counted part begins: what was charged so far counts no longer, and peaks are what is there now. `charge` charges
   * all instances alive up to now; that much will be charged again when their states end, so it is owed.
   */
  beginCounting(charge: () => void): void {
    this.peakSlots = this.alive;
    this.peakMemoryMib = this.memoryMib;
    this.changes?.beginCounting(this.alive, this.memoryMib);
    this.setTimes(() => 0);
    charge();
    this.setTimes((chargedUs) => 0 - chargedUs);
    for (let fn = 0; fn < this.functions.count; fn++) this.callsBefore[fn] = this.callsEver(fn);
  }

  private setTimes(of: (us: number) => number): void {
    const {rows, startingUs, functions} = this;
    for (let fn = 0; fn < functions.count; fn++) {
      startingUs[fn] = of(startingUs[fn]!);
      rows[fn * F_DOUBLES + BUSY_US] = of(rows[fn * F_DOUBLES + BUSY_US]!);
      rows[fn * F_DOUBLES + IDLE_US] = of(rows[fn * F_DOUBLES + IDLE_US]!);
    }
  }

  /** Calls of `fn` since the start of the run, counted or not. */
  callsEver(fn: number): number {
    return this.rows[fn * F_DOUBLES + CALLS]!;
  }

  /** Takes back what has been charged since these were the totals. */
  takeBack({busyUs, idleUs, startingUs}: FunctionTotals): void {
    const {rows} = this;
    this.startingUs.set(startingUs);
    for (let fn = 0; fn < this.functions.count; fn++) {
      rows[fn * F_DOUBLES + BUSY_US] = busyUs[fn]!;
      rows[fn * F_DOUBLES + IDLE_US] = idleUs[fn]!;
    }
  }

  /** What the counted part has by function. */
  totals(): FunctionTotals {
    const column = (value: (fn: number) => number): Float64Array =>
      Float64Array.from({length: this.functions.count}, (_, fn) => value(fn));
    return {
      calls: column((fn) => this.callsEver(fn) - this.callsBefore[fn]!),
      busyUs: column((fn) => this.rows[fn * F_DOUBLES + BUSY_US]!),
      idleUs: column((fn) => this.rows[fn * F_DOUBLES + IDLE_US]!),
      startingUs: this.startingUs.slice(),
    };
  }
}

type Population = Pick<Account, 'alive' | 'memoryMib' | 'peakSlots' | 'peakMemoryMib'>;

/** Columns by function of a cell: calls that arrived, and its instances' time in each state, us. */
export interface FunctionTotals {
  readonly calls: Float64Array;
  readonly busyUs: Float64Array;
  readonly idleUs: Float64Array;
  readonly startingUs: Float64Array;
}
