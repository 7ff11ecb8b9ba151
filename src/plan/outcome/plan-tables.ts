import {clockText} from '../../base/clock-text.ts';
import {inSpan, money, perSpan} from '../../base/money.ts';
import type {ReportColumn, ReportTable} from '../../base/report-table.ts';
import {formatCount, formatTimeUs, US_PER_MS} from '../../base/units.ts';
import {percent, short, spanUsd} from './amounts.ts';
import type {ExplainedWindow} from './explain.ts';
import type {Explained, PlanReport} from './plan-report.ts';

/** Windows shown; JSON and CSV have all. */
const SHOWN_WINDOWS = 24;
/** Teams shown, those that use most. */
const SHOWN_TEAMS = 10;

/** Slots from window to window. */
export function windowsTable(report: PlanReport): ReportTable<PlanReport['perWindow'][number]> {
  return {
    name: 'windows',
    rows: report.perWindow,
    shown: SHOWN_WINDOWS,
    columns: [
      {name: 'startMs', title: 'from', align: 'right', cell: ({startMs}) => clock(report, startMs)},
      {name: 'slots', title: 'slots', align: 'right', cell: ({slots}) => formatCount(slots)},
      {name: 'functionsWarm', title: 'functions', align: 'right', cell: (one) => formatCount(one.functionsWarm)},
      {name: 'leadMs', title: 'lead', align: 'right', cell: ({leadMs}) => ms(leadMs)},
      {name: 'dualPrice', title: 'price', align: 'right', cell: ({dualPrice}) => short(dualPrice)},
    ],
  };
}

/** Why functions have the slots that they have, by window. */
export function reasonsTable({reasons}: PlanReport): ReportTable<{reason: string; units: number}> {
  return {
    name: 'reasons',
    rows: Object.entries(reasons).map(([reason, units]) => ({reason, units})),
    columns: [
      {name: 'reason', title: 'why', align: 'left', cell: ({reason}) => reason},
      {name: 'units', title: 'functions x windows', align: 'right', cell: ({units}) => formatCount(units)},
    ],
  };
}

/** The most valuable slots that were not given. */
export function refusedTable(report: PlanReport): ReportTable<PlanReport['refused'][number]> {
  return {
    name: 'refused',
    rows: report.refused,
    columns: [
      {name: 'function', title: 'function', align: 'left', cell: (one) => one.shortName},
      {name: 'windowStartMs', title: 'window', align: 'right', cell: (one) => clock(report, one.windowStartMs)},
      {
        name: 'coldStartsPerDay',
        title: `cold starts/${money.per}`,
        align: 'right',
        cell: (one) => short(inSpan(one.coldStartsPerDay)),
      },
      {name: 'usdPerDay', title: perSpan('gain'), align: 'right', cell: (one) => spanUsd(one.usdPerDay)},
      {name: 'reason', title: 'why', align: 'left', cell: ({reason}) => reason},
    ],
  };
}

/** What teams have of what is shared out fairly. */
export function teamsTable({teams}: PlanReport): ReportTable<PlanReport['teams'][number]> {
  return {
    name: 'teams',
    rows: teams,
    shown: [...teams].sort((a, b) => b.used - a.used).slice(0, SHOWN_TEAMS),
    columns: [
      {name: 'team', title: 'team', align: 'left', cell: ({team}) => team},
      {name: 'weight', title: 'weight', align: 'right', cell: ({weight}) => short(weight)},
      {name: 'share', title: 'share', align: 'right', cell: ({share}) => short(share)},
      {name: 'wanted', title: 'wants', align: 'right', cell: ({wanted}) => short(wanted)},
      {name: 'used', title: 'uses', align: 'right', cell: ({used}) => short(used)},
      {name: 'coldShare', title: 'cold', align: 'right', cell: ({coldShare}) => percent(coldShare)},
    ],
  };
}

type Validation = NonNullable<PlanReport['validation']>[number];

