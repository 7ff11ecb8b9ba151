import {US_PER_SECOND} from '../../base/units.ts';
import {type CallCursor, callCursor} from '../../workload/call-cursor.ts';
import type {Workload} from '../../workload/workload.ts';
import {meanDurationUs} from '../durations/mean-durations.ts';

/** What a function whose trace tells no duration is taken to run, as in a replay (`--default-duration`). */
const DEFAULT_DURATION_SECONDS = 1;

/**
 * The idle times of one function at a time, read from a workload into columns that are used again for the next.
 * A gap runs from when nothing of the function is running any more to its next call; a call that comes while another
 * runs ends no gap.
 */
export class IdleGaps {
  /** Seconds of each gap, ascending in time. */
  seconds = new Float64Array(1024);
  /** How many gaps of that length stand here. */
  weight = new Float64Array(1024);
  /** When the (first such) gap began, seconds since time 0. */
  begin = new Float64Array(1024);
  length = 0;
  calls = 0;
  /** Idle time before the first call and after the last one, within the span. */
  headSeconds = 0;
  tailSeconds = 0;
  /** Sum of all gaps. */
  gapSeconds = 0;
  private readonly workload: Workload;
  private readonly cursor: CallCursor;
  private readonly spanSeconds: number;

  constructor(workload: Workload) {
    this.workload = workload;
    this.cursor = callCursor(workload.arrivals);
    this.spanSeconds = workload.meta.spanUs / US_PER_SECOND;
  }

  /** Fills the columns with function `f`'s gaps. O(its calls), or O(its minutes) for a per-minute trace. */
  read(f: number): void {
    this.length = 0;
    this.calls = 0;
    this.gapSeconds = 0;
    this.headSeconds = this.spanSeconds;
    this.tailSeconds = 0;
    const end = this.walk(f);
    if (this.calls > 0) this.tailSeconds = Math.max(0, this.spanSeconds - end);
  }

  /** Time that something of the function runs. */
  get busySeconds(): number {
    return Math.max(0, this.spanSeconds - this.headSeconds - this.gapSeconds - this.tailSeconds);
  }

  /** Notes the gaps of function `f`; returns when its last call ends. */
  private walk(f: number): number {
    const {cursor} = this;
    const mean = this.meanSeconds(f);
    const width = cursor.resolutionUs === 1 ? 0 : cursor.resolutionUs / US_PER_SECOND;
    let end = 0;
    for (cursor.open(f); cursor.next(); ) {
      const start = cursor.timeUs / US_PER_SECOND;
      const {calls, durationUs} = cursor;
      const runs = Number.isNaN(durationUs) ? mean : durationUs / US_PER_SECOND;
      // The last minute of a span may be cut short.
      const step = Math.min(width, this.spanSeconds - start) / calls;
      this.idle(end, start + step / 2, 1);
      this.calls++;
      if (calls > 1) this.idle(start + step / 2 + runs, start + 1.5 * step, calls - 1);
      this.calls += calls - 1;
      end = Math.max(end, start + (calls - 0.5) * step + runs);
    }
    return end;
  }

  private idle(from: number, until: number, weight: number): void {
    if (this.calls === 0) {
      this.headSeconds = until;
      return;
    }
    if (until <= from) return;
    if (this.length === this.seconds.length) this.grow();
    this.seconds[this.length] = until - from;
    this.weight[this.length] = weight;
    this.begin[this.length] = from;
    this.length++;
    this.gapSeconds += (until - from) * weight;
  }

  private meanSeconds(f: number): number {
    const us = meanDurationUs(this.workload, f);
    return Number.isNaN(us) ? DEFAULT_DURATION_SECONDS : us / US_PER_SECOND;
  }

  private grow(): void {
    for (const column of ['seconds', 'weight', 'begin'] as const) {
      const larger = new Float64Array(this[column].length * 2);
      larger.set(this[column]);
      this[column] = larger;
    }
  }
}
