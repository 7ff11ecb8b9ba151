import {formatAmount, formatNumber, formatShare, formatUsd} from '../../base/format.ts';
import {inSpan, money, perSpan} from '../../base/money.ts';
import {periodDays} from '../../base/period.ts';
import {type Printed, type ReportColumn, type ReportTable, tableText} from '../../base/report-table.ts';
import {sparkline} from '../../base/sparkline.ts';
import {formatCount, formatTimeUs, US_PER_MS} from '../../base/units.ts';
import {explainedTable} from '../../plan/outcome/plan-tables.ts';
import {explanation} from '../../plan/outcome/plan-text.ts';
import {callClassRules} from '../../workload/call-class.ts';
import type {ExplainedRun, ExplainReport} from './explain-report.ts';

/** One function on one screen. */
export function explainText(report: ExplainReport): string {
  const {trigger, memoryMib, rhythm, gapsMs, durationMs, observed, periodMs} = report;
  const share = report.shareOfCalls === null ? '' : `, ${formatShare(report.shareOfCalls)} of all calls`;
  const lines = [
    `${report.function}${trigger === '' ? '' : ` (${trigger})`}, ${formatNumber(memoryMib)} MiB`,
    ...whose(report),
    `${formatCount(report.calls)} calls, ${formatNumber(report.callsPerDay)} a day${share}; ${formatCount(report.peakPerMinute)} in the busiest minute`,
    `${report.class}: ${callClassRules[report.class]}${periodMs === null ? '' : `; the clock calls it every ${ms(periodMs)}`}`,
    `calls by ${ms(rhythm.partMs)}  ${sparkline(rhythm.calls, rhythm.calls.length)}  ${formatCount(Math.min(...rhythm.calls))} to ${formatCount(Math.max(...rhythm.calls))}`,
    gapsMs === null
      ? 'gaps: fewer than two calls'
      : `gaps: p10 ${ms(gapsMs.p10)}, p50 ${ms(gapsMs.p50)}, p90 ${ms(gapsMs.p90)}, p99 ${ms(gapsMs.p99)}${report.gapCv === null ? '' : `, CV ${formatNumber(report.gapCv)}`}`,
    durationMs === null
      ? 'durations: the trace does not tell'
      : `durations: mean ${ms(durationMs.mean)}, p50 ${ms(durationMs.p50)}, p90 ${ms(durationMs.p90)}, p99 ${ms(durationMs.p99)}`,
    ...(observed === null
      ? []
      : [`observed: ${formatCount(observed.cold)} of ${formatCount(observed.of)} calls were cold, as the trace says`]),
  ];
  const runs = tableText(runsTable(report));
  const cheapest = report.runs.toSorted((a, b) => a.usdPerDay - b.usdPerDay)[0];
  const verdict = cheapest === undefined ? '' : `Alone it is cheapest under ${cheapest.policy}.\n`;
  const plan =
    report.plan === null
      ? 'No plan: nothing can be planned for it at these prices.\n'
      : `${planLine(report)}${explanation(report.plan)}`;
  return `${lines.join('\n')}\n\n${runs}${verdict}\n${plan}`;
}

/** What the plan gives it, and why, in one line. */
function planLine({plan}: ExplainReport): string {
  const windows = plan!.windows;
  const most = Math.max(0, ...windows.map(({slots}) => slots));
  if (most === 0) return 'The plan gives it no slot: none saves what it costs.\n';
  const days = windows.map(({startMs, endMs}) => endMs - startMs);
  const whole = days.reduce((sum, length) => sum + length, 0);
  const usdPerDay = windows.reduce((sum, {levels}, k) => {
    const kept = levels.filter((level) => level.kept);
    return (
      sum +
      (kept.reduce((all, {savesUsdPerDay, costsUsdPerDay}) => all + savesUsdPerDay - costsUsdPerDay, 0) * days[k]!) /
        whole
    );
  }, 0);
  // A day's is too little to see.
  const per = money.per === 'year' ? 'year' : 'month';
  return `The plan gives it up to ${formatCount(most)} ${most === 1 ? 'slot' : 'slots'}, worth ${formatUsd(periodDays[per] * usdPerDay)} a ${per} more than they cost.\n`;
}

const columnsOf = (): readonly ReportColumn<ExplainedRun>[] => [
  {name: 'policy', title: 'policy', align: 'left', cell: (run) => run.policy},
  {name: 'cold', title: 'cold starts', align: 'right', cell: (run) => formatCount(run.cold)},
  {
    name: 'coldShare',
    title: 'share',
    align: 'right',
    cell: (run) => (run.coldShare === null ? '-' : formatShare(run.coldShare)),
  },
  {
    name: 'p99StartMs',
    title: 'p99 delay',
    align: 'right',
    cell: (run) => (run.p99StartMs === null ? '-' : ms(run.p99StartMs)),
  },
  {name: 'peakSlots', title: 'instances', align: 'right', cell: (run) => formatCount(run.peakSlots)},
  {name: 'idleSeconds', title: 'idle', align: 'right', cell: (run) => formatTimeUs(run.idleSeconds * 1e6)},
  {name: 'usdPerDay', title: perSpan(), align: 'right', cell: (run) => formatAmount(inSpan(run.usdPerDay))},
];

function runsTable({function: name, runs}: ExplainReport): ReportTable<ExplainedRun> {
  return {name: 'runs', rows: runs, columns: columnsOf(), fields: (run) => ({function: name, ...run})};
}

export const explainPrinted: Printed<ExplainReport> = {
  text: explainText,
  tables: (report) => [runsTable(report), explainedTable(report.plan === null ? [] : [report.plan])],
};

function ms(value: number): string {
  return formatTimeUs(value * US_PER_MS);
}

/** Whose it is, as far as the trace says; the names may be long. */
function whose({app, owner}: ExplainReport): string[] {
  const named = [app && `app ${app}`, owner && `owner ${owner}`].filter((one) => one !== '');
  return named.length === 0 ? [] : [`of ${named.join(', ')}`];
}