/** Plans made inside the trace, and what replays of the time after them find. */
export function validationTable(report: PlanReport): ReportTable<Validation> {
  const {validation = [], baseline} = report;
  const right = 'right' as const;
  const columns: ReportColumn<Validation>[] = [
    {name: 'fromMs', title: 'planned at', align: right, cell: ({fromMs}) => clock(report, fromMs)},
    {
      name: 'expectedUsdPerDay',
      title: perSpan('expected'),
      align: right,
      cell: (one) => spanUsd(one.expectedUsdPerDay),
    },
    {
      name: 'interval80.usdPerDay',
      title: '80 % interval',
      align: right,
      cell: ({interval80}) => (interval80 ? interval80.usdPerDay.map(spanUsd).join(' to ') : '-'),
    },
    {name: 'foundUsdPerDay', title: 'found', align: right, cell: (one) => spanUsd(one.foundUsdPerDay)},
    {name: 'expectedColdShare', title: 'cold exp.', align: right, cell: (one) => percent(one.expectedColdShare)},
    {name: 'foundColdShare', title: 'cold found', align: right, cell: (one) => percent(one.foundColdShare)},
    {
      name: 'baselineUsdPerDay',
      title: baseline?.policy ?? 'baseline',
      align: right,
      cell: (one) => spanUsd(one.baselineUsdPerDay),
    },
    {name: 'adaptiveUsdPerDay', title: 'adaptive', align: right, cell: (one) => spanUsd(one.adaptiveUsdPerDay)},
    {name: 'predictiveUsdPerDay', title: 'predictive', align: right, cell: (one) => spanUsd(one.predictiveUsdPerDay)},
    {name: 'rest', title: 'rest', align: right, cell: ({rest}) => rest},
  ];
  return {name: 'validation', rows: validation, columns};
}

type Level = ExplainedWindow['levels'][number];
type LevelOfWindow = Level & {readonly function: string; readonly startMs: number};

const levelColumns = (): readonly ReportColumn<Level>[] => [
  {name: 'slot', title: 'slot', align: 'right', cell: ({slot}) => `${slot}`},
  {
    name: 'coldStartsAvoidedPerDay',
    title: `avoids/${money.per}`,
    align: 'right',
    cell: (level) => short(inSpan(level.coldStartsAvoidedPerDay)),
  },
  {name: 'idleShare', title: 'idle', align: 'right', cell: ({idleShare}) => percent(idleShare)},
  {name: 'savesUsdPerDay', title: perSpan('saves'), align: 'right', cell: (level) => spanUsd(level.savesUsdPerDay)},
  {name: 'costsUsdPerDay', title: perSpan('costs'), align: 'right', cell: (level) => spanUsd(level.costsUsdPerDay)},
  {name: 'kept', title: 'decision', align: 'right', cell: ({kept}) => (kept ? 'kept' : 'refused')},
];

/** What each slot of a function would do in a window, and whether it is given. */
export function levelsTable({levels}: ExplainedWindow): ReportTable<Level> {
  return {name: '', rows: levels, columns: levelColumns()};
}

/** The same of all functions and windows that are explained. */
export function explainedTable(explained: readonly Explained[]): ReportTable<LevelOfWindow> {
  const rows = explained.flatMap(({function: name, windows}) =>
    windows.flatMap(({startMs, levels}) => levels.map((level) => ({function: name, startMs, ...level}))),
  );
  const columns: ReportColumn<LevelOfWindow>[] = [
    {name: 'function', title: 'function', align: 'left', cell: (row) => row.function},
    {name: 'startMs', title: 'from', align: 'right', cell: ({startMs}) => ms(startMs)},
    ...levelColumns(),
  ];
  return {name: 'levels', rows, columns};
}

/**
 * A time of the plan, by the clock where the trace tells when it began. Of a plan that repeats, or of a trace of a day, the
 * day does not matter.
 */
export function clock({startTime, repeatMs, perWindow, demand}: PlanReport, atMs: number): string {
  const last = perWindow.at(-1)?.endMs ?? 0;
  const span = repeatMs > 0 ? repeatMs : Math.max(last, demand.historyMs);
  return startTime === '' ? ms(atMs) : clockText(startTime, atMs, span);
}

function ms(value: number): string {
  return formatTimeUs(value * US_PER_MS);
}
