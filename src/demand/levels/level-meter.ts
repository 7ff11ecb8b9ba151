import {doubled} from '../../workload/columns.ts';
import {SharedInstances} from './shared-instances.ts';

/** Concurrency beyond this is not measured level by level: functions that hot are described by their rate. */
const MAX_LEVELS = 4096;
/** Calls closer than this are one spell. */
const SPELL_SECONDS = 60;

/** Hears of the idle gaps of levels. */
export interface GapSink {
  /**
   * Level `level`, from 0, was idle for `seconds` until `at`; `closed` when a call ended that, false at the end of what
   * was seen.
   */
  gap(level: number, seconds: number, closed: boolean, at: number): void;
}

/**
 * Counts what each level of concurrency does while calls come and go. When the most recently freed instance serves
 * first, the k-th busy one always finds the instance that was idle since concurrency last fell below k, so the idle
 * gaps of level k are the times between falling below k and rising to it again: one pass tells for every number of
 * kept slots at once which calls would have been cold. Where instances have several places, levels are of instances that
 * are busy, and calls that find a place beside others rise to none.
 */
export class LevelMeter {
  /** Levels that were reached. */
  levels = 0;
  /** Rises to each level. [level - 1] */
  readonly rises = new Float64Array(MAX_LEVELS);
  /** Rises after a gap at least as long as the keep-alive, or the first ever. */
  readonly coldRises = new Float64Array(MAX_LEVELS);
  /** Time below the level, seconds, and the part of it within the keep-alive of the last fall. */
  readonly idleSeconds = new Float64Array(MAX_LEVELS);
  readonly spillSeconds = new Float64Array(MAX_LEVELS);
  /** The same two for a keep-alive of a minute: what tells spells of calls apart where the keep-alive is longer. */
  readonly spellRises = new Float64Array(MAX_LEVELS);
  /** Those of them in the first half of the time. */
  readonly earlySpells = new Float64Array(MAX_LEVELS);
  readonly spellSeconds = new Float64Array(MAX_LEVELS);
  private readonly fellAt = new Float64Array(MAX_LEVELS);
  private finishes = new Float64Array(256); // min-heap
  private busy = 0;
  private readonly shared = new SharedInstances(this);
  private places = 1;
  private keepAliveSeconds: number;
  private readonly halfSeconds: number;
  private readonly gaps: GapSink | undefined;

  /** `halfSeconds`: the middle of the time that is observed. */
  constructor(keepAliveSeconds: number, halfSeconds: number, gaps?: GapSink) {
    this.keepAliveSeconds = keepAliveSeconds;
    this.halfSeconds = halfSeconds;
    this.gaps = gaps;
  }

  /** Begins anew, with another keep-alive if one is given, and instances of so many places that start for so long. */
  reset(keepAliveSeconds = this.keepAliveSeconds, places = 1, coldSeconds = 0): void {
    const {levels} = this;
    this.keepAliveSeconds = keepAliveSeconds;
    const {rises, coldRises, idleSeconds, spillSeconds, spellRises, earlySpells, spellSeconds} = this;
    const columns = [rises, coldRises, idleSeconds, spillSeconds, spellRises, earlySpells, spellSeconds];
    for (const column of columns) column.fill(0, 0, levels);
    this.levels = 0;
    this.busy = 0;
    this.places = places;
    if (places > 1) this.shared.reset(places, coldSeconds);
  }

  /** Full waits for a start that a rise brings to calls, if it is cold: its own, and parts of those that join it. */
  get waitsPerRise(): number {
    if (this.places === 1) return 1;
    let rises = 0;
    for (let level = 0; level < this.levels; level++) rises += this.rises[level]!;
    return rises > 0 ? 1 + this.shared.waits / rises : 1;
  }

  /** When the instance that is idle for the shortest time became so; -Infinity: none is idle. */
  get lastIdleAt(): number {
    return this.busy < this.levels ? this.fellAt[this.busy]! : Number.NEGATIVE_INFINITY;
  }

  /** A call that arrives at `at` and holds an instance until `until`; arrivals in order of time. False beyond MAX_LEVELS. */
  call(at: number, until: number): boolean {
    if (this.places > 1) return this.shared.call(at, until);
    this.finishUntil(at);
    if (!this.rise(at)) return false;
    this.push(until);
    return true;
  }

  /** One more instance is busy. False beyond MAX_LEVELS. */
  rise(at: number): boolean {
    const level = this.busy;
    if (level === MAX_LEVELS) return false;
    if (level === this.levels) {
      this.levels++;
      this.fellAt[level] = Number.NEGATIVE_INFINITY;
    }
    this.rises[level]! += 1;
    const gap = at - this.fellAt[level]!;
    if (gap >= this.keepAliveSeconds) this.coldRises[level]! += 1;
    if (gap >= SPELL_SECONDS) {
      this.spellRises[level]! += 1;
      if (at < this.halfSeconds) this.earlySpells[level]! += 1;
    }
    this.closeGap(level, at, true);
    this.busy++;
    return true;
  }

  /** One instance less is busy. */
  fall(at: number): void {
    this.fellAt[--this.busy] = at;
  }

  /** Closes the books at the end of the observed time. */
  finish(endSeconds: number): void {
    if (this.places > 1) this.shared.finishUntil(endSeconds);
    else this.finishUntil(endSeconds);
    for (let level = this.busy; level < this.levels; level++) this.closeGap(level, endSeconds, false);
  }

  /** Adds the gap since the level was last left; a level never reached before was empty from time 0. */
  private closeGap(level: number, at: number, closed: boolean): void {
    const since = this.fellAt[level]!;
    if (since === Number.NEGATIVE_INFINITY) {
      this.idleSeconds[level]! += at;
      return;
    }
    const gap = at - since;
    this.gaps?.gap(level, gap, closed, at);
    this.idleSeconds[level]! += gap;
    this.spillSeconds[level]! += Math.min(gap, this.keepAliveSeconds);
    this.spellSeconds[level]! += Math.min(gap, SPELL_SECONDS);
  }

  private finishUntil(at: number): void {
    while (this.busy > 0 && this.finishes[0]! <= at) {
      const endedAt = this.finishes[0]!;
      this.pop();
      this.fall(endedAt);
    }
  }

  private push(until: number): void {
    if (this.busy > this.finishes.length) this.finishes = doubled(this.finishes);
    const {finishes} = this;
    let i = this.busy - 1;
    while (i > 0) {
      const parent = (i - 1) >> 1;
      if (finishes[parent]! <= until) break;
      finishes[i] = finishes[parent]!;
      i = parent;
    }
    finishes[i] = until;
  }

  private pop(): void {
    const {finishes} = this;
    const left = this.busy - 1;
    const last = finishes[left]!;
    let i = 0;
    for (;;) {
      let child = 2 * i + 1;
      if (child >= left) break;
      if (child + 1 < left && finishes[child + 1]! < finishes[child]!) child++;
      if (finishes[child]! >= last) break;
      finishes[i] = finishes[child]!;
      i = child;
    }
    finishes[i] = last;
  }
}
