import type {Slowdown} from '../faults/fault-rule.ts';

/** How many instances may start, and when. */
export interface StartLimits {
  /** At once on a host; Infinity: no limit. */
  readonly perHost: number;
  /** A second, in the long run; Infinity: no limit. */
  readonly perSecond: number;
  /** At once after a long rest, at least 1. */
  readonly burst: number;
  /** Every function has that rate and that burst for itself. */
  readonly perFunction: boolean;
  /** Of how many equal parts of a function one is here, which has its share; undefined: functions are whole. [function] */
  readonly parts?: Int32Array | undefined;
  /** Times in which fewer may; undefined: none. */
  readonly slowdowns?: readonly Slowdown[] | undefined;
  /** Set where starts lengthen each other: it knows when one more has a place on a host. */
  readonly shared?: {placeUs(host: number, nowUs: number, perHost: number): number} | undefined;
}

/**
 * Limits on starting instances: so many at once on a host, and a bucket of tokens, full at time 0 and refilled
 * continuously, for all functions together or for each. Both are first come, first served, so the moment a start may
 * begin is known when it is asked for and no event is needed.
 */
export class StartGate {
  private readonly perHost: number;
  /** Between two tokens, and how long it takes to refill a bucket up to its last token. */
  private readonly intervalUs: Float64Array; // [function], or one
  private readonly slackUs: Float64Array; // [function], or one
  private readonly perFunction: boolean;
  /** Ends of the last starts on each host, `perHost` of them: a min-heap each, the one that is over first in front. */
  private readonly endsUs: Float64Array;
  /** When each bucket will be full, or was (generic cell rate algorithm: its state is one time). */
  private readonly fullUs: Float64Array; // [function], or one
  private readonly slowdowns: readonly Slowdown[];
  private readonly shared: StartLimits['shared'];
  /** When the bucket of each slowdown is full, or was. */
  private readonly slowFullUs: Float64Array;

  constructor(
    hosts: number,
    functions: number,
    {perHost, perSecond, burst, perFunction, parts, slowdowns = [], shared}: StartLimits,
  ) {
    this.perHost = perHost;
    const shares = perFunction
      ? Float64Array.from({length: functions}, (_, fn) => parts?.[fn] ?? 1)
      : Float64Array.of(1);
    this.intervalUs = shares.map((share) => (1e6 / perSecond) * share);
    this.slackUs = this.intervalUs.map((us, fn) => us * (Math.max(1, burst / shares[fn]!) - 1));
    this.perFunction = perFunction;
    this.slowdowns = slowdowns;
    this.shared = shared;
    this.slowFullUs = new Float64Array(slowdowns.length);
    this.endsUs = new Float64Array(perHost === Number.POSITIVE_INFINITY ? 0 : hosts * perHost);
    this.fullUs = new Float64Array(perFunction ? functions : 1);
  }

  /** When a start of `coldUs` of `fn` on `host`, asked for at `nowUs`, begins; a whole microsecond, never before `nowUs`. */
  begin(host: number, fn: number, nowUs: number, coldUs: number): number {
    let beginUs = nowUs;
    const limited = this.endsUs.length > 0;
    if (limited) beginUs = Math.max(beginUs, this.placeUs(host, nowUs));
    const bucket = this.perFunction ? fn : 0;
    if (this.intervalUs[bucket]! > 0) {
      // Tokens keep their fractions, so that the rate holds in the long run.
      const tokenUs = Math.max(beginUs, this.fullUs[bucket]! - this.slackUs[bucket]!);
      this.fullUs[bucket] = Math.max(tokenUs, this.fullUs[bucket]!) + this.intervalUs[bucket]!;
      beginUs = Math.ceil(tokenUs);
    }
    for (let k = 0; k < this.slowdowns.length; k++) beginUs = this.takeSlow(k, beginUs);
    if (limited) this.replaceFirst(host * this.perHost, beginUs + coldUs);
    return beginUs;
  }

  /** `host` has failed: nothing starts there. */
  lose(host: number): void {
    if (this.endsUs.length > 0) this.endsUs.fill(0, host * this.perHost, (host + 1) * this.perHost);
  }

  /** Starts on `host` that were not over at `sinceUs` are so much later. */
  delay(host: number, sinceUs: number, byUs: number): void {
    if (this.endsUs.length === 0) return;
    for (let k = host * this.perHost; k < (host + 1) * this.perHost; k++) {
      if (this.endsUs[k]! > sinceUs) this.endsUs[k]! += byUs;
    }
  }

  /** From when on there is a token for `fn`, if nobody asks before; a whole microsecond, not before `nowUs`. */
  tokenUs(fn: number, nowUs: number): number {
    const bucket = this.perFunction ? fn : 0;
    let atUs = Math.max(nowUs, Math.ceil(this.fullUs[bucket]! - this.slackUs[bucket]!));
    for (let k = 0; k < this.slowdowns.length; k++) atUs = this.slowUs(k, atUs);
    return atUs;
  }

  /** A start that could begin at `atUs` begins then, within a slowdown when it has a token, after it at once. */
  private takeSlow(k: number, atUs: number): number {
    const {fromUs, untilUs, perSecond} = this.slowdowns[k]!;
    if (atUs < fromUs || atUs >= untilUs) return atUs;
    const tokenUs = Math.max(atUs, this.slowFullUs[k]!);
    this.slowFullUs[k] = tokenUs + 1e6 / perSecond;
    return Math.min(Math.ceil(tokenUs), untilUs);
  }

  /** When that would be. */
  private slowUs(k: number, atUs: number): number {
    const {fromUs, untilUs} = this.slowdowns[k]!;
    return atUs < fromUs || atUs >= untilUs ? atUs : Math.min(Math.ceil(Math.max(atUs, this.slowFullUs[k]!)), untilUs);
  }

  /** From when on a start of `fn` on `host` could begin, if nobody asks before; a whole microsecond. */
  freeUs(host: number, fn: number, nowUs: number): number {
    const placeUs = this.endsUs.length > 0 ? this.placeUs(host, nowUs) : 0;
    return Math.max(placeUs, this.tokenUs(fn, nowUs));
  }

  /** When a place on `host` is free for one more start, or was. */
  private placeUs(host: number, nowUs: number): number {
    return this.shared?.placeUs(host, nowUs, this.perHost) ?? this.endsUs[host * this.perHost]!;
  }

  /** Puts `endUs` in the place of the first of the heap that begins at `base`. */
  private replaceFirst(base: number, endUs: number): void {
    const {endsUs, perHost} = this;
    let at = 0;
    for (let child = 1; child < perHost; child = 2 * at + 1) {
      if (child + 1 < perHost && endsUs[base + child + 1]! < endsUs[base + child]!) child++;
      if (endsUs[base + child]! >= endUs) break;
      endsUs[base + at] = endsUs[base + child]!;
      at = child;
    }
    endsUs[base + at] = endUs;
  }
}
