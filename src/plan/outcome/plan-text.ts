import {aSpan, inSpan, money} from '../../base/money.ts';
import {type Printed, tableText} from '../../base/report-table.ts';
import {sparkline} from '../../base/sparkline.ts';
import {styled, terminal} from '../../base/terminal.ts';
import {printable} from '../../base/text.ts';
import {formatCount, formatTimeUs, US_PER_MS} from '../../base/units.ts';
import {billLines, shownLines} from '../../cost/bill.ts';
import {priceNote} from '../../cost/sheets.ts';
import {STEP_SHARE} from '../solve/next-step.ts';
import {percent, short, spanUsd, usdASpan} from './amounts.ts';
import {grantedTable, grantedText} from './granted-text.ts';
import {nextLine, outlookText, validationText, verdict} from './outlook-text.ts';
import type {Explained, PlanReport} from './plan-report.ts';
import {
  clock,
  explainedTable,
  levelsTable,
  reasonsTable,
  refusedTable,
  teamsTable,
  validationTable,
  windowsTable,
} from './plan-tables.ts';

/** The plan for a terminal: the decision, its proof, what to expect of it, and what it refused. */
export function planText(report: PlanReport): string {
  const parts = [
    `${styled('strong', verdict(report).trimEnd())}\n`,
    decision(report),
    proof(report),
    expectation(report),
    outlookText(report),
    validationText(report),
    budgets(report),
    windows(report),
    grantedText(report),
    tableText(reasonsTable(report)),
    refusals(report),
    teams(report),
    pricesText(report),
    ...(report.explain ?? []).map((one) => explanation(one, report)),
    nextLine(report),
  ];
  return parts.filter((part) => part !== '').join('\n');
}

/** The report as it is printed. */
export const planPrinted: Printed<PlanReport> = {
  text: planText,
  tables: (report) => [
    grantedTable(report),
    windowsTable(report),
    refusedTable(report),
    reasonsTable(report),
    teamsTable(report),
    validationTable(report),
    explainedTable(report.explain ?? []),
  ],
};

function pricesText({prices}: PlanReport): string {
  const note = priceNote(prices);
  return note === undefined ? '' : `${note}\n`;
}

function decision(report: PlanReport): string {
  const {demand, timers} = report;
  const curves = Object.entries(demand.curves)
    .filter(([, units]) => units > 0)
    .map(([curve, units]) => `${curve} ${formatCount(units)}`);
  const windowsOf = report.windows === 1 ? 'one window' : `${formatCount(report.windows)} windows`;
  const lines = [
    `${formatCount(report.slots)} slots for ${formatCount(report.functionsWarm)} of ${formatCount(report.functions)} functions in ${windowsOf}${report.repeatMs > 0 ? `, repeating every ${ms(report.repeatMs)}` : ''}.`,
    `Demand: ${demand.source}, ${formatCount(demand.callsPerDay)} calls a day from ${ms(demand.historyMs)} of trace; curves: ${curves.join(', ') || 'none'}.`,
  ];
  const {unseen} = demand;
  if (unseen.functionsPerDay > 0) {
    const triggers = Object.entries(unseen.byTriggerPerDay)
      .filter(([, functions]) => functions >= 0.5)
      .sort(([, a], [, b]) => b - a)
      .map(([trigger, functions]) => `${printable(trigger) || 'unknown trigger'} ${formatCount(functions)}`);
    const kinds = [...triggers, `in known apps ${formatCount(unseen.inKnownAppsPerDay)}`];
    lines.push(
      `Functions not seen yet: ${formatCount(unseen.functionsPerDay)} a day are expected (${kinds.join(', ')}), with ${formatCount(unseen.callsPerDay)} calls, ${formatCount(unseen.coldPerDay)} of them cold.`,
    );
  }
  lines.push(unknownText(demand.historyMs));
  if (demand.withoutDuration > 0) {
    lines.push(
      `${formatCount(demand.withoutDuration)} functions have no duration in the history and took the default.`,
    );
  }
  if (timers && timers.functions > 0) {
    const smeared = timers.atOnceSmeared < timers.atOnce ? `, ${formatCount(timers.atOnceSmeared)} when smeared` : '';
    lines.push(
      `${formatCount(timers.functions)} functions run on timers, ${formatCount(timers.atOnce)} in the busiest second${smeared}; slots are ready ${ms(timers.leadMs)} ahead.`,
    );
  }
  return `${lines.join('\n')}\n`;
}

/** A rhythm is to be seen twice before it is one. */
function unknownText(historyMs: number): string {
  return `Not to be known from ${ms(historyMs)} of trace: rhythms longer than ${ms(historyMs / 2)}, functions called less often than once in it, and whether what came once comes back: by chance alone 0 to 5 times in as long.`;
}

