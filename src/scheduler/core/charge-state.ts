import type {Kept} from '../parts/limits/kept.ts';
import type {Pace} from '../parts/limits/pace.ts';
import type {Account} from './account.ts';
import {Billing} from './billing.ts';
import type {CellSetup} from './cell-setup.ts';
import type {Functions} from './functions.ts';
import {HostUse} from './host-use.ts';
import {DOUBLES, FN, INTS, type Instances, SINCE_US, STATE, State} from './instances.ts';

/** The fleet that an instance belongs to. */
interface Charged {
  readonly account: Account;
  readonly billing: Billing | undefined;
  readonly kept: Kept | undefined;
  readonly pool: Instances;
  readonly pace: Pace | undefined;
  leftIdle(i: number, fn: number, fromUs: number, toUs: number): void;
}

/** Charges the state that instance `i` is in, which ends at `atUs`. */
export function chargeState(fleet: Charged, i: number, atUs: number): void {
  const {account, billing, kept, pool} = fleet;
  const {ints, doubles, createdUs} = pool;
  const fn = ints[i * INTS + FN]!;
  const sinceUs = doubles[i * DOUBLES + SINCE_US]!;
  const state = ints[i * INTS + STATE]!;
  const idles = state === State.idle || state === State.frozen;
  if (idles || fleet.pace?.isIdle(i)) fleet.leftIdle(i, fn, sinceUs, atUs);
  // A start that waits for its turn has not begun.
  else if (state === State.starting) account.leftStarting(fn, Math.min(createdUs[i]!, atUs), atUs);
  else {
    const readyUs = Math.min(sinceUs, atUs);
    if (state === State.claimed) account.leftStarting(fn, Math.min(createdUs[i]!, readyUs), readyUs);
    account.leftBusy(fn, readyUs, atUs);
    billing?.spell(i, fn, readyUs, atUs, kept, false);
  }
}

/** What is measured besides time by state, as the setup has it. */
export function chargeBy(
  fleet: {billing: Billing | undefined; hostUse: HostUse | undefined; readonly functions: Functions},
  {billing, billsHosts, notesPeaks, memoryMib}: CellSetup,
): void {
  fleet.billing = billing && new Billing(memoryMib.length, billing);
  fleet.hostUse = billsHosts && new HostUse(billsHosts.least);
  if (notesPeaks) fleet.functions.peak = new Int32Array(memoryMib.length);
}
