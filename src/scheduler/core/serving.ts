import type {Jobs} from '../parts/attempts/jobs.ts';
import type {Contention} from '../parts/contention/contention.ts';
import type {Timeouts} from '../parts/limits/timeouts.ts';
import type {Sessions} from '../parts/sessions/sessions.ts';
import {COLD_US, DURATION_US, NOW_US} from './at-hand.ts';
import type {CallLog} from './call-log.ts';
import type {CellSetup} from './cell-setup.ts';
import type {Completions} from './completions.ts';
import type {Expiry} from './expiry.ts';
import type {Fleet} from './fleet.ts';
import {DOUBLES, FINISH_US, HOST, INTS, type Instances, SINCE_US, STATE, State} from './instances.ts';
import type {Sharing} from './sharing.ts';
import type {TimingWheel} from './timing-wheel.ts';

/** What it works with. */
interface Parts {
  readonly fleet: Fleet;
  readonly wheel: TimingWheel;
  readonly expiry: Expiry;
  readonly atHand: Float64Array;
  readonly sharing: Sharing | undefined;
  readonly contention: Contention | undefined;
  readonly timeouts: Timeouts | undefined;
  readonly log: CallLog | undefined;
  readonly jobs: Jobs | undefined;
  readonly sessions: Sessions | undefined;
  readonly completions: Completions | undefined;
}

/** Instances and the calls that each of them serves, from the moment at which it is given one until that is over. */
export class Serving {
  private readonly fleet: Fleet;
  private readonly pool: Instances;
  private readonly wheel: TimingWheel;
  private readonly expiry: Expiry;
  private readonly atHand: Float64Array;
  private readonly coldTime: CellSetup['coldTime'];
  /** Set where an instance may have several calls. */
  private readonly sharing: Sharing | undefined;
  /** Set where calls may be cut. */
  private readonly timeouts: Timeouts | undefined;
  /** Set where calls on a host slow each other down. */
  private readonly contention: Contention | undefined;
  private readonly log: CallLog | undefined;
  /** Set where long calls run in slices. */
  private readonly jobs: Jobs | undefined;
  /** Set where calls are of sessions; then instances have places, if only one. */
  private readonly sessions: Sessions | undefined;
  private readonly completions: Completions | undefined;
  /** Idle for longer, an instance is paused, and takes so long to go on; Infinity: never. */
  private readonly pauseGraceUs: number;
  private readonly resumeUs: number;
  /** What the instance at hand takes to go on. */
  private lateUs = 0;
  /** Somebody must be told when an instance is given a call. */
  private noted = false;
  /** Set where starts may be put off: what the calls are filed as that instances with several have been given so far. */
  private readonly bound: Map<number, number[]> | undefined; // by instance
  /** How much later calls finish than the wheel knows, which tells of them when it thinks that they do. */
  private readonly laterUs = new Map<number, number>(); // by instance or call
  /** More than the wheel must hear of it. */
  private ruled = false;

  constructor(parts: Parts, setup: CellSetup) {
    this.fleet = parts.fleet;
    this.pool = parts.fleet.pool;
    this.wheel = parts.wheel;
    this.expiry = parts.expiry;
    this.atHand = parts.atHand;
    this.coldTime = setup.coldTime;
    this.sharing = parts.sharing;
    this.contention = parts.contention;
    this.timeouts = parts.timeouts;
    this.log = parts.log;
    this.jobs = parts.jobs;
    this.sessions = parts.sessions;
    this.completions = parts.completions;
    this.bound = setup.startCores === undefined ? undefined : new Map();
    this.pauseGraceUs = setup.containers?.pauseGraceUs ?? Number.POSITIVE_INFINITY;
    this.resumeUs = setup.containers?.resumeUs ?? 0;
  }

  /** The eviction order is known now. */
  begin(): void {
    this.noted = this.fleet.ranked !== undefined || this.expiry.fromStart || this.log !== undefined;
    const {fleet, timeouts, contention, jobs, completions, resumeUs} = this;
    this.ruled = this.noted || resumeUs > 0 || !!(fleet.billing || timeouts || contention || jobs || completions);
    this.ruled ||= fleet.placement.serves !== undefined;
  }