function proof({
  objective,
  objectiveUnit,
  primal,
  dualBound,
  gap,
  dualPrice,
  refused,
  constraints,
  against,
}: PlanReport): string {
  const amount = (value: number): string => (objective === 'dollars' ? spanUsd(value) : short(value));
  const lines = [
    `Objective ${objective}: ${amount(primal)} (${objective === 'dollars' ? `${money.name} ${aSpan()} saved` : objectiveUnit}${against === null ? '' : `, against ${against}`}); no plan exceeds ${amount(dualBound)}: gap ${amount(gap.absolute)}, ${percent(gap.relative)}.`,
  ];
  const [next] = refused;
  if (next && constraints.length > 0) {
    const worth =
      dualPrice > 0 ? `, for a gain of ${amount(dualPrice)} ${objective === 'dollars' ? aSpan() : 'a day'}` : '';
    lines.push(`One more slot would avoid ${short(inSpan(next.coldStartsPerDay))} cold starts ${aSpan()}${worth}.`);
  } else if (next) {
    lines.push(
      `The next slot would avoid ${short(inSpan(next.coldStartsPerDay))} cold starts ${aSpan()} and lose ${usdASpan(-next.usdPerDay)}: it does not pay.`,
    );
  }
  return `${lines.join('\n')}\n`;
}

/** Whether a rest is a policy that decides by itself. */
function isFollowed(rest: string): boolean {
  return rest === 'adaptive' || rest === 'predictive';
}

function spillText({p50, min, max}: PlanReport['spillMs']): string {
  return min === max ? ms(p50) : `${ms(min)} to ${ms(max)} by function, half of them ${ms(p50)} at most`;
}

function expectation({expected, spillMs, rest}: PlanReport): string {
  const {costUsdPerDay: cost} = expected;
  const lines = shownLines([cost]).map((line) => `${spanUsd(cost[line])} ${billLines[line]}`);
  return [
    `Expected: ${percent(expected.coldShare)} of calls cold (${formatCount(expected.coldStartsPerDay)} a day), p99 start delay ${ms(expected.startDelayP99Ms)}, p99.9 ${ms(expected.startDelayP999Ms)}, p99 cold start ${ms(expected.coldTimeP99Ms)}, with instances beyond the plan ${isFollowed(rest) ? `left to ${rest}` : `kept ${spillText(spillMs)}`}.`,
    `${usdASpan(cost.total)}: ${lines.join(', ')}. ${usdASpan(expected.reservedUsdPerDay)} if kept slots were charged while busy too.`,
    '',
  ].join('\n');
}

function budgets({constraints, nextStep, objective}: PlanReport): string {
  if (constraints.length === 0) return 'No budget: slots are kept as long as they pay.\n';
  const lines = constraints.map(({name, limit, used, groups, binding}) => {
    const where = groups > 1 ? ` in the tightest of ${formatCount(groups)} groups, ${formatCount(binding)} bind` : '';
    return `Budget of ${name}: ${short(used)} of ${short(limit)} used${where}${groups === 1 && binding === 0 ? ', it does not bind' : ''}.`;
  });
  if (nextStep) {
    const gain = objective === 'dollars' ? usdASpan(nextStep.gainPerDay) : `${short(nextStep.gainPerDay)} a day`;
    lines.push(`${STEP_SHARE * 100} % more ${nextStep.constraint} (${short(nextStep.more)}) would gain ${gain}.`);
  }
  return `${lines.join('\n')}\n`;
}

function windows(report: PlanReport): string {
  return report.windows === 1 ? '' : slotsLine(report.perWindow) + tableText(windowsTable(report));
}

/** Slots from window to window as a picture. */
function slotsLine(perWindow: PlanReport['perWindow']): string {
  const most = perWindow.reduce((high, {slots}) => Math.max(high, slots), 0);
  if (most === 0) return '';
  const slots = perWindow.map((one) => one.slots);
  return `slots: ${sparkline(slots, Math.min(WIDEST, terminal.width - 7))} up to ${formatCount(most)}\n`;
}

const WIDEST = 60;

function refusals(report: PlanReport): string {
  return report.refused.length === 0 ? '' : `Most valuable slots not given\n${tableText(refusedTable(report))}`;
}

function teams(report: PlanReport): string {
  return report.teams.length === 0 ? '' : tableText(teamsTable(report));
}

/** The calculation for one function, window by window. */
export function explanation({function: name, keepAliveMs, windows: explained}: Explained, report?: PlanReport): string {
  const beyond = keepAliveMs === null ? '' : ` What is beyond them stays ${ms(keepAliveMs)}.`;
  const parts = explained.map((window) => {
    const head = `${printable(name)} from ${report === undefined ? ms(window.startMs) : clock(report, window.startMs)}: ${short(window.callsPerDay)} calls a day, ${short(window.load)} busy on average, ${window.curve} curve: ${formatCount(window.slots)} slots, ${short(window.expectedColdPerDay)} cold starts a day expected.${beyond}\n`;
    return head + tableText(levelsTable(window));
  });
  return parts.join('\n');
}

function ms(value: number): string {
  return formatTimeUs(value * US_PER_MS);
}
