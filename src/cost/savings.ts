import {formatShare, formatUsd} from '../base/format.ts';
import {money} from '../base/money.ts';
import {periodDays} from '../base/period.ts';
import {formatTimeUs, US_PER_MS} from '../base/units.ts';

/** What a run costs and how late it starts, as far as it is held against another. */
export interface Compared {
  readonly policy: string;
  readonly usdPerDay: number;
  /** Start delay that 99 % of all calls keep; null: not to be told. */
  readonly p99StartMs: number | null;
}

/** What a run saves against what is run today. */
export interface Saving extends Compared {
  /** Of 30 days; below 0: it costs more. */
  readonly savesUsdPerMonth: number;
  /** Of what the baseline costs; null where that is nothing. */
  readonly share: number | null;
}

/** What is run today, and what others save against it. */
export interface BaselineReport extends Compared {
  readonly savings: readonly Saving[];
}

export function savingsAgainst(baseline: Compared, others: readonly Compared[]): BaselineReport {
  return {
    ...baseline,
    savings: others.map((other) => ({
      ...other,
      savesUsdPerMonth: (baseline.usdPerDay - other.usdPerDay) * periodDays.month,
      share: baseline.usdPerDay > 0 ? (baseline.usdPerDay - other.usdPerDay) / baseline.usdPerDay : null,
    })),
  };
}

/** A line each: `adaptive saves $12.30 a month (21 %) against what you run, fixed:ttl=10m, p99 from 500 ms to 0 s.` */
export function savingsLines({savings, ...baseline}: BaselineReport): string[] {
  // A day's is too little to see.
  const per = money.per === 'year' ? 'year' : 'month';
  return savings.map(({policy, savesUsdPerMonth, share, p99StartMs}) => {
    const usd = (savesUsdPerMonth / periodDays.month) * periodDays[per];
    const verb = usd < 0 ? 'costs' : 'saves';
    const part = share === null ? '' : ` (${formatShare(Math.abs(share))})`;
    const than = usd < 0 ? ' more than' : ' against';
    const late =
      baseline.p99StartMs === null && p99StartMs === null
        ? ''
        : `, p99 from ${ms(baseline.p99StartMs)} to ${ms(p99StartMs)}`;
    return `${policy} ${verb} ${formatUsd(Math.abs(usd))} a ${per}${part}${than} what you run, ${baseline.policy}${late}.`;
  });
}

function ms(value: number | null): string {
  return value === null ? '-' : formatTimeUs(Math.round(value * US_PER_MS));
}
