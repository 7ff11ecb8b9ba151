import type {Admission} from './admission.ts';

/**
 * Which of the functions whose calls wait are held back by limits of their own: those are passed over at once, so that
 * a million calls of one that has all it may have cost nothing when another function's instance is free.
 */
export class LimitedWaiting {
  private readonly admission: Admission;
  private readonly waiting: Int32Array; // [function]
  /** 1: found to be held back since an instance or a call of it was last over. */
  private readonly held: Uint8Array; // [function]
  /** Waiting calls of functions that are not held back. */
  private free = 0;
  /** A function that was held back no longer is, since the pass began. */
  relieved = false;

  constructor(admission: Admission, functions: number) {
    this.admission = admission;
    this.waiting = new Int32Array(functions);
    this.held = new Uint8Array(functions);
    admission.onRelief = (fn) => this.relieve(fn);
  }

  added(fn: number): void {
    this.waiting[fn]! += 1;
    if (this.held[fn] === 0) this.free += 1;
  }

  removed(fn: number): void {
    this.waiting[fn]! -= 1;
    if (this.held[fn] === 0) this.free -= 1;
  }

  beginPass(): void {
    this.relieved = false;
  }

  get anyMayGo(): boolean {
    return this.free > 0;
  }

  /** A call of `fn` waits, or one of another function that limits of its own do not hold back. */
  anyoneBut(fn: number): boolean {
    if (this.waiting[fn]! > 0) return true;
    const {admission, held, waiting} = this;
    for (let other = 0; this.free > 0 && other < waiting.length; other++) {
      if (waiting[other] === 0 || held[other] === 1 || !admission.admits(other)) continue;
      if (admission.mayOpen(other) || admission.hasIdle(other)) return true;
    }
    return false;
  }

  /** A call of `fn` may be in flight besides those that are. */
  mayGo(fn: number): boolean {
    if (this.held[fn] === 1) return false;
    const {admission} = this;
    if (admission.admits(fn)) return true;
    this.hold(fn);
    return false;
  }

  /** No instance that `fn` may use has a place: one may be opened. */
  mayOpen(fn: number): boolean {
    const {admission} = this;
    if (admission.mayOpen(fn)) return admission.mayUse(fn);
    // An idle one it may use as soon as others leave it something: that is no limit of its own.
    if (!admission.hasIdle(fn)) this.hold(fn);
    return false;
  }

  private hold(fn: number): void {
    this.held[fn] = 1;
    this.free -= this.waiting[fn]!;
  }

  private relieve(fn: number): void {
    if (this.held[fn] === 0) return;
    this.held[fn] = 0;
    this.free += this.waiting[fn]!;
    this.relieved = true;
  }
}
