import {type ReportTable, tableText} from '../../base/report-table.ts';
import {formatCount} from '../../base/units.ts';
import {type NotedPrices, priceNote} from '../../cost/sheets.ts';
import type {FunctionChange, PlanDiff} from './diff-plans.ts';
import type {FactChange} from './diff-reports.ts';

/** What changed between two plans: totals, then the functions with most between them. */
export function planDiffText({same, functions, slotHoursPerDay, changed}: PlanDiff, shown: number): string {
  if (same) return 'no function has other slots\n';
  const {gained, lost, more, fewer, moved} = functions;
  const {before, after} = slotHoursPerDay;
  const head =
    `${formatCount(changed.length)} functions changed: ${formatCount(gained)} gained slots, ${formatCount(lost)} lost them, ` +
    `${formatCount(more)} keep more, ${formatCount(fewer)} fewer, ${formatCount(moved)} at other times.\n` +
    `${formatCount(before)} slot-hours a day before, ${formatCount(after)} after (${signed(after - before)}).\n`;
  return changed.length === 0 ? head : `${head}\n${tableText(functionsTable(changed, shown))}`;
}

/** Functions with other slots, those with most between them first. */
export function functionsTable(changed: readonly FunctionChange[], shown: number): ReportTable<FunctionChange> {
  return {
    name: 'functions',
    rows: changed,
    shown,
    columns: [
      {name: 'function', title: 'function', align: 'left', cell: (one) => one.function},
      {name: 'before', title: 'before', align: 'right', cell: (one) => slots(one, 'before')},
      {name: 'after', title: 'after', align: 'right', cell: (one) => slots(one, 'after')},
      // Their difference is in no other column.
      {name: 'slotHoursPerDay', title: 'slot-hours/day', align: 'right', cell: hours},
    ],
    fields: (one) => ({...one, slotHoursPerDay: one.afterSlotHours - one.beforeSlotHours}),
  };
}

/** The numbers that changed between two reports, and where the prices come from of dollars that did. */
export function reportDiffText(
  changes: readonly FactChange[],
  prices: {readonly before: NotedPrices | null; readonly after: NotedPrices | null},
): string {
  if (changes.length === 0) return 'no number changed\n';
  const sides = [prices.before, prices.after].map((side) => priceNote(side ?? undefined));
  const dollars = changes.some(({fact}) => fact === 'USD a day');
  const notes = dollars ? [...new Set(sides)].filter((note) => note !== undefined) : [];
  return [tableText(numbersTable(changes)), ...notes.map((note) => `${note}\n`)].join('');
}

/** The numbers that changed. */
export function numbersTable(changes: readonly FactChange[]): ReportTable<FactChange> {
  const number = (value: number | null): string => (value === null ? '-' : String(Number(value.toPrecision(6))));
  return {
    name: 'numbers',
    rows: changes,
    columns: [
      {name: 'run', title: 'run', align: 'left', cell: ({run}) => run},
      {name: 'fact', title: 'what', align: 'left', cell: ({fact}) => fact},
      {name: 'before', title: 'before', align: 'right', cell: ({before}) => number(before)},
      {name: 'after', title: 'after', align: 'right', cell: ({after}) => number(after)},
    ],
  };
}

function slots(change: FunctionChange, side: 'before' | 'after'): string {
  const most = change[side];
  return most === null ? 'unknown' : formatCount(most);
}

function hours({beforeSlotHours, afterSlotHours}: FunctionChange): string {
  return signed(afterSlotHours - beforeSlotHours);
}

function signed(value: number): string {
  const text = String(Number(Math.abs(value).toPrecision(3)));
  return value === 0 ? '0' : `${value > 0 ? '+' : '-'}${text}`;
}
