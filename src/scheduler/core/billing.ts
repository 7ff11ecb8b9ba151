import type {Kept} from '../parts/limits/kept.ts';

/** How a platform measures what it charges for; 0: as it is. */
export interface BillingTerms {
  /** A spell of calls is charged in whole steps of this, and at least for that long. */
  readonly stepUs: number;
  readonly minimumUs: number;
  /** The start of an instance is charged with the spell that it was for, as one. */
  readonly withStart: boolean;
}

/** What a bill needs besides slot-time by state; by function. */
export interface BilledColumns {
  /** Of the idle and the busy time, that of instances which `min` keeps. */
  readonly keptIdleUs: Float64Array;
  readonly keptBusyUs: Float64Array;
  /** What rounding adds to the busy time of the others, and of those. */
  readonly roundedUs: Float64Array;
  readonly keptRoundedUs: Float64Array;
  /** Calls that they have served. */
  readonly keptCalls: Float64Array;
}

export const billedNames = ['keptIdleUs', 'keptBusyUs', 'roundedUs', 'keptRoundedUs', 'keptCalls'] as const;

export function billedColumns(functions: number): BilledColumns {
  const column = () => new Float64Array(functions);
  return {
    ...{keptIdleUs: column(), keptBusyUs: column(), keptCalls: column()},
    ...{roundedUs: column(), keptRoundedUs: column()},
  };
}

/**
 * The spells of a cell's instances as a platform bills them: a spell is the time during which an instance has a call or
 * more, with its start where one was needed for it. Where an instance serves one call at a time each is a spell of its
 * own. A spell is rounded when it ends, so one that goes on at the end of the run is not.
 */
export class Billing {
  readonly columns: BilledColumns;
  private readonly terms: BillingTerms;
  private fromUs = 0;
  /** How long the start took that the next spell of an instance has to pay for. [instance] */
  private startUs = new Float64Array(1024);

  constructor(functions: number, terms: BillingTerms) {
    this.columns = billedColumns(functions);
    this.terms = terms;
  }

  /** The counted part begins: what was before costs nothing. */
  beginCounting(fromUs: number): void {
    this.fromUs = fromUs;
    for (const name of billedNames) this.columns[name].fill(0);
  }

  /** `i` has started, for a call or ahead of one. */
  started(i: number, us: number): void {
    if (i >= this.startUs.length) {
      const startUs = new Float64Array(2 * (i + 1));
      startUs.set(this.startUs);
      this.startUs = startUs;
    }
    this.startUs[i] = us;
  }

  /** `i` of `fn` is given a call. */
  called(i: number, fn: number, kept: Kept | undefined): void {
    if (kept?.holds(i)) this.columns.keptCalls[fn]! += 1;
  }

  /** `i` of `fn` was idle. */
  idle(i: number, fn: number, fromUs: number, toUs: number, kept: Kept | undefined): void {
    if (kept?.holds(i)) this.columns.keptIdleUs[fn]! += this.counted(fromUs, toUs);
  }

  /** A spell of `i` of `fn` is over, or is cut where the run ends: then it is not rounded. */
  spell(i: number, fn: number, fromUs: number, toUs: number, kept: Kept | undefined, over = true): void {
    const {columns} = this;
    const isKept = kept?.holds(i) === true;
    if (isKept) columns.keptBusyUs[fn]! += this.counted(fromUs, toUs);
    if (!over || toUs < this.fromUs) return;
    const extraUs = this.extraUs(toUs - fromUs + this.startOf(i));
    if (isKept) columns.keptRoundedUs[fn]! += extraUs;
    else columns.roundedUs[fn]! += extraUs;
  }

  /** Takes back what has been charged since these were the totals. */
  takeBack(totals: BilledColumns): void {
    for (const name of billedNames) this.columns[name].set(totals[name]);
  }

  /** What has been charged so far, as copies. */
  totals(): BilledColumns {
    const copies = billedNames.map((name) => [name, this.columns[name].slice()]);
    return Object.fromEntries(copies) as unknown as BilledColumns;
  }

  private startOf(i: number): number {
    if (i >= this.startUs.length) return 0;
    const us = this.startUs[i]!;
    this.startUs[i] = 0;
    return this.terms.withStart ? us : 0;
  }

  /** What rounding adds to a spell of that length. */
  private extraUs(us: number): number {
    const {stepUs, minimumUs} = this.terms;
    const whole = stepUs === 0 ? us : Math.ceil(us / stepUs) * stepUs;
    return Math.max(whole, minimumUs) - us;
  }

  private counted(fromUs: number, toUs: number): number {
    return Math.max(0, toUs - Math.max(fromUs, this.fromUs));
  }
}