  /**
   * `i`, which serves one call at a time, idle until now and in no list any more, serves the call at hand; how long it
   * takes to go on, which counts as busy.
   */
  wake(i: number, fn: number): number {
    const {doubles} = this.pool;
    const sinceUs = doubles[i * DOUBLES + SINCE_US]!;
    const nowUs = this.atHand[NOW_US]!;
    let lateUs = 0;
    if (this.ruled) {
      this.fleet.leftIdle(i, fn, sinceUs, nowUs);
      if (nowUs - sinceUs > this.pauseGraceUs) lateUs = this.resumeUs;
      this.lateUs = lateUs;
    } else this.fleet.account.leftIdle(fn, sinceUs, nowUs);
    doubles[i * DOUBLES + SINCE_US] = nowUs;
    this.occupy(i, fn, State.busy);
    return lateUs;
  }

  /** `i`, ready, in no idle list, whose last state has been charged, serves the call at hand from now on. */
  serve(i: number, fn: number): void {
    if (this.sharing !== undefined) {
      this.share(this.sharing, i, fn);
      return;
    }
    this.pool.doubles[i * DOUBLES + SINCE_US] = this.atHand[NOW_US]!;
    this.occupy(i, fn, State.busy);
  }

  /** `i`, starting and in no list, will serve the call at hand as soon as it is ready. */
  claim(i: number, fn: number): void {
    if (this.sharing !== undefined) {
      this.share(this.sharing, i, fn);
      return;
    }
    const {doubles, readyUs} = this.pool;
    doubles[i * DOUBLES + SINCE_US] = readyUs[i]!;
    this.occupy(i, fn, State.claimed);
  }

  /** `i`, ready or starting, has a free place: it serves the call at hand from now or from when it is ready. */
  private share(sharing: Sharing, i: number, fn: number): void {
    const {contention} = this;
    this.jobs?.shape(fn);
    if (this.sessions !== undefined) this.addState(this.sessions, i);
    const cut = contention === undefined && this.timeouts?.cuts(fn, this.atHand) === true;
    const row = sharing.give(i, fn);
    this.sessions?.filed(row);
    const {ints, readyUs, createdUs} = this.pool;
    const isClaimed = ints[i * INTS + STATE] === State.claimed;
    const fromUs = isClaimed ? readyUs[i]! : this.atHand[NOW_US]!;
    if (this.bound !== undefined) this.laterUs.delete(row);
    if (isClaimed) this.bound?.get(i)?.push(row);
    this.jobs?.filed(row, fromUs, createdUs[i]!);
    this.fleet.billing?.called(i, fn, this.fleet.kept);
    this.fleet.placement.serves?.(ints[i * INTS + HOST]!, fn, fromUs);
    this.completions?.given(row);
    if (contention !== undefined) {
      if (this.noted) this.note(row, i, fn);
      contention.file(row, i, fromUs);
      return;
    }
    if (cut) this.timeouts!.mark(row, this.atHand);
    if (this.noted) this.note(row, i, fn);
    this.wheel.insert(row, fn);
  }

  /** `i` was created, in a row that others may have had. */
  opened(i: number): void {
    if (this.sharing === undefined) this.laterUs.delete(i);
    else this.bound!.set(i, []);
  }

  /** The start of `i`, which has calls, takes so much longer, and so much later they begin. */
  putOff(i: number, byUs: number): void {
    const {pool, sharing, jobs, log} = this;
    const readyUs = pool.readyUs[i]!;
    pool.doubles[i * DOUBLES + SINCE_US] = readyUs;
    // Later than all that has happened to them, and earlier than their start.
    const sinceUs = readyUs - byUs - 1;
    for (const id of sharing === undefined ? [i] : this.bound!.get(i)!) {
      this.laterUs.set(id, byUs + (this.laterUs.get(id) ?? 0));
      jobs!.delay(id, sinceUs, byUs);
      log?.delay(id, sinceUs, byUs);
    }
  }

