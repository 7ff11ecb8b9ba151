import {formatShare, formatUsd} from '../../base/format.ts';
import {aSpan, inSpan, money, moneyName} from '../../base/money.ts';
import {periodDays} from '../../base/period.ts';
import {formatCount, formatTimeUs, US_PER_DAY, US_PER_MS} from '../../base/units.ts';
import type {ReplayReport, RunReport} from './replay-report.ts';

/** A run of a policy that somebody could use: no bound. */
function isReal({policy, relaxed}: RunReport): boolean {
  return !relaxed && !/^clairvoyant/.test(policy);
}

/** The cheapest run of a policy that knows no future; undefined: there is none. */
export function cheapestRun(runs: readonly RunReport[]): RunReport | undefined {
  const real = runs.filter(isReal);
  return real.reduce((least, run) => (run.usdPerDay < least.usdPerDay ? run : least), real[0]!);
}

/** The cheapest run that could be had, against the first one. */
export function runsVerdict({runs}: Pick<ReplayReport, 'runs'>): string {
  const best = cheapestRun(runs);
  if (best === undefined) return 'Only bounds were replayed: there is nothing to choose.';
  const real = runs.filter(isReal);
  const [first] = real;
  if (best === first) {
    const others = real.length > 1 ? `, the cheapest of the ${formatCount(real.length)} replayed` : '';
    return `${best.policy} costs ${formatUsd(inSpan(best.usdPerDay))} ${aSpan()}${others}: ${cold(best)} of calls cold.`;
  }
  const saved = first!.usdPerDay - best.usdPerDay;
  const share = `${Math.round((100 * saved) / first!.usdPerDay)} %`;
  return `Use ${best.policy}: ${formatUsd(inSpan(best.usdPerDay))} ${aSpan()}, ${formatUsd(inSpan(saved))} (${share}) less than ${first!.policy}; ${cold(best)} of calls cold instead of ${cold(first!)}.`;
}

function cold({coldShare}: RunReport): string {
  return formatShare(coldShare ?? 0);
}

/** What dollars of a span stand for that were found in less than it, or in more. */
export function extrapolation(spanMs: number): string {
  const span = formatTimeUs(spanMs * US_PER_MS);
  const times = ((US_PER_DAY / US_PER_MS) * periodDays[money.per]) / spanMs;
  if (times <= 1.01) return `${moneyName()} ${aSpan()} are means over ${span} of trace.`;
  return `${moneyName()} ${aSpan()} are extrapolated from ${span} of trace, times ${times < 100 ? Number(times.toPrecision(3)) : formatCount(times)}.`;
}

/** What to do next. */
export function nextLine({runs, workload}: ReplayReport): string {
  const most = workload.spanMs >= 2 * 3_600_000 ? '' : ' (a longer trace says more)';
  return runs.length === 1
    ? `Next: coldfront frontier W tries every policy on this trace${most}.`
    : `Next: coldfront report --run W --out report.html makes a page of it${most}.`;
}
