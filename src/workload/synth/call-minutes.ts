import {invariant} from '../../base/errors.ts';
import type {Random} from '../../base/random.ts';
import {US_PER_MINUTE} from '../../base/units.ts';
import {consecutiveLists} from '../columns.ts';
import type {MinuteArrivals} from '../workload.ts';
import {drawBinomial} from './binomial.ts';
import {firingsOf, firstFiring} from './clockwork.ts';
import {HOURS_PER_WEEK} from './population.ts';
import {BLOCK_MINUTES, blockRatio, drawSpell, spellMinutes} from './spells.ts';
import {streamOf} from './streams.ts';

const MINUTES_PER_HOUR = 60;
/** Calls of a session are this part of a spell apart, on average. */
const SESSION_GAP = 0.1;
/** Above one call in so many minutes it is quicker to count per minute than to sort. */
const SORT_SHARE = 16;
const UINT32_MAX = 4294967295;

/** How one function's calls lie in time. */
export interface CallPattern {
  /** 0 for calls that follow no clock. */
  period: number;
  phase: number;
  lateShare: number;
  burstiness: number;
  persistence: number;
  /** Offset of the function's row in the weekly shapes. */
  shapeAt: number;
}

/** What all functions share. */
export interface Timeline {
  readonly spanUs: number;
  /** Minute of the week at time 0. */
  readonly clock: number;
  readonly shapes: Float32Array;
  readonly seed: number;
}

/**
 * Lays each function's calls into minutes and keeps them as columns. Room is taken once, for as many minutes as there
 * can be at most; the system gives memory only to what is written.
 */
export class CallMinutes {
  private readonly timeline: Timeline;
  private readonly minutes: number;
  /** Length of the last minute, in minutes. */
  private readonly lastMinute: number;
  private readonly minute: Uint32Array;
  private readonly count: Uint32Array | Float64Array;
  private readonly length: Float64Array;
  private readonly firstFunction: number;
  private used = 0;
  private functions = 0;
  /** Calls of the function at hand laid so far. */
  private placed = 0;
  private readonly hourEnd: Float64Array; // [hour of the span] running weight
  private readonly weight: Float64Array; // [minute]
  private readonly scratch: Uint32Array; // [call] or [minute]

  /** `calls` of every function, in the order in which they will be added; the first is number `firstFunction` of all. */
  constructor(timeline: Timeline, calls: Float64Array, firstFunction = 0) {
    this.firstFunction = firstFunction;
    this.timeline = timeline;
    this.minutes = Math.ceil(timeline.spanUs / US_PER_MINUTE);
    this.lastMinute = timeline.spanUs / US_PER_MINUTE - (this.minutes - 1);
    let [most, room] = [0, 0];
    for (const n of calls) {
      if (n > most) most = n;
      room += Math.min(n, this.minutes);
    }
    this.minute = new Uint32Array(room);
    this.count = most > UINT32_MAX ? new Float64Array(room) : new Uint32Array(room);
    this.length = new Float64Array(calls.length);
    // The clock may start within an hour, which then touches one more.
    this.hourEnd = new Float64Array(Math.ceil(this.minutes / MINUTES_PER_HOUR) + 1);
    this.weight = new Float64Array(this.minutes);
    this.scratch = new Uint32Array(this.minutes);
  }

  /** Adds the next function with its `n` calls. */
  add(n: number, pattern: CallPattern): void {
    const before = this.used;
    this.placed = 0;
    if (n > 0) this.layOut(n, pattern);
    invariant(this.placed === n, () => `function ${this.functions} got ${this.placed} of its ${n} calls`);
    this.length[this.functions++] = this.used - before;
  }

  finish(): MinuteArrivals {
    const minute = consecutiveLists(this.minute.subarray(0, this.used), this.length);
    const count = this.count.subarray(0, this.used);
    const small = count instanceof Float64Array && count.every((calls) => calls <= UINT32_MAX);
    return {kind: 'minute', minute, count: {...minute, values: small ? Uint32Array.from(count) : count}};
  }

  private layOut(n: number, pattern: CallPattern): void {
    if (this.minutes === 1) {
      this.put(0, n);
      return;
    }
    const random = streamOf(this.timeline.seed, 'calls', this.firstFunction + this.functions);
    if (pattern.period > 0) this.byTheClock(n, pattern, random);
    else if (n < this.minutes) this.bySession(n, pattern, random);
    else this.byMinute(n, pattern, random);
  }

  /** Appends calls of a minute not before the last one put. */
  private put(minute: number, calls: number): void {
    this.minute[this.used] = minute;
    this.count[this.used++] = calls;
    this.placed += calls;
  }

  /** The same calls at each firing, one more at evenly spread ones where they do not divide. */
  private byTheClock(n: number, {period, phase, lateShare}: CallPattern, random: Random): void {
    const first = firstFiring(period, phase, this.timeline.clock);
    const firings = firingsOf(period, phase, this.timeline.clock, this.minutes);
    let [given, carried] = [0, 0];
    for (let i = 0, at = first; i < firings; i++, at += period) {
      const until = i + 1 === firings ? n : Math.floor(((i + 1) * n) / firings);
      const late = lateShare > 0 && at + 1 < this.minutes && random.next() < lateShare;
      const now = carried + (late ? 0 : until - given);
      carried = late ? until - given : 0;
      given = until;
      if (now > 0) this.put(at, now);
      if (carried > 0 && period > 1) {
        this.put(at + 1, carried);
        carried = 0;
      }
    }
  }

