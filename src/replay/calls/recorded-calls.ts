import {draw32, mixKeys, unit} from '../../base/random.ts';
import {US_PER_MINUTE} from '../../base/units.ts';
import {type EventArrivals, int64At, UNKNOWN_DURATION, UNKNOWN_START} from '../../workload/workload.ts';
import {type FeedSetup, WINDOW_CALLS, WindowCalls} from './window-calls.ts';

/** Stream of the durations of calls of which the trace does not tell it. */
const DURATIONS = 0x64757273;

/** Calls as a trace of single ones has them. */
export class RecordedCalls extends WindowCalls {
  private readonly arrivals: EventArrivals;

  constructor(setup: FeedSetup, arrivals: EventArrivals) {
    super(setup, arrivals.arrivalUs);
    this.arrivals = arrivals;
  }

  protected minuteAt(at: number): number {
    return Math.floor(int64At(this.arrivals.arrivalUs.values, at) / US_PER_MINUTE);
  }

  /** The cursor passes the calls window by window. */
  protected takeCalls(fn: number): number {
    const {values} = this.arrivals.arrivalUs;
    const at = this.cursor[fn]!;
    const end = this.listEnd[fn]!;
    const limitUs = (this.minute + 1) * US_PER_MINUTE;
    let calls = 0;
    while (at + calls < end && int64At(values, at + calls) < limitUs) calls++;
    return calls;
  }

  protected leaveWindow(): void {
    const {values} = this.arrivals.arrivalUs;
    const highUs = this.highUs - this.originUs;
    for (let k = 0; k < this.functions; k++) {
      const fn = this.fn[k]!;
      let at = this.cursor[fn]!;
      while (at < this.listEnd[fn]! && int64At(values, at) < highUs) at++;
      this.cursor[fn] = at;
    }
  }

  protected mostCalls(): number {
    return WINDOW_CALLS;
  }

  protected openParts(): void {}

  has(k: number): boolean {
    const fn = this.fn[k]!;
    const at = this.cursor[fn]!;
    return at < this.listEnd[fn]! && int64At(this.arrivals.arrivalUs.values, at) < this.highUs - this.originUs;
  }

  load(k: number): number {
    const {rows, part, parts, key, durations, cold, ownCold, seed} = this.setup;
    const {arrivalUs, durationUs, coldUs, sequence} = this.arrivals;
    const before = this.rows;
    const fn = this.fn[k]!;
    const row = rows[fn]!;
    const start = arrivalUs.start[row]!;
    const isOwn = coldUs !== undefined && ownCold?.[fn] !== 0;
    const toDuration = durationUs === undefined ? 0 : durationUs.start[row]! - start;
    const toCold = coldUs === undefined ? 0 : coldUs.start[row]! - start;
    const toSequence = sequence === undefined ? 0 : sequence.start[row]! - start;
    const keyA = mixKeys(key[fn]!, seed);
    const keyB = mixKeys(keyA, DURATIONS);
    const end = this.listEnd[fn]!;
    const lowUs = this.lowUs - this.originUs;
    for (let at = this.cursor[fn]!; at < end; at++) {
      const us = int64At(arrivalUs.values, at) - lowUs;
      if (us >= this.highUs - this.lowUs) break;
      if (parts[fn]! > 1 && (at - start + (key[fn]! >>> 0)) % parts[fn]! !== part[fn]!) continue;
      this.reserve(1);
      this.arrivalUs[this.rows] = us;
      const ownUs = durationUs === undefined ? UNKNOWN_DURATION : int64At(durationUs.values, at + toDuration);
      this.durationUs[this.rows] = ownUs >= 0 ? ownUs : durations.at(fn, unit(draw32(keyA, keyB, at - start)));
      if (cold !== undefined) {
        const ownColdUs = isOwn ? int64At(coldUs.values, at + toCold) : UNKNOWN_START;
        this.coldUs![this.rows] = ownColdUs >= 0 ? ownColdUs : cold.drawUs(fn, this.lowUs + us);
      }
      if (sequence !== undefined) this.sequence![this.rows] = int64At(sequence.values, at + toSequence);
      if (this.call !== undefined) this.call[this.rows] = at;
      this.rows++;
    }
    return this.rows - before;
  }
}
