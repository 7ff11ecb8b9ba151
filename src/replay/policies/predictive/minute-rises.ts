import {classOfLevel, levelOfClass} from '../../../demand/levels/level-classes.ts';

/** Rises of a minute that are told apart; more count as this many. */
const MOST = 8;
/** What an active minute adds is forgotten at this rate, so that the latest thirty or so decide. */
const FADE = 0.97;
/** Minutes with 1, 2, ... rises that are imagined to have been seen before any were. */
const PRIOR = [0, 0.6, 0.25, 0.1, 0.05, 0.03, 0.02, 0.02, 0.05] as const;
/** Shares of the minutes with a level that go on to the next one, before any were seen: of the first level, of others. */
const FIRST_GOES_ON = 0.2;
const GOES_ON = 0.3;

/** How much of a start is lost by waiting for the level below, before any such wait was seen. */
const LOST = 0.6;
/** Below this nothing is started ahead, however cheap idle time is: it may cost nothing at all. */
const LEAST_WORTH = 1e-6;
/** Waits over which that is averaged, at most. */
const WAITS = 20;

/** Columns of a level: the minute at hand, its first rise, rises in it, minutes with rises before it, */
const MINUTE = 0;
const FIRST_US = 1;
const RISES = 2;
const MINUTES = 3;
/** waits for it after the level below was reached, and the mean share of a start that each would have lost, */
const WAITED = 4;
const LOST_SHARE = 5;
/** and minutes with 1, 2, ... rises. */
const HISTOGRAM = 5; // + 1 to MOST
const STRIDE = HISTOGRAM + MOST + 1;

/**
 * What a forecast by the minute does not know, learnt online: how often each level of a function's concurrency is
 * reached within a minute that reaches it at all, how often the next level is reached too, and how soon. Given the number of
 * rises in a minute, their times are taken as uniform in it, as for any arrivals that are Poisson given their count.
 */
export class MinuteRises {
  private readonly columns: Float64Array[]; // [function], [class * STRIDE + column]

  constructor(functions: number) {
    this.columns = new Array<Float64Array>(functions).fill(none);
  }

  /**
   * A call of `fn` raises the number running to `level` in `minute`; true when it is the minute's first to do so.
   * `coldUs` is how long a start takes.
   */
  rise(fn: number, level: number, minute: number, nowUs: number, coldUs: number): boolean {
    const at = classOfLevel(level) * STRIDE;
    if (at >= this.columns[fn]!.length) this.columns[fn] = grown(this.columns[fn]!, at + STRIDE);
    const c = this.columns[fn]!;
    if (c[at + MINUTE] === minute) {
      c[at + RISES]! += 1;
      return false;
    }
    if (c[at + MINUTE]! >= 0) {
      for (let n = 1; n <= MOST; n++) c[at + HISTOGRAM + n]! *= FADE;
      c[at + HISTOGRAM + Math.min(MOST, c[at + RISES]!)]! += 1;
      c[at + MINUTES]! += 1;
    }
    c[at + MINUTE] = minute;
    c[at + FIRST_US] = nowUs;
    c[at + RISES] = 1;
    const below = at - STRIDE;
    if (below >= 0 && c[below + MINUTE] === minute) learnWait(c, at, nowUs - c[below + FIRST_US]!, coldUs);
    return true;
  }

  /**
   * Up to which level instances are to be started now that `minute` has reached `level`. The chance that the minute
   * goes on to a level is the product of the shares of earlier minutes that went on from each one to the next. A start
   * can also wait until the next level is reached, which loses only what of it is not done in time: so a level further
   * up counts for its chance times the share of a start that waits have lost on the way. Levels count while that
   * exceeds `limit`.
   */
  likelyLevel(fn: number, level: number, minute: number, limit: number): number {
    const c = this.columns[fn]!;
    let place = classOfLevel(level);
    let likely = level;
    let worth = 1;
    for (let minutes = this.minutesBefore(fn, place, minute); ; place++) {
      const next = this.minutesBefore(fn, place + 1, minute);
      worth *= Math.min(1, (next + (place === 0 ? FIRST_GOES_ON : GOES_ON)) / (minutes + 1));
      if (likely > level) {
        const at = (place + 1) * STRIDE;
        worth *= at < c.length ? c[at + LOST_SHARE]! : LOST;
      }
      if (!(worth > Math.max(limit, LEAST_WORTH))) return likely;
      likely = Math.max(level + 1, levelOfClass(place + 1));
      minutes = next;
    }
  }

  /**
   * Whether an instance that served `level` and goes idle after the share `elapsed` of `minute` should stay till its
   * end: whether the chance of another rise is worth more than the idle time expected until then, of which a whole
   * minute is worth `threshold` of a start.
   */
  worthKeeping(fn: number, level: number, minute: number, elapsed: number, threshold: number): boolean {
    const at = classOfLevel(level) * STRIDE;
    const c = this.columns[fn]!;
    const rises = at < c.length && c[at + MINUTE] === minute ? c[at + RISES]! : 0;
    if (rises >= MOST) return rises > threshold * elapsed;
    // Weight of m more rises: that of rises + m in all, times the ways in which so many of them lie in the elapsed share.
    const left = 1 - elapsed;
    // From the first further rise on each adds to the gain, if idle time is cheap.
    const onlyGrows = threshold * left <= 2;
    let ways = 1;
    let power = 1;
    let total = 0;
    let gain = 0;
    for (let m = 0; rises + m <= MOST; m++) {
      const n = rises + m;
      if (m > 0) ways *= n / m;
      const weight = n === 0 ? 0 : ((at < c.length ? c[at + HISTOGRAM + n]! : 0) + PRIOR[n]!) * ways * power;
      power *= left;
      total += weight;
      // Till the first of m rises, or the end, an instance is idle for left / (m + 1) of a minute.
      gain += weight * ((m > 0 ? 1 : 0) - (threshold * left) / (m + 1));
      if (gain > 0 && onlyGrows) return true;
    }
    return total > 0 && gain > 0;
  }

  /** Minutes before `minute` that reached the class. */
  private minutesBefore(fn: number, place: number, minute: number): number {
    const at = place * STRIDE;
    const c = this.columns[fn]!;
    if (at >= c.length || c[at + MINUTE]! < 0) return 0;
    return c[at + MINUTES]! + (c[at + MINUTE] === minute ? 0 : 1);
  }
}

const none = new Float64Array(0);

function learnWait(c: Float64Array, at: number, waitUs: number, coldUs: number): void {
  const lost = coldUs > 0 ? Math.max(0, 1 - waitUs / coldUs) : 0;
  c[at + WAITED] = Math.min(WAITS, c[at + WAITED]! + 1);
  // The share assumed at first counts as one wait.
  c[at + LOST_SHARE]! += (lost - c[at + LOST_SHARE]!) / (c[at + WAITED]! + 1);
}

function grown(columns: Float64Array, length: number): Float64Array {
  const larger = new Float64Array(Math.max(length, 2 * columns.length));
  larger.set(columns);
  for (let at = columns.length; at < larger.length; at += STRIDE) {
    larger[at + MINUTE] = -1;
    larger[at + LOST_SHARE] = LOST;
  }
  return larger;
}