  /** Few calls: sessions of several calls at random times, a call by itself if the function is not bursty. */
  private bySession(n: number, {burstiness, persistence, shapeAt}: CallPattern, random: Random): void {
    const total = this.sumHours(shapeAt);
    // In sessions of geometric size with mean B calls are spread as B = 1 + b / 2 says: variance / mean = 2 B - 1.
    const goOn = burstiness / (2 + burstiness);
    const gap = SESSION_GAP * spellMinutes(persistence);
    const {scratch, minutes} = this;
    let at = 0;
    for (let i = 0; i < n; i++) {
      at = i > 0 && random.next() < goOn ? at + gap * random.exponential() : this.timeAt(random.next() * total);
      // A session that outlasts the span goes on at its start.
      if (at >= minutes) at %= minutes;
      if (n * SORT_SHARE < minutes) scratch[i] = at;
      else this.weight[Math.floor(at)]!++;
    }
    if (n * SORT_SHARE < minutes) this.putSorted(n);
    else this.putWeights();
  }

  /** Many calls: a binomial draw a minute of what is left, in spells of high and low rate. */
  private byMinute(n: number, {burstiness, persistence, shapeAt}: CallPattern, random: Random): void {
    const {weight, minutes, timeline} = this;
    const mean = n / minutes;
    // Variance of the rate that gives ten minutes' calls the dispersion asked for.
    const variance = (burstiness * Math.sqrt(1 + BLOCK_MINUTES * mean)) / (mean * blockRatio(persistence));
    const spell = spellMinutes(persistence);
    const sigma = Math.sqrt(Math.log1p(variance));
    const {clock, shapes} = timeline;
    let level = 1;
    let spellEnd = sigma > 0 ? 0 : minutes;
    let left = 0;
    for (let m = 0, hour = Math.floor(clock / MINUTES_PER_HOUR) % HOURS_PER_WEEK; m < minutes; ) {
      const hourEnd = Math.min(minutes, m + MINUTES_PER_HOUR - ((clock + m) % MINUTES_PER_HOUR));
      const rate = shapes[shapeAt + hour]!;
      for (; m < hourEnd; m++) {
        if (m >= spellEnd) {
          spellEnd = m + drawSpell(spell, random);
          level = Math.exp(sigma * random.normal());
        }
        weight[m] = level * rate;
        left += weight[m]!;
      }
      hour = hour + 1 === HOURS_PER_WEEK ? 0 : hour + 1;
    }
    // A function that sleeps through the whole span is called all the same: its rate says so.
    if (left === 0) left = weight.fill(1).length;
    left -= weight[minutes - 1]! * (1 - this.lastMinute);
    weight[minutes - 1]! *= this.lastMinute;
    for (let m = 0, rest = n; m < minutes && rest > 0; m++) {
      const calls = m + 1 === minutes ? rest : drawBinomial(rest, left > 0 ? weight[m]! / left : 1, random);
      if (calls > 0) this.put(m, calls);
      rest -= calls;
      left -= weight[m]!;
    }
    weight.fill(0);
  }

  /** Running weights of the span's hours; returns their sum. Flat for a function that sleeps through the whole span. */
  private sumHours(shapeAt: number): number {
    const {clock, shapes} = this.timeline;
    const firstHour = Math.floor(clock / MINUTES_PER_HOUR);
    const weighted = this.sumRates((h) => shapes[shapeAt + ((firstHour + h) % HOURS_PER_WEEK)]!);
    return weighted > 0 ? weighted : this.sumRates(() => 1);
  }

  private sumRates(rateOf: (hourOfSpan: number) => number): number {
    const {hourEnd} = this;
    let [sum, from] = [0, 0];
    for (let h = 0; h < hourEnd.length; h++) {
      const until = this.endOfHour(h);
      hourEnd[h] = sum += Math.max(0, until - from) * rateOf(h);
      from = until;
    }
    return sum;
  }

  /** Minutes from time 0 to the end of an hour of the span, or of the span. */
  private endOfHour(h: number): number {
    return Math.min(
      this.minutes - 1 + this.lastMinute,
      (h + 1) * MINUTES_PER_HOUR - (this.timeline.clock % MINUTES_PER_HOUR),
    );
  }

  /** The time, in minutes, up to which the weight is `w`. */
  private timeAt(w: number): number {
    const {hourEnd, minutes} = this;
    let [low, high] = [0, hourEnd.length - 1];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (hourEnd[middle]! < w) low = middle + 1;
      else high = middle;
    }
    const before = low === 0 ? 0 : hourEnd[low - 1]!;
    const from = low === 0 ? 0 : this.endOfHour(low - 1);
    const until = this.endOfHour(low);
    const share = hourEnd[low]! > before ? (w - before) / (hourEnd[low]! - before) : 0;
    return Math.min(minutes - 1e-6, from + share * (until - from));
  }

  private putSorted(n: number): void {
    const times = this.scratch.subarray(0, n);
    if (n > 1) times.sort();
    for (let i = 0; i < n; ) {
      let j = i + 1;
      while (j < n && times[j] === times[i]) j++;
      this.put(times[i]!, j - i);
      i = j;
    }
  }

  private putWeights(): void {
    const {weight} = this;
    for (let m = 0; m < weight.length; m++) {
      if (weight[m]! > 0) this.put(m, weight[m]!);
      weight[m] = 0;
    }
  }
}
