import type {Sessions} from '../parts/sessions/sessions.ts';
import {NOW_US} from './at-hand.ts';
import type {Dispatcher} from './dispatcher.ts';
import type {Fleet} from './fleet.ts';
import {NONE} from './instances.ts';

/** What it works with. */
interface Parts {
  readonly fleet: Fleet;
  readonly dispatcher: Dispatcher;
  readonly sessions: Sessions | undefined;
  readonly atHand: Float64Array;
}

/** What functions keep whatever happens, when the host that it was on takes nothing: it starts on others, or when there is room. */
export class KeptElsewhere {
  private readonly parts: Parts;
  /** Functions whose kept instances have found no room. */
  private readonly lacking: number[] = [];
  /** When the host of a kept instance of a function failed last. */
  private readonly goneUs = new Map<number, number>();

  constructor({fleet, dispatcher, sessions, atHand}: Parts) {
    this.parts = {fleet, dispatcher, sessions, atHand};
  }

  /** An instance of `fn` that it keeps is lost with its host, which nobody knows at once. */
  lost(fn: number): void {
    this.goneUs.set(fn, this.parts.atHand[NOW_US]!);
  }

  /** An instance of `fn` that it keeps is no more. */
  replace(fn: number): void {
    const {fleet, dispatcher} = this.parts;
    if (fleet.kept!.missing(fn) <= 0) return;
    // While nobody decides no placement is asked: it may remember what it chose.
    const host = dispatcher.asleep ? NONE : fleet.findRoom(fn);
    if (host === NONE) this.lacking.push(fn);
    else dispatcher.replaceKept(fn, host, this.unnoticedUs(fn));
  }

  /** There may be room now. */
  again(): void {
    for (const fn of this.lacking.splice(0)) this.replace(fn);
  }

  /** For how much longer nobody knows that an instance of `fn` is no more. */
  private unnoticedUs(fn: number): number {
    const {sessions, atHand} = this.parts;
    const goneUs = this.goneUs.get(fn);
    if (sessions === undefined || goneUs === undefined) return 0;
    return Math.max(0, goneUs + sessions.detectUs - atHand[NOW_US]!);
  }
}
