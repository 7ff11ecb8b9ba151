import {formatShare, formatUsd} from '../../base/format.ts';
import {aSpan, inCurrency, inSpan, perSpan} from '../../base/money.ts';
import {centsOf, roundedTogether} from '../../base/rounded-together.ts';
import {type TableColumn, textTable} from '../../base/table.ts';
import {formatCount} from '../../base/units.ts';
import {type Change, causes, type WhyReport} from './why-report.ts';

/** Why dollars have changed: the sentence, then by function; lines and columns add up as they are shown. */
export function whyText({before, after, usdPerDay, functions, replays}: WhyReport, top: number): string {
  const change = usdPerDay.after - usdPerDay.before;
  const share =
    usdPerDay.before > 0 ? ` (${change < 0 ? '-' : '+'}${formatShare(Math.abs(change) / usdPerDay.before)})` : '';
  const spans = (usd: number): string => formatUsd(inSpan(usd));
  const parts = causes.map((cause) => `${cause} ${signed(spans(usdPerDay[cause]))}`);
  const head = [
    `${spans(usdPerDay.before)} ${aSpan()} before, ${spans(usdPerDay.after)} after: ${signed(spans(change))}${share}.`,
    `Of that ${parts.join(', ')}: ${different(before, after)}.`,
    `Each is the mean of what it changes over all orders of the three (Shapley), of ${replays} replays.`,
  ];
  return `${head.join('\n')}\n\n${table(usdPerDay, functions, top)}`;
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

function table(all: Change, functions: WhyReport['functions'], top: number): string {
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
  const amounts = (key: keyof Change): number[] => lines.map((line) => inCurrency(inSpan(line[key])));
  const sum = (values: readonly number[]): number => values.reduce((so, value) => so + value, 0);
  const digits = Math.min(6, centsOf(Math.max(sum(amounts('before')), sum(amounts('after')))));
  const was = roundedTogether(amounts('before'), digits);
  const by = causes.map((cause) => roundedTogether(amounts(cause), digits));
  const cells = (before: number, parts: readonly number[]): string[] => {
    const change = sum(parts);
    const shown = [before, before + change].map((value) => plain(value, digits));
    return [...shown, ...[change, ...parts].map((value) => signed(plain(value, digits)))];
  };
  const rows = lines.map((line, k) => [
    line.name,
    ...cells(
      was[k]!,
      by.map((column) => column[k]!),
    ),
  ]);
  const total = ['all', ...cells(sum(was), by.map(sum))];
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
