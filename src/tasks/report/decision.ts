import {formatShare, formatUsd} from '../../base/format.ts';
import {formatCount, formatTimeUs, US_PER_DAY, US_PER_MS} from '../../base/units.ts';
import {verdict as planVerdict} from '../../plan/outcome/outlook-text.ts';
import {verdict as frontierVerdict} from '../../replay/frontier/frontier-text.ts';
import type {ReplayReport, RunReport} from '../../replay/report/replay-report.ts';
import type {Sources} from './sources.ts';

/** What to do, in a sentence: by plans that were tried on what came after, else by the sweep, else by the runs. */
export function decisionOf({plan, frontier, replays}: Sources): string {
  // A plan without slots is the policy that it leaves everything to.
  const tried = plan && plan.slots > 0 ? planVerdict(plan).trim() : '';
  if (tried !== '') return tried;
  if (frontier !== undefined) return frontierVerdict(frontier);
  const [replay] = replays;
  if (replay !== undefined) return runsVerdict(replay);
  if (plan !== undefined) {
    return `Keep ${formatCount(plan.slots)} warm slots for ${formatCount(plan.functionsWarm)} of ${formatCount(plan.functions)} functions: ${formatUsd(plan.usdPerDay)} a day expected.`;
  }
  return 'No decision: give a replay, a frontier or a plan.';
}

/** The cheapest run that could be had, against the first one. */
function runsVerdict({runs}: ReplayReport): string {
  const real = runs.filter(({policy, relaxed}) => !relaxed && !/^clairvoyant/.test(policy));
  const [first] = real;
  if (first === undefined) return 'Only bounds were replayed: there is nothing to choose.';
  const best = real.reduce((least, run) => (run.usdPerDay < least.usdPerDay ? run : least), first);
  if (best === first) {
    const others = real.length > 1 ? `, the cheapest of the ${formatCount(real.length)} replayed` : '';
    return `${first.policy} costs ${formatUsd(first.usdPerDay)} a day${others}: ${cold(first)}.`;
  }
  const saved = first.usdPerDay - best.usdPerDay;
  return `Use ${best.policy}: ${formatUsd(best.usdPerDay)} a day, ${formatUsd(saved)} (${formatShare(saved / first.usdPerDay)}) less than ${first.policy}; ${cold(best)} instead of ${formatShare(first.coldShare ?? 0)}.`;
}

function cold({coldShare}: RunReport): string {
  return `${formatShare(coldShare ?? 0)} of calls cold`;
}

/** What dollars a day stand for that were found in less than a day, or in more; '' where nothing is known. */
export function extrapolation(spanMs: number): string {
  if (!(spanMs > 0)) return '';
  const span = formatTimeUs(spanMs * US_PER_MS);
  const times = US_PER_DAY / US_PER_MS / spanMs;
  return times > 1.01
    ? `Dollars a day are extrapolated from ${span} of trace, times ${formatCount(times)}.`
    : `Dollars a day are means over ${span} of trace.`;
}
