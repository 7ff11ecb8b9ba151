import {printable} from '../../base/text.ts';
import type {ChargebackData, Payer} from '../../page/page-data.ts';
import type {ReplayReport} from '../../replay/report/replay-report.ts';
import type {Sources} from './sources.ts';

/** Payers on the page; the rest is one. */
const SHOWN = 200;

/** Bills by policy, the largest payers first, the others taken together. */
export function chargebackData(by: string, bills: ReadonlyMap<string, readonly Payer[]>): ChargebackData | undefined {
  if (bills.size === 0) return undefined;
  const policies = Array.from(bills, ([policy, payers]) => {
    const sorted = payers.toSorted((a, b) => b.usd - a.usd || (a.payer < b.payer ? -1 : 1));
    const rest = sorted.slice(SHOWN);
    const shown = sorted.slice(0, SHOWN).map((one) => ({...one, payer: printable(one.payer)}));
    if (rest.length === 0) return {policy: printable(policy), payers: shown};
    const sum = (of: (payer: Payer) => number): number => rest.reduce((all, one) => all + of(one), 0);
    const others = {
      payer: `${rest.length} others`,
      usd: sum(({usd}) => usd),
      invocations: sum(({invocations}) => invocations),
    };
    return {policy: printable(policy), payers: [...shown, others]};
  });
  return {by, policies};
}

/** What a replay's report says of payers: by function into the table of functions, by others as a bill. */
export function addChargeback(sources: Sources, {chargedBy, runs}: ReplayReport): void {
  if (chargedBy === undefined) return;
  const bills = new Map<string, Payer[]>();
  for (const {policy, chargeback = []} of runs) {
    if (chargedBy === 'function') {
      for (const {payer, app, owner, p99DelayMs, ...rest} of chargeback) {
        sources.functions.add(policy, [payer, app, owner], {...rest, p99DelayMs: p99DelayMs ?? Number.NaN});
      }
    } else
      bills.set(
        policy,
        chargeback.map(({payer, usd, invocations}) => ({payer, usd, invocations})),
      );
  }
  if (chargedBy !== 'function') sources.chargeback = chargebackData(chargedBy, bills);
}

/** Bills by owner from what is known of functions, where no other bill was given. */
export function ownersBill({chargeback, functions}: Sources): ChargebackData | undefined {
  if (chargeback !== undefined) return chargeback;
  const bills = new Map<string, Payer[]>();
  for (const [policy, bill] of functions.byOwner()) {
    if (bill.size > 0)
      bills.set(
        policy,
        Array.from(bill, ([payer, its]) => ({payer, ...its})),
      );
  }
  return chargebackData('owner', bills);
}