  /** What is filed as `id`, of `fn`, which the wheel has as over now, has been put off: true. */
  finishesLater(id: number, fn: number): boolean {
    if (this.laterUs.size === 0) return false;
    const byUs = this.laterUs.get(id);
    if (byUs === undefined) return false;
    this.laterUs.delete(id);
    if (this.contention !== undefined) return false;
    const {doubles} = this.sharing?.calls ?? this.pool;
    doubles[id * DOUBLES + FINISH_US]! += byUs;
    this.wheel.insert(id, fn);
    return true;
  }

  /** `i` serves the call at hand from its SINCE_US on. */
  private occupy(i: number, fn: number, state: number): void {
    const {ints, doubles} = this.pool;
    ints[i * INTS + STATE] = state;
    if (this.ruled) {
      this.occupyByRules(i, fn);
      return;
    }
    doubles[i * DOUBLES + FINISH_US] = doubles[i * DOUBLES + SINCE_US]! + this.atHand[DURATION_US]!;
    this.wheel.insert(i, fn);
  }

  private occupyByRules(i: number, fn: number): void {
    const {atHand, contention, timeouts} = this;
    const {doubles} = this.pool;
    const fromUs = doubles[i * DOUBLES + SINCE_US]! + this.lateUs;
    this.fleet.billing?.called(i, fn, this.fleet.kept);
    this.fleet.placement.serves?.(this.pool.ints[i * INTS + HOST]!, fn, fromUs);
    this.jobs?.shape(fn);
    this.jobs?.filed(i, fromUs, this.pool.createdUs[i]!);
    if (contention === undefined && timeouts?.cuts(fn, atHand)) timeouts.mark(i, atHand);
    doubles[i * DOUBLES + FINISH_US] = fromUs + atHand[DURATION_US]!;
    this.completions?.given(i);
    if (this.noted) this.note(i, i, fn);
    this.lateUs = 0;
    if (contention === undefined) this.wheel.insert(i, fn);
    else contention.file(i, i, fromUs);
  }

  /** The call at hand is about to begin in `i`: it takes as much longer as it is busy with state. */
  private addState(sessions: Sessions, i: number): void {
    const us = sessions.begins(i);
    this.atHand[DURATION_US]! += us;
    if (this.jobs !== undefined) this.jobs.wholeUs += us;
  }

  /** What is filed as `id` goes on for so long. */
  goOn(id: number, fn: number, us: number): void {
    const {doubles} = this.sharing?.calls ?? this.pool;
    doubles[id * DOUBLES + FINISH_US] = this.atHand[NOW_US]! + us;
    this.wheel.insert(id, fn);
  }

  /** The call of `i`, which it had to itself, is over now. */
  finish(i: number, fn: number): void {
    if (this.pool.ints[i * INTS + STATE] === State.claimed) this.endStart(i, fn);
    this.fleet.served(i, fn, this.pool.doubles[i * DOUBLES + SINCE_US]!, this.atHand[NOW_US]!);
  }

  /** The start of `i`, which had a call all the time, is over since SINCE_US. */
  private endStart(i: number, fn: number): void {
    this.fleet.started(i, fn, this.pool.createdUs[i]!, this.pool.doubles[i * DOUBLES + SINCE_US]!);
  }

  /** `i` is given the call at hand now, filed as `id`: what eviction order, expiry and log need to know of that. */
  private note(id: number, i: number, fn: number): void {
    const {atHand, fleet} = this;
    const {jobs, log} = this;
    if (log)
      log.given(id, i, fn, this.lateUs, jobs && !this.timeouts?.willCut(id) ? jobs.wholeUs : atHand[DURATION_US]!);
    if (this.expiry.fromStart) this.pool.lastStartUs[i] = atHand[NOW_US]!;
    if (fleet.ranked === undefined) return;
    const coldUs = atHand[COLD_US]! >= 0 ? atHand[COLD_US]! : this.coldTime.meanUs(fn);
    fleet.ranked.started(i, fn, atHand[NOW_US]!, atHand[DURATION_US]!, coldUs);
  }
}
