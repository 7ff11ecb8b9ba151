import type {KeepAlive} from '../parts/keep-alive/keep-alive.ts';
import {NOW_US} from './at-hand.ts';
import type {Dispatcher} from './dispatcher.ts';
import type {Expiry} from './expiry.ts';
import type {Fleet} from './fleet.ts';
import {DOUBLES, HOST, INTS, SINCE_US} from './instances.ts';
import {dropSurplus} from './kept-instances.ts';
import type {Restarting} from './restarting.ts';
import type {Sharing} from './sharing.ts';
import type {Tally} from './tally.ts';

/** What it works with. */
interface Parts {
  readonly fleet: Fleet;
  readonly dispatcher: Dispatcher;
  readonly expiry: Expiry;
  readonly tally: Tally;
  readonly atHand: Float64Array;
}

/** What becomes of an instance that has become ready or lost a call: who takes its place, whether it stays, or goes. */
export class Endings {
  private readonly fleet: Fleet;
  private readonly dispatcher: Dispatcher;
  private readonly expiry: Expiry;
  private readonly tally: Tally;
  private readonly atHand: Float64Array;
  private keepAlive!: KeepAlive;
  /** Set where hosts restart. */
  restarting: Restarting | undefined;

  constructor({fleet, dispatcher, expiry, tally, atHand}: Parts) {
    this.fleet = fleet;
    this.dispatcher = dispatcher;
    this.expiry = expiry;
    this.tally = tally;
    this.atHand = atHand;
  }

  use(keepAlive: KeepAlive): void {
    this.keepAlive = keepAlive;
  }

  /** `i` has nothing to do from now on: a waiting call of its function takes it, or it goes idle or away. */
  release(i: number, fn: number, prewarmed: boolean): void {
    if (this.restarting?.holds(i)) this.discard(i, fn);
    else if (!this.dispatcher.serveNext(i, fn)) this.retire(i, fn, prewarmed);
  }

  /** Waiting calls of its function take the free places of `i`, which is ready; without any call it goes idle or away. */
  releasePlaces(sharing: Sharing, i: number, fn: number, prewarmed: boolean): void {
    while (sharing.hasPlace(i, fn) && this.dispatcher.serveNext(i, fn));
    const serves = sharing.keepOpen(i, fn);
    if (sharing.isClosed(i)) {
      // One call less in flight, though its place is given to nobody.
      if (serves) this.dispatcher.roomAppeared();
      else this.discard(i, fn);
    } else if (!serves) {
      this.retire(i, fn, prewarmed);
    }
  }

  /** A call of `i` was cut: it takes no more calls and goes with its last. */
  abandon(sharing: Sharing | undefined, i: number, fn: number): void {
    if (sharing === undefined) {
      this.discard(i, fn);
    } else {
      sharing.close(i, fn);
      this.releasePlaces(sharing, i, fn, false);
    }
  }

  /** A call gives `i` back to those who wait: one of its function takes its place, or it makes room if it has no other call. */
  giveBack(sharing: Sharing | undefined, i: number, fn: number): void {
    const isKept = this.fleet.kept?.holds(i) === true;
    if (sharing === undefined) {
      if (isKept || this.restarting?.holds(i)) this.release(i, fn, false);
      else if (!this.dispatcher.serveNext(i, fn)) this.discard(i, fn);
    } else if (isKept || sharing.isClosed(i)) {
      this.releasePlaces(sharing, i, fn, false);
    } else {
      while (sharing.hasPlace(i, fn) && this.dispatcher.serveNext(i, fn));
      if (!sharing.keepOpen(i, fn)) this.discard(i, fn);
    }
  }

  /** `i` has no call and nobody waits for it: it goes idle, or away. */
  retire(i: number, fn: number, prewarmed: boolean): void {
    if (this.fleet.kept?.holds(i)) {
      this.goIdle(i, fn);
      dropSurplus(this.fleet, this.fleet.kept, fn, this.atHand[NOW_US]!);
    } else if (this.expiry.constantUs === undefined) {
      this.keepOrNot(i, fn, prewarmed);
    } else {
      this.goIdle(i, fn);
      this.expiry.armFunction(fn);
    }
    this.dispatcher.roomAppeared();
  }

  goIdle(i: number, fn: number): void {
    const {fleet} = this;
    fleet.pool.doubles[i * DOUBLES + SINCE_US] = this.atHand[NOW_US]!;
    fleet.goIdle(i, fn);
  }

  /** Destroys `i`, which is ready and has no call; what its function keeps whatever happens starts anew. */
  discard(i: number, fn: number): void {
    const {fleet} = this;
    const host = fleet.pool.ints[i * INTS + HOST]!;
    const isKept = fleet.kept?.holds(i) === true;
    const restarts = this.restarting?.holds(i) === true;
    fleet.destroy(i, this.atHand[NOW_US]!);
    if (isKept) {
      fleet.kept!.lose(i, fn);
      if (restarts) this.restarting!.replaceKept(fn);
      else if (fleet.kept!.missing(fn) > 0) this.dispatcher.replaceKept(fn, host);
    }
    this.dispatcher.roomAppeared();
  }

  /** Keeps `i` idle for as long as the policy says, or not at all. */
  private keepOrNot(i: number, fn: number, prewarmed: boolean): void {
    const {expiry, keepAlive} = this;
    const nowUs = this.atHand[NOW_US]!;
    const keepUs = keepAlive.constantUs ?? keepAlive.keepAliveUs(fn, nowUs, prewarmed);
    const deadlineUs = expiry.deadlineUs(i, nowUs, keepUs);
    const expired = deadlineUs < nowUs || (deadlineUs === nowUs && !expiry.inclusive);
    if (keepUs === 0 || (expired && !expiry.byLookup)) {
      this.tally.expirations++;
      this.fleet.destroy(i, nowUs);
    } else {
      this.goIdle(i, fn);
      expiry.arm(i, deadlineUs);
    }
  }
}
