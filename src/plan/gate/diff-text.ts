import {textTable} from '../../base/table.ts';
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
  const rows = changed
    .slice(0, shown)
    .map((one) => [one.function, slots(one, 'before'), slots(one, 'after'), hours(one)]);
  const rest = changed.length > shown ? `... and ${formatCount(changed.length - shown)} more\n` : '';
  if (rows.length === 0) return head;
  return `${head}\n${textTable(
    [
      {title: 'function', align: 'left'},
      {title: 'before', align: 'right'},
      {title: 'after', align: 'right'},
      {title: 'slot-hours/day', align: 'right'},
    ],
    rows,
  )}${rest}`;
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
  return [factTable(changes), ...notes.map((note) => `${note}\n`)].join('');
}

function factTable(changes: readonly FactChange[]): string {
  const number = (value: number | null): string => (value === null ? '-' : String(Number(value.toPrecision(6))));
  return textTable(
    [
      {title: 'run', align: 'left'},
      {title: 'what', align: 'left'},
      {title: 'before', align: 'right'},
      {title: 'after', align: 'right'},
    ],
    changes.map(({run, fact, before, after}) => [run, fact, number(before), number(after)]),
  );
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
