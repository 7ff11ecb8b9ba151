import {US_PER_MS, US_PER_SECOND} from '../../base/units.ts';
import {type EventArrivals, int64At, type MinuteArrivals, type Workload} from '../../workload/workload.ts';

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
  private readonly spanSeconds: number;

  constructor(workload: Workload) {
    this.workload = workload;
    this.spanSeconds = workload.meta.spanUs / US_PER_SECOND;
  }

  /** Fills the columns with function `f`'s gaps. O(its calls), or O(its minutes) for a per-minute trace. */
  read(f: number): void {
    this.length = 0;
    this.calls = 0;
    this.gapSeconds = 0;
    this.headSeconds = this.spanSeconds;
    this.tailSeconds = 0;
    const {arrivals} = this.workload;
    const end = arrivals.kind === 'event' ? this.readEvents(arrivals, f) : this.readMinutes(arrivals, f);
    if (this.calls > 0) this.tailSeconds = Math.max(0, this.spanSeconds - end);
  }

  /** Time that something of the function runs. */
  get busySeconds(): number {
    return Math.max(0, this.spanSeconds - this.headSeconds - this.gapSeconds - this.tailSeconds);
  }

  private readEvents({arrivalUs, durationUs}: EventArrivals, f: number): number {
    const from = arrivalUs.start[f]!;
    const calls = arrivalUs.length[f]!;
    const mean = this.meanSeconds(f);
    let end = 0;
    for (let i = 0; i < calls; i++) {
      const at = int64At(arrivalUs.values, from + i) / US_PER_SECOND;
      const runs = durationUs ? int64At(durationUs.values, durationUs.start[f]! + i) / US_PER_SECOND : mean;
      this.idle(end, at, 1);
      this.calls++;
      end = Math.max(end, at + runs);
    }
    return end;
  }

  private readMinutes({minute, count}: MinuteArrivals, f: number): number {
    const rows = minute.length[f]!;
    const mean = this.meanSeconds(f);
    let end = 0;
    for (let i = 0; i < rows; i++) {
      const start = minute.values[minute.start[f]! + i]! * 60;
      const calls = count.values[count.start[f]! + i]!;
      // The last minute of a span may be cut short.
      const step = Math.min(60, this.spanSeconds - start) / calls;
      this.idle(end, start + step / 2, 1);
      this.calls++;
      if (calls > 1) this.idle(start + step / 2 + mean, start + 1.5 * step, calls - 1);
      this.calls += calls - 1;
      end = Math.max(end, start + (calls - 0.5) * step + mean);
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
    const mean = this.workload.duration.meanMs[f]!;
    return Number.isNaN(mean) ? DEFAULT_DURATION_SECONDS : (mean * US_PER_MS) / US_PER_SECOND;
  }

  private grow(): void {
    for (const column of ['seconds', 'weight', 'begin'] as const) {
      const larger = new Float64Array(this[column].length * 2);
      larger.set(this[column]);
      this[column] = larger;
    }
  }
}
