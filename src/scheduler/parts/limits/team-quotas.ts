import {NONE} from '../../core/instances.ts';
import type {Line} from '../queue/line.ts';

/** Quotas of teams in a cell, in slots. */
export interface TeamLimits {
  readonly team: Int32Array; // [function]
  /** What a team has whenever it asks for it; 0: nothing. */
  readonly reserved: Float64Array; // [team]
  /** Slots in use at most; Infinity: no limit. */
  readonly max: Float64Array; // [team]
  /** Slots of the cell; Infinity: no limit. */
  readonly slots: number;
}

/** What came of quotas: slot-time, integer microseconds. */
export interface QuotaUse {
  /** Beyond what the team has reserved. [team] */
  readonly opportunisticUs: Float64Array;
  /** In instances that a team got back before whoever was first in order. [team] */
  readonly reclaimedUs: Float64Array;
  /** All that is in use on slots which others have reserved. */
  readonly borrowedUs: number;
}

/**
 * Slots that teams have reserved and may have at most. What a team has reserved and does not use others may have
 * meanwhile; when it asks for it, its calls go before all others, and the slots that it lent come back as calls end: none is
 * cut. A slot is in use while its instance is starting or busy; what is idle can be evicted for whoever has a claim.
 */
export class TeamQuotas {
  readonly limits: TeamLimits;
  private readonly used: Int32Array; // [team]
  /** Of them, those that were reclaimed. */
  private readonly reclaimed: Int32Array; // [team]
  private readonly opportunisticUs: Float64Array; // [team]
  private readonly reclaimedUs: Float64Array; // [team]
  private readonly sinceUs: Float64Array; // [team]
  private readonly reserving: readonly number[];
  /** Slots that nobody has reserved, and those in use beyond reservations. */
  private readonly unreserved: number;
  private beyond = 0;
  private borrowedUs = 0;
  private borrowedSinceUs = 0;

  constructor(limits: TeamLimits) {
    const teams = limits.reserved.length;
    this.limits = limits;
    this.used = new Int32Array(teams);
    this.reclaimed = new Int32Array(teams);
    this.opportunisticUs = new Float64Array(teams);
    this.reclaimedUs = new Float64Array(teams);
    this.sinceUs = new Float64Array(teams);
    this.reserving = [...limits.reserved.keys()].filter((team) => limits.reserved[team]! > 0);
    this.unreserved = Math.max(0, limits.slots - limits.reserved.reduce((sum, slots) => sum + slots, 0));
  }

  /** The team of `fn` may have one more instance in use, once one of function `leaving` no longer is (NONE: none leaves). */
  mayUse(fn: number, leaving = NONE): boolean {
    const team = this.limits.team[fn]!;
    return this.usedWithout(team, leaving) < this.limits.max[team]!;
  }

  private usedWithout(team: number, leaving: number): number {
    return this.used[team]! - (leaving !== NONE && this.limits.team[leaving] === team ? 1 : 0);
  }

  /** The team of `fn` uses less than it has reserved. */
  isBelow(fn: number): boolean {
    const team = this.limits.team[fn]!;
    return this.used[team]! < this.limits.reserved[team]!;
  }

  /** The call that has a claim on the next slot: of the team furthest below what it has reserved; NONE without one. */
  claim(line: Line, leaving = NONE): number {
    const {reserved} = this.limits;
    let [claim, least] = [NONE, 1];
    for (const team of this.reserving) {
      const share = this.usedWithout(team, leaving) / reserved[team]!;
      if (share >= least) continue;
      const call = line.firstOfTeam(team);
      if (call === NONE) continue;
      claim = call;
      least = share;
    }
    return claim;
  }

  /** The instance that is taken into use next by `fn` was reclaimed. */
  reclaims(fn: number, nowUs: number): void {
    const team = this.limits.team[fn]!;
    this.account(team, nowUs);
    this.reclaimed[team]! += 1;
  }

  taken(fn: number, nowUs: number): void {
    this.change(this.limits.team[fn]!, 1, nowUs);
  }

  unused(fn: number, nowUs: number): void {
    this.change(this.limits.team[fn]!, -1, nowUs);
  }

  /** What is counted begins at `fromUs`. */
  beginCounting(fromUs: number): void {
    this.opportunisticUs.fill(0);
    this.reclaimedUs.fill(0);
    this.sinceUs.fill(fromUs);
    this.borrowedUs = 0;
    this.borrowedSinceUs = fromUs;
  }

  /** What came of it up to `untilUs`. */
  toldUntil(untilUs: number): QuotaUse {
    for (let team = 0; team < this.used.length; team++) this.account(team, untilUs);
    this.accountBorrowed(untilUs);
    const {opportunisticUs, reclaimedUs, borrowedUs} = this;
    return {opportunisticUs: opportunisticUs.slice(), reclaimedUs: reclaimedUs.slice(), borrowedUs};
  }

  private change(team: number, by: number, nowUs: number): void {
    this.account(team, nowUs);
    this.accountBorrowed(nowUs);
    const before = this.beyondOf(team);
    this.used[team]! += by;
    this.beyond += this.beyondOf(team) - before;
    if (this.reclaimed[team]! > this.used[team]!) this.reclaimed[team] = this.used[team]!;
  }

  private beyondOf(team: number): number {
    return Math.max(0, this.used[team]! - this.limits.reserved[team]!);
  }

  private account(team: number, nowUs: number): void {
    const us = nowUs - this.sinceUs[team]!;
    this.opportunisticUs[team]! += us * this.beyondOf(team);
    this.reclaimedUs[team]! += us * this.reclaimed[team]!;
    this.sinceUs[team] = nowUs;
  }

  private accountBorrowed(nowUs: number): void {
    this.borrowedUs += (nowUs - this.borrowedSinceUs) * Math.max(0, this.beyond - this.unreserved);
    this.borrowedSinceUs = nowUs;
  }
}
