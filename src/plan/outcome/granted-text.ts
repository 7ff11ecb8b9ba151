import {inCurrency, inSpan, money, perSpan} from '../../base/money.ts';
import type {ReportTable} from '../../base/report-table.ts';
import {centsOf, roundedTogether} from '../../base/rounded-together.ts';
import {type TableColumn, textTable} from '../../base/table.ts';
import {formatCount} from '../../base/units.ts';
import {short, spanUsd} from './amounts.ts';
import type {GrantedFunction, GrantedTotal} from './granted.ts';
import type {PlanReport} from './plan-report.ts';

/** A line of the table: what is told of a function, of several together, or of all. */
type Line = Pick<GrantedTotal, 'slots' | 'coldStartsAvoidedPerDay' | 'savesUsdPerDay' | 'costsUsdPerDay'> & {
  readonly name: string;
  readonly why: string;
};

/** Who has slots, what these cost and what for; columns add up as they are shown. */
export function grantedText({granted: {functions, total}}: PlanReport): string {
  if (total.functions === 0 || functions.length === 0) return '';
  const own = functions.map((one): Line => ({...one, name: one.shortName, why: one.reason.replace(/^kept: /, '')}));
  const left = total.functions - own.length;
  const others: Line[] =
    left === 0 ? [] : [{...lessThose(total, functions), name: `${formatCount(left)} more`, why: '--top, --csv'}];
  const lines = [...own, ...others];
  const inMoney = (usdPerDay: number): number => inCurrency(inSpan(usdPerDay));
  const saves = addingUp(lines.map(({savesUsdPerDay}) => inMoney(savesUsdPerDay)));
  const costs = addingUp(lines.map(({costsUsdPerDay}) => inMoney(costsUsdPerDay)));
  const digits = Math.max(saves.digits, costs.digits);
  const amounts = (k: number): string[] => {
    const [saved, paid] = [saves.of(k, digits), costs.of(k, digits)];
    return [saved, paid, saved - paid].map((amount) => grouped(amount, digits));
  };
  const avoided = addingUp(lines.map((line) => inSpan(line.coldStartsAvoidedPerDay)));
  const whole = inSpan(total.coldStartsAvoidedPerDay) >= 100 ? 0 : avoided.digits;
  const starts = (k: number): string => grouped(avoided.of(k, whole), whole);
  const rows = lines.map((line, k) => [line.name, formatCount(line.slots), starts(k), ...amounts(k), line.why]);
  const all = ['all', formatCount(total.slots), starts(-1), ...amounts(-1), ''];
  const columns: TableColumn[] = [
    {title: 'function', align: 'left'},
    {title: 'slots', align: 'right'},
    {title: `cold starts avoided/${money.per}`, align: 'right', rank: 2},
    {title: perSpan('saves'), align: 'right', rank: 3},
    {title: perSpan('costs'), align: 'right'},
    {title: perSpan('gain'), align: 'right'},
    {title: 'why', align: 'left', rank: 1},
  ];
  return `Functions that have slots\n${textTable(columns, lines.length > 1 ? [...rows, all] : rows)}`;
}

/** Functions that have slots, as CSV has them and where they are sorted by columns; dollars of CSV are of a day. */
export function grantedTable({granted}: PlanReport): ReportTable<GrantedFunction> {
  const amount = (name: 'savesUsdPerDay' | 'costsUsdPerDay' | 'gainUsdPerDay', title: string) => ({
    name,
    title: perSpan(title),
    align: 'right' as const,
    cell: (one: GrantedFunction) => spanUsd(one[name]),
  });
  return {
    name: 'granted',
    rows: granted.functions,
    columns: [
      {name: 'function', title: 'function', align: 'left', cell: (one) => one.shortName},
      {name: 'slots', title: 'slots', align: 'right', cell: ({slots}) => formatCount(slots)},
      {
        name: 'coldStartsAvoidedPerDay',
        title: `cold starts avoided/${money.per}`,
        align: 'right',
        rank: 2,
        cell: (one) => short(inSpan(one.coldStartsAvoidedPerDay)),
      },
      ...[amount('savesUsdPerDay', 'saves'), amount('costsUsdPerDay', 'costs'), amount('gainUsdPerDay', 'gain')],
      {name: 'reason', title: 'why', align: 'left', rank: 1, cell: ({reason}) => reason},
    ],
    fields: (one) => ({
      ...{function: one.function, app: one.app, owner: one.owner, slots: one.slots, memoryMib: one.memoryMib},
      ...{coldStartsAvoidedPerDay: one.coldStartsAvoidedPerDay, savesUsdPerDay: one.savesUsdPerDay},
      ...{costsUsdPerDay: one.costsUsdPerDay, gainUsdPerDay: one.gainUsdPerDay, reason: one.reason},
    }),
  };
}

/** What is left of the sums without those. */
function lessThose(total: GrantedTotal, those: readonly GrantedFunction[]) {
  const left = (of: (one: GrantedTotal | GrantedFunction) => number): number =>
    those.reduce((rest, one) => rest - of(one), of(total));
  return {
    slots: left(({slots}) => slots),
    coldStartsAvoidedPerDay: left(({coldStartsAvoidedPerDay}) => coldStartsAvoidedPerDay),
    savesUsdPerDay: left(({savesUsdPerDay}) => savesUsdPerDay),
    costsUsdPerDay: left(({costsUsdPerDay}) => costsUsdPerDay),
  };
}

/** Amounts that add up when they are rounded to so many digits; of -1 is their sum. */
function addingUp(amounts: readonly number[]) {
  const usual = centsOf(amounts.reduce((sum, amount) => sum + amount, 0));
  let rounded: number[] | undefined;
  return {
    digits: usual,
    of(k: number, digits = usual): number {
      rounded ??= roundedTogether(amounts, digits);
      return k < 0 ? rounded.reduce((sum, amount) => sum + amount, 0) : rounded[k]!;
    },
  };
}

function grouped(value: number, digits: number): string {
  // No -0.00.
  const text = (value === 0 ? 0 : value).toFixed(digits);
  const clean = Number(text) === 0 ? (0).toFixed(digits) : text;
  return clean.replace(/\B(?=(\d{3})+(?!\d))(?<!\.\d*)/g, ',');
}
