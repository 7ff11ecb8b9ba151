/** Calls are worth less by the time they start. Columns by function. */
export interface WorthOfCalls {
  /** From arrival to the last moment at which a start is on time, us; Infinity: no deadline. */
  readonly deadlineUs: Float64Array;
  /** After how long half of a call's value is left, us; Infinity: it keeps it. */
  readonly halfLifeUs: Float64Array;
}

/** Value is counted in whole parts of a call's, so that sums do not depend on their order. */
export const PARTS_OF_CALL = 2 ** 20;

/** What the delays of a cell's calls have cost: starts that were late, and value that has gone. */
export class CallWorth {
  readonly late: Float64Array; // [function]
  /** In parts of a call's value. */
  readonly gone: Float64Array; // [function]
  private readonly worth: WorthOfCalls;

  constructor(worth: WorthOfCalls) {
    this.worth = worth;
    this.late = new Float64Array(worth.deadlineUs.length);
    this.gone = new Float64Array(worth.deadlineUs.length);
  }

  /** A call of `fn` started after `delayUs`. */
  delayed(fn: number, delayUs: number): void {
    const halfLifeUs = this.worth.halfLifeUs[fn]!;
    if (delayUs > this.worth.deadlineUs[fn]!) this.late[fn]! += 1;
    if (halfLifeUs === Number.POSITIVE_INFINITY) return;
    this.gone[fn]! += Math.round(PARTS_OF_CALL * (1 - 2 ** (-delayUs / halfLifeUs)));
  }

  reset(): void {
    this.late.fill(0);
    this.gone.fill(0);
  }
}
