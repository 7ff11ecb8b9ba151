import {NOW_US} from '../../core/at-hand.ts';
import type {Fleet} from '../../core/fleet.ts';
import type {FleetWatch} from '../../core/fleet-watch.ts';
import {NONE} from '../../core/instances.ts';
import type {FunctionLimits} from './function-limits.ts';
import type {Kept} from './kept.ts';
import {TeamQuotas} from './team-quotas.ts';

/**
 * Whether a call may have a place and a function one more instance: `max` counts instances, `reserved` calls in flight,
 * and functions without a reservation share the slots that are left, and what an account may have in use. An instance that is
 * idle uses none: it can be evicted for whoever has a claim. What a function keeps whatever happens is its own. Teams have
 * quotas besides.
 */
export class Admission implements FleetWatch {
  private readonly inFlight: Int32Array; // [function]
  private readonly max: Float64Array | undefined;
  private readonly reserved: Float64Array | undefined;
  private readonly othersSlots: number;
  /** What the account has left for them, but for what is set aside for functions that keep instances. */
  private othersInUse: number;
  private readonly live: Int32Array;
  private readonly fleet: Fleet;
  private readonly atHand: Float64Array;
  /** Set where teams have quotas. */
  readonly quotas: TeamQuotas | undefined;
  /** Instances of functions without a reservation that are not idle. */
  private othersUsed = 0;
  /** Of them, those that are not kept whatever happens. */
  private othersOnDemand = 0;
  /** An instance of `fn`, or one of its calls, is over: who is held back by that may go on. */
  onRelief: (fn: number) => void = () => {};
  /** An instance is no longer in use: who is held back by what others have may go on. */
  onRoom: () => void = () => {};

  constructor(fleet: Fleet, {max, reserved, othersSlots, othersInUse, teams}: FunctionLimits, atHand: Float64Array) {
    this.inFlight = new Int32Array(fleet.functions.count);
    this.live = fleet.functions.live;
    this.max = max;
    this.reserved = reserved;
    this.othersSlots = othersSlots;
    this.othersInUse = othersInUse ?? Number.POSITIVE_INFINITY;
    this.fleet = fleet;
    this.atHand = atHand;
    this.quotas = teams && new TeamQuotas(teams);
  }

  /** From now on what functions keep is taken off the account whenever that changes; what they keep now is already. */
  follow(kept: Kept): void {
    const aside = Int32Array.from(this.inFlight, (_, fn) => kept.aside(fn));
    kept.onChange = (fn) => {
      if (this.hasReservation(fn)) return;
      this.othersInUse -= kept.aside(fn) - aside[fn]!;
      aside[fn] = kept.aside(fn);
      this.onRoom();
    };
  }

  private hasReservation(fn: number): boolean {
    return this.reserved !== undefined && this.reserved[fn]! < Number.POSITIVE_INFINITY;
  }

  /** A call of `fn` may be in flight besides those that are. */
  admits(fn: number): boolean {
    return this.reserved === undefined || this.inFlight[fn]! < this.reserved[fn]!;
  }

  /** One more instance of `fn` may be in use, once one of function `leaving` no longer is (NONE: none leaves). */
  mayUse(fn: number, leaving = NONE): boolean {
    if (this.quotas !== undefined && !this.quotas.mayUse(fn, leaving)) return false;
    if (this.hasReservation(fn)) return true;
    const leaves = leaving === NONE || this.hasReservation(leaving) ? 0 : 1;
    return this.othersUsed - leaves < this.othersSlots && this.accountLets(fn, leaves);
  }

  /** The account has something left for `fn`, or the function itself has, of what it keeps. */
  private accountLets(fn: number, leaves: number): boolean {
    if (this.othersOnDemand - leaves < this.othersInUse) return true;
    const {kept} = this.fleet;
    return kept !== undefined && kept.top(fn) !== NONE;
  }

  hasIdle(fn: number): boolean {
    return this.fleet.hasIdle(fn);
  }

  /** One more instance of `fn` may be created. */
  mayOpen(fn: number): boolean {
    return this.max === undefined || this.live[fn]! < this.max[fn]!;
  }

  /** A call of `fn` was given a place. */
  began(fn: number): void {
    this.inFlight[fn]! += 1;
  }

  /** A call of `fn` is over. */
  ended(fn: number): void {
    this.inFlight[fn]! -= 1;
    this.onRelief(fn);
  }

  used(fn: number, kept: boolean): void {
    this.quotas?.taken(fn, this.atHand[NOW_US]!);
    if (this.hasReservation(fn)) return;
    this.othersUsed += 1;
    if (!kept) this.othersOnDemand += 1;
  }

  unused(fn: number, kept: boolean): void {
    this.quotas?.unused(fn, this.atHand[NOW_US]!);
    this.onRoom();
    if (this.hasReservation(fn)) return;
    this.othersUsed -= 1;
    if (!kept) this.othersOnDemand -= 1;
  }

  gone(fn: number): void {
    this.onRelief(fn);
  }
}

/** Undefined where neither instances nor calls in flight are limited. The fleet tells it of its instances. */
export function admissionOf(
  fleet: Fleet,
  limits: FunctionLimits | undefined,
  atHand: Float64Array,
): Admission | undefined {
  if (!limits?.max && !limits?.reserved && !limits?.teams && limits?.othersInUse === undefined) return undefined;
  const admission = new Admission(fleet, limits, atHand);
  fleet.watch = admission;
  return admission;
}
