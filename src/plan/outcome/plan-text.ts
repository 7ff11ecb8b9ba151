import {aSpan, inSpan, money, perSpan} from '../../base/money.ts';
import {sparkline} from '../../base/sparkline.ts';
import {type TableColumn, textTable} from '../../base/table.ts';
import {styled, terminal} from '../../base/terminal.ts';
import {printable} from '../../base/text.ts';
import {formatCount, formatTimeUs, US_PER_MS} from '../../base/units.ts';
import {billLines, shownLines} from '../../cost/bill.ts';
import {priceNote} from '../../cost/sheets.ts';
import {STEP_SHARE} from '../solve/next-step.ts';
import {percent, short, spanUsd, usdASpan} from './amounts.ts';
import {grantedText} from './granted-text.ts';
import {outlookText, validationText, verdict} from './outlook-text.ts';
import type {Explained, PlanReport} from './plan-report.ts';

/** The plan for a terminal: the decision, its proof, what to expect of it, and what it refused. */
export function planText(report: PlanReport): string {
  const parts = [
    styled('strong', verdict(report).trimEnd()) + (verdict(report) === '' ? '' : '\n'),
    decision(report),
    proof(report),
    expectation(report),
    outlookText(report),
    validationText(report),
    budgets(report),
    windows(report),
    grantedText(report),
    reasonsText(report),
    refusals(report),
    teams(report),
    pricesText(report),
    ...(report.explain ?? []).map((one) => explanation(one)),
  ];
  return parts.filter((part) => part !== '').join('\n');
}

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
    `Expected: ${percent(expected.coldShare)} of calls cold (${formatCount(expected.coldStartsPerDay)} a day), p99 start delay ${ms(expected.startDelayP99Ms)}, p99.9 ${ms(expected.startDelayP999Ms)}, p99 cold start ${ms(expected.coldTimeP99Ms)},`,
    `with instances beyond the plan ${isFollowed(rest) ? `left to ${rest}` : `kept ${spillText(spillMs)}`}. ${usdASpan(cost.total)}: ${lines.join(', ')}. ${usdASpan(expected.reservedUsdPerDay)} if kept slots were charged while busy too.`,
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

/** Windows shown; --json has all. */
const SHOWN_WINDOWS = 24;

function windows({perWindow, windows: count}: PlanReport): string {
  if (count === 1) return '';
  const columns: TableColumn[] = ['from', 'slots', 'functions', 'lead', 'price'].map((title) => ({
    title,
    align: 'right',
  }));
  const rows = perWindow
    .slice(0, SHOWN_WINDOWS)
    .map((w) => [ms(w.startMs), formatCount(w.slots), formatCount(w.functionsWarm), ms(w.leadMs), short(w.dualPrice)]);
  const more = count > SHOWN_WINDOWS ? `... and ${formatCount(count - SHOWN_WINDOWS)} more windows\n` : '';
  return `${slotsLine(perWindow)}${textTable(columns, rows)}${more}`;
}

/** Slots from window to window as a picture. */
function slotsLine(perWindow: PlanReport['perWindow']): string {
  const most = perWindow.reduce((high, {slots}) => Math.max(high, slots), 0);
  if (most === 0) return '';
  const slots = perWindow.map((one) => one.slots);
  return `slots: ${sparkline(slots, Math.min(WIDEST, terminal.width - 7))} up to ${formatCount(most)}\n`;
}

const WIDEST = 60;

function reasonsText({reasons}: PlanReport): string {
  const rows = Object.entries(reasons).map(([reason, units]) => [reason, formatCount(units)]);
  return textTable(
    [
      {title: 'why', align: 'left'},
      {title: 'functions x windows', align: 'right'},
    ],
    rows,
  );
}

function refusals({refused}: PlanReport): string {
  if (refused.length === 0) return '';
  const rows = refused.map((one) => [
    one.function,
    ms(one.windowStartMs),
    short(inSpan(one.coldStartsPerDay)),
    spanUsd(one.usdPerDay),
    one.reason,
  ]);
  return `Most valuable slots not given\n${textTable(
    [
      {title: 'function', align: 'left'},
      {title: 'window', align: 'right'},
      {title: `cold starts/${money.per}`, align: 'right'},
      {title: perSpan('gain'), align: 'right'},
      {title: 'why', align: 'left'},
    ],
    rows,
  )}`;
}

/** Teams shown; --json has all. */
const SHOWN_TEAMS = 10;

function teams({teams: given}: PlanReport): string {
  if (given.length === 0) return '';
  const rows = [...given]
    .sort((a, b) => b.used - a.used)
    .slice(0, SHOWN_TEAMS)
    .map((one) => [
      one.team,
      short(one.weight),
      short(one.share),
      short(one.wanted),
      short(one.used),
      percent(one.coldShare),
    ]);
  return textTable(
    [
      {title: 'team', align: 'left'},
      ...['weight', 'share', 'wants', 'uses', 'cold'].map((title) => ({title, align: 'right'}) as const),
    ],
    rows,
  );
}

/** The calculation for one function, window by window. */
export function explanation({function: name, keepAliveMs, windows: explained}: Explained): string {
  const beyond = keepAliveMs === null ? '' : ` What is beyond them stays ${ms(keepAliveMs)}.`;
  const parts = explained.map((window) => {
    const head = `${printable(name)} from ${ms(window.startMs)}: ${short(window.callsPerDay)} calls a day, ${short(window.load)} busy on average, ${window.curve} curve: ${formatCount(window.slots)} slots, ${short(window.expectedColdPerDay)} cold starts a day expected.${beyond}\n`;
    const rows = window.levels.map((level) => [
      `${level.slot}`,
      short(inSpan(level.coldStartsAvoidedPerDay)),
      percent(level.idleShare),
      spanUsd(level.savesUsdPerDay),
      spanUsd(level.costsUsdPerDay),
      level.kept ? 'kept' : 'refused',
    ]);
    const titles = ['slot', `avoids/${money.per}`, 'idle', perSpan('saves'), perSpan('costs'), 'decision'];
    return (
      head +
      textTable(
        titles.map((title) => ({title, align: 'right'})),
        rows,
      )
    );
  });
  return parts.join('\n');
}

function ms(value: number): string {
  return formatTimeUs(value * US_PER_MS);
}
