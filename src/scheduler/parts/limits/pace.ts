/** How many calls an instance may begin: so many a second in the long run, and at once after a rest. */
export interface PaceLimits {
  readonly perSecond: number;
  /** At least 1. */
  readonly burst: number;
}

/**
 * The pace of instances: each has a bucket of tokens, full when it is created and refilled continuously, and a call that it
 * begins takes one. Without a token it rests: it takes no call, whatever places it has, and is nobody's to evict.
 */
export class Pace {
  private readonly intervalUs: number;
  private readonly slackUs: number;
  /** When the bucket will be full, or was (generic cell rate algorithm). */
  private fullUs = new Float64Array(1024); // [instance]
  private untilUs = new Float64Array(1024); // [instance] of its rest; 0: none
  /** 1: it rests and has no call. */
  private idle = new Uint8Array(1024); // [instance]

  constructor({perSecond, burst}: PaceLimits) {
    this.intervalUs = 1e6 / perSecond;
    this.slackUs = this.intervalUs * (burst - 1);
  }

  /** `i` was created, or is no more. */
  reset(i: number): void {
    if (i >= this.fullUs.length) this.grow(2 * (i + 1));
    this.fullUs[i] = this.untilUs[i] = this.idle[i] = 0;
  }

  /** `i` begins a call at `startUs`: until when it rests then, a whole microsecond; 0: it does not. */
  began(i: number, startUs: number): number {
    this.fullUs[i] = Math.max(startUs, this.fullUs[i]!) + this.intervalUs;
    const untilUs = Math.ceil(this.fullUs[i]! - this.slackUs);
    this.untilUs[i] = untilUs > startUs ? untilUs : 0;
    return this.untilUs[i]!;
  }

  rests(i: number): boolean {
    return this.untilUs[i]! > 0;
  }

  /** `i`, which rests, has no call any more. */
  idles(i: number): void {
    this.idle[i] = 1;
  }

  /** The timer for `nowUs` fires: true if the rest of `i` is over. */
  ends(i: number, nowUs: number): boolean {
    if (this.untilUs[i] !== nowUs) return false;
    this.untilUs[i] = 0;
    return true;
  }

  /** True if `i` rests and has no call. */
  isIdle(i: number): boolean {
    return this.idle[i] === 1;
  }

  /** True if `i`, whose rest is over, had no call in the end. */
  wasIdle(i: number): boolean {
    const was = this.idle[i] === 1;
    this.idle[i] = 0;
    return was;
  }

  private grow(capacity: number): void {
    const [full, until, idle] = [new Float64Array(capacity), new Float64Array(capacity), new Uint8Array(capacity)];
    full.set(this.fullUs);
    until.set(this.untilUs);
    idle.set(this.idle);
    this.fullUs = full;
    this.untilUs = until;
    this.idle = idle;
  }
}
