import {aSpan} from '../../base/money.ts';
import {tableText} from '../../base/report-table.ts';
import {formatCount} from '../../base/units.ts';
import {savingsLines} from '../../cost/savings.ts';
import {percent, spanUsd, usdASpan} from './amounts.ts';
import type {PlanSavings, Validation} from './outlook.ts';
import type {PlanReport} from './plan-report.ts';
import {clock, validationTable} from './plan-tables.ts';

/** The first line: whether to use the plan, as far as that is known. */
export function verdict(report: PlanReport): string {
  const {validation, baseline} = report;
  if (!validation || validation.length === 0 || !baseline) return untried(report);
  const mean = (of: (one: Validation) => number): number =>
    validation.reduce((sum, one) => sum + of(one), 0) / validation.length;
  const own = mean((one) => one.foundUsdPerDay);
  const rivals = [
    {name: baseline.policy, usd: mean((one) => one.baselineUsdPerDay)},
    {name: 'adaptive', usd: mean((one) => one.adaptiveUsdPerDay)},
    {name: 'predictive', usd: mean((one) => one.predictiveUsdPerDay)},
  ].sort((a, b) => a.usd - b.usd);
  const [best] = rivals as [(typeof rivals)[number]];
  const found = `found ${usdASpan(own)} from ${validation.length === 1 ? 'the origin' : `${validation.length} origins`} on`;
  if (own <= best.usd) {
    const by = best.usd > 0 ? `, ${percent(1 - own / best.usd)} less than ${best.name}` : '';
    return `Use the plan: ${found}${by}, and ${saving(
      own,
      mean((one) => one.baselineUsdPerDay),
    )} ${baseline.policy}.\n`;
  }
  return `Use ${best.name}, not the plan: ${found}, ${percent(own / best.usd - 1)} more than ${best.name} at ${spanUsd(best.usd)}.\n`;
}

/** What a plan says of itself that was not held against what came. */
function untried({slots, functionsWarm, functions, usdPerDay, baseline, rest, expected}: PlanReport): string {
  const what =
    slots === 0
      ? `Keep no slot: none pays beside ${rest}.`
      : `Keep up to ${formatCount(slots)} slots for ${formatCount(functionsWarm)} of ${formatCount(functions)} functions.`;
  const than =
    baseline === undefined || baseline.usdPerDay <= 0
      ? ''
      : `, ${saving(usdPerDay, baseline.usdPerDay)} ${baseline.policy} cost inside the trace`;
  return `${what} Expected: ${usdASpan(usdPerDay)}${than}, ${percent(expected.coldShare)} of calls cold.\n`;
}

/** What to do with the plan. */
export function nextLine({validation, trials}: PlanReport): string {
  const replayed = 'coldfront replay W --policy plan:file=P.arrow replays it (plan --out P.arrow)';
  const exported = 'coldfront export P.arrow --to knative hands it over';
  const first =
    validation !== undefined || trials === undefined ? '' : '--validate holds such plans against what came; ';
  return `Next: ${first}${replayed}; ${exported}.\n`;
}

function saving(own: number, base: number): string {
  if (own <= base) return `${percent(base > 0 ? 1 - own / base : 0)} less than`;
  return `${percent(own / base - 1)} more than`;
}

/** What four of five days to come lie between, what was tried for it, and what this very trace would have cost. */
export function outlookText(report: PlanReport): string {
  const {expected, trials, recorded, baseline, savings, rest} = report;
  const lines: string[] = [];
  const {interval80} = expected;
  if (interval80) {
    const [low, high] = interval80.usdPerDay;
    const [lowShare, highShare] = interval80.coldShare;
    lines.push(
      `Four of five such stretches to come should cost ${spanUsd(low)} to ${usdASpan(high)}, with ${percent(lowShare)} to ${percent(highShare)} of calls cold.`,
    );
  }
  if (trials) {
    const {originsMs, restUsdPerDay, slotsPayFor, functions, of} = trials;
    const sample = functions < of ? ` on ${formatCount(functions)} of ${formatCount(of)} functions` : '';
    const tried = Object.entries(restUsdPerDay ?? {}).map(
      ([name, found]) => `${name} ${found === null ? 'over budget' : spanUsd(found)}`,
    );
    const among = tried.length > 0 ? `: ${tried.join(', ')} ${aSpan()}` : '';
    lines.push(`Beyond the slots: ${rest}. Tried from ${times(report, originsMs)} on${sample}${among}.`);
    if (slotsPayFor !== undefined) lines.push(slotsText(rest, slotsPayFor));
  } else {
    lines.push(
      `Beyond the slots: ${rest}. Nothing was tried inside the history (too short, too busy, or --no-trials): what days to come cost is a guess from the demand alone.`,
    );
  }
  if (baseline) lines.push(`Without a plan, ${baseline.policy} cost ${usdASpan(baseline.usdPerDay)} there.`);
  if (recorded) {
    lines.push(
      `On this very trace a replay of the plan finds ${usdASpan(recorded.costUsdPerDay.total)} and ${percent(recorded.coldShare)} of calls cold.`,
    );
  }
  if (savings) lines.push(savingsText(savings));
  return `${lines.join('\n')}\n`;
}

/** The line that every command has for it, and which hours it is about. */
function savingsText({over, ...baseline}: PlanSavings): string {
  const savings = baseline.savings.map((one) => ({...one, policy: 'The plan'}));
  const hours = {trace: 'on this very trace', after: 'on what comes after', trials: 'in the trials'}[over];
  return savingsLines({...baseline, savings})
    .map((line) => line.replace(/\.$/, `, ${hours}.`))
    .join('\n');
}

function slotsText(rest: string, functions: number): string {
  if (functions === 0) return `Slots on top of it would have made ${rest} dearer there: none are given.`;
  const which = functions === 1 ? 'the one function that they' : `the ${formatCount(functions)} functions that they`;
  return `Slots on top of it are given to ${which} would have made cheaper there.`;
}

export function validationText(report: PlanReport): string {
  if ((report.validation ?? []).length === 0) return '';
  return `Plans made inside the trace, and what replays of the time after them find\n${tableText(validationTable(report))}`;
}

function times(report: PlanReport, ms: readonly number[]): string {
  const written = ms.map((one) => clock(report, one));
  return written.length < 2 ? written.join('') : `${written.slice(0, -1).join(', ')} and ${written.at(-1)}`;
}
