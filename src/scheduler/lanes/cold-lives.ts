import type {ColdTime} from '../../fleet/cold-time/cold-time.ts';
import type {Cell} from '../core/cell.ts';
import type {WindowOfCalls} from '../core/window-of-calls.ts';

/**
 * A cell of a fleet without limits whose instances are destroyed as soon as they have served: every call is cold and has an
 * instance to itself, so its life follows from the call alone, and none needs order. Only the peak does, which is found
 * from when instances come and go: the account must note that. Outcomes are the cell's own to the last unit.
 */
export class ColdLives {
  private readonly cell: Cell;
  private readonly coldTime: ColdTime;
  private readonly fromUs: number;
  private readonly untilUs: number;
  /** Lives that began before the counted part and end in it. */
  private readonly crossing: {readonly fn: number; readonly readyUs: number; readonly endUs: number}[] = [];

  /** Calls count in [fromUs, untilUs); no window has calls from both sides of `fromUs`. */
  constructor(cell: Cell, coldTime: ColdTime, fromUs: number, untilUs: number) {
    this.cell = cell;
    this.coldTime = coldTime;
    this.fromUs = fromUs;
    this.untilUs = untilUs;
  }

  /** Serves a window. */
  run(window: WindowOfCalls): boolean {
    for (let k = 0; k < window.functions; k++) {
      if (!window.has(k)) continue;
      window.rows = 0;
      const calls = window.load(k);
      if (calls === 0) continue;
      if (window.lowUs < this.fromUs) this.pass(window, window.fn[k]!, calls);
      else this.serve(window, window.fn[k]!, calls);
    }
    return true;
  }

  /** The cell has nothing to serve. */
  served(): void {}

  /** Starts the counted part. */
  beginCounting(fromUs: number): void {
    const {account, fleet} = this.cell;
    const {memoryMib} = fleet.functions;
    const mib = this.crossing.reduce((sum, {fn}) => sum + memoryMib[fn]!, 0);
    account.changed(this.crossing.length, mib);
    this.cell.beginCounting(fromUs);
    for (const {fn, readyUs, endUs} of this.crossing) {
      const readyFromUs = this.within(readyUs);
      account.addWindow(fn, 0, readyFromUs - fromUs, this.within(endUs) - readyFromUs, 0);
      this.ends(fn, endUs);
    }
  }

  /** Ends the run. */
  finish(endUs: number): void {
    this.cell.finish(endUs);
  }

  /** Calls before the counted part. */
  private pass({lowUs, arrivalUs, durationUs}: WindowOfCalls, fn: number, calls: number): void {
    this.cell.account.addWindow(fn, calls, 0, 0, 0);
    for (let row = 0; row < calls; row++) {
      const bornUs = lowUs + arrivalUs[row]!;
      const readyUs = bornUs + this.coldTime.drawUs(fn, bornUs);
      const endUs = readyUs + durationUs[row]!;
      if (endUs >= this.fromUs) this.crossing.push({fn, readyUs, endUs});
    }
  }

  private serve({lowUs, arrivalUs, durationUs}: WindowOfCalls, fn: number, calls: number): void {
    const {coldTime, untilUs} = this;
    const {account, tally} = this.cell;
    let [startingUs, busyUs] = [0, 0];
    if (account.callsEver(fn) === 0) tally.startedFirst(lowUs);
    for (let row = 0; row < calls; row++) {
      const bornUs = lowUs + arrivalUs[row]!;
      const tookUs = coldTime.drawUs(fn, bornUs);
      const readyUs = bornUs + tookUs;
      const endUs = readyUs + durationUs[row]!;
      const readyByUs = readyUs < untilUs ? readyUs : untilUs;
      tally.startedCold(fn, bornUs, tookUs);
      tally.started(fn, bornUs, readyUs);
      startingUs += readyByUs - bornUs;
      busyUs += (endUs < untilUs ? endUs : untilUs) - readyByUs;
      account.changes!.came(fn, bornUs);
      this.ends(fn, endUs);
    }
    account.addWindow(fn, calls, startingUs, busyUs, 0);
    tally.addWindow(calls, calls);
  }

  private ends(fn: number, endUs: number): void {
    if (endUs >= this.untilUs) return;
    this.cell.account.changes!.went(fn, endUs);
    this.cell.tally.expirations++;
  }

  private within(us: number): number {
    return Math.min(Math.max(us, this.fromUs), this.untilUs);
  }
}
