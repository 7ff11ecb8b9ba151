import {formatDollars} from '../../base/format.ts';
import {formatCount} from '../../base/units.ts';
import {verdict as planVerdict} from '../../plan/outcome/outlook-text.ts';
import {verdict as frontierVerdict} from '../../replay/frontier/frontier-text.ts';
import {runsVerdict} from '../../replay/report/verdict.ts';
import type {Sources} from './sources.ts';

/** What to do, in a sentence or two on one line. */
export function decisionOf(sources: Sources): string {
  return verdictOf(sources)
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .join(' ');
}

/** By plans that were tried on what came after, else by the sweep, else by the runs. */
function verdictOf({plan, frontier, replays}: Sources): string {
  // A plan without slots is the policy that it leaves everything to.
  const tried = plan && plan.slots > 0 ? planVerdict(plan).trim() : '';
  if (tried !== '') return tried;
  if (frontier !== undefined) return frontierVerdict(frontier);
  const [replay] = replays;
  if (replay !== undefined) return runsVerdict(replay);
  if (plan !== undefined) {
    return `Keep ${formatCount(plan.slots)} warm slots for ${formatCount(plan.functionsWarm)} of ${formatCount(plan.functions)} functions: ${formatDollars(plan.usdPerDay)} a day expected.`;
  }
  return 'No decision: give a replay, a frontier or a plan.';
}
