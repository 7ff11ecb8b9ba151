import {formatShare} from '../../base/format.ts';
import {aSpan, inCurrency, inSpan, money, perSpan} from '../../base/money.ts';
import {centsOf, roundedTogether} from '../../base/rounded-together.ts';
import {type TableColumn, textTable} from '../../base/table.ts';
import {formatCount} from '../../base/units.ts';
import {type Change, causes, type WhyReport} from './why-report.ts';

/** Why dollars have changed: the sentence, then by function; it, lines and columns add up as they are shown. */
export function whyText({before, after, usdPerDay, functions, replays}: WhyReport, top: number): string {
  const all = shownChange(usdPerDay);
  const change = usdPerDay.after - usdPerDay.before;
  const share =
    usdPerDay.before > 0 ? ` (${change < 0 ? '-' : '+'}${formatShare(Math.abs(change) / usdPerDay.before)})` : '';
  const amount = (value: number): string => `${value < 0 ? '-' : ''}${money.sign}${plain(Math.abs(value), all.digits)}`;
  const parts = causes.map((cause, k) => `${cause} ${signed(amount(all.parts[k]!))}`);
  const head = [
    `${amount(all.before)} ${aSpan()} before, ${amount(all.before + all.change)} after: ${signed(amount(all.change))}${share}.`,
    `Of that ${parts.join(', ')}: ${different(before, after)}.`,
    `Each is the mean of what it changes over all orders of the three (Shapley), of ${replays} replays.`,
  ];
  return `${head.join('\n')}\n\n${table(usdPerDay, all, functions, top)}`;
}

/** Amounts of all functions together as they are shown: before, and parts that add up to the change. */
interface Shown {
  readonly digits: number;
  readonly before: number;
  readonly change: number;
  readonly parts: readonly number[];
}

function shownChange(usdPerDay: Change): Shown {
  const digits = Math.min(6, centsOf(Math.max(inMoney(usdPerDay.before), inMoney(usdPerDay.after))));
  const parts = roundedTogether(
    causes.map((cause) => inMoney(usdPerDay[cause])),
    digits,
  );
  const [before] = roundedTogether([inMoney(usdPerDay.before)], digits) as [number];
  return {digits, before, change: sumOf(parts), parts};
}

function inMoney(usdPerDay: number): number {
  return inCurrency(inSpan(usdPerDay));
}

function sumOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}

function different(before: WhyReport['before'], after: WhyReport['after']): string {
  const from = (what: string, a: string, b: string): string => (a === b ? `${what} ${a}` : `${what} from ${a} to ${b}`);
  return [
    from('workload', before.workload, after.workload),
    from('sheet', before.sheet, after.sheet),
    from('policy', before.policy, after.policy),
  ].join(', ');
}

type Line = Change & {readonly name: string};

function table(all: Change, shown: Shown, functions: WhyReport['functions'], top: number): string {
  const own = functions.slice(0, top).map((one): Line => ({...one, name: one.function}));
  const left = functions.length - own.length;
  const rest = (key: keyof Change): number => own.reduce((sum, one) => sum - one[key], all[key]);
  const others: Line = {
    name: `${formatCount(left)} more`,
    before: rest('before'),
    after: rest('after'),
    demand: rest('demand'),
    prices: rest('prices'),
    policy: rest('policy'),
  };
  const lines = left > 0 ? [...own, others] : own;
  if (lines.length === 0) return '';
  const {digits} = shown;
  const amounts = (key: keyof Change): number[] => lines.map((line) => inMoney(line[key]));
  const was = roundedTogether(amounts('before'), digits, shown.before);
  const by = causes.map((cause, k) => roundedTogether(amounts(cause), digits, shown.parts[k]));
  const cells = (before: number, parts: readonly number[]): string[] => {
    const change = sumOf(parts);
    const sides = [before, before + change].map((value) => plain(value, digits));
    return [...sides, ...[change, ...parts].map((value) => signed(plain(value, digits)))];
  };
  const rows = lines.map((line, k) => [
    line.name,
    ...cells(
      was[k]!,
      by.map((column) => column[k]!),
    ),
  ]);
  const total = ['all', ...cells(sumOf(was), by.map(sumOf))];
  const columns: TableColumn[] = [
    {title: 'function', align: 'left'},
    ...[perSpan('before'), 'after', 'change', ...causes].map((title) => ({title, align: 'right' as const})),
  ];
  return textTable(columns, [...rows, total]);
}

function plain(value: number, digits: number): string {
  const text = value.toFixed(digits);
  return Number(text) === 0 ? (0).toFixed(digits) : text;
}

function signed(text: string): string {
  return text.startsWith('-') || /^[^1-9]*$/.test(text) ? text : `+${text}`;
}
