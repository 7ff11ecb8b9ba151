import {exactSums} from '../../base/exact-sum.ts';
import {formatNumber} from '../../base/format.ts';
import {inCurrency, inSpan, perSpan} from '../../base/money.ts';
import type {ReportColumn} from '../../base/report-table.ts';
import {centsOf, roundedTogether} from '../../base/rounded-together.ts';
import {QuantileSketch} from '../../base/sketch.ts';
import {type TableColumn, textTable} from '../../base/table.ts';
import {type CsvCell, csvLine} from '../../base/text.ts';
import {formatCount, formatTimeUs, US_PER_MS, US_PER_SECOND} from '../../base/units.ts';
import {billOf} from '../../cost/bill.ts';
import {memoryOf} from '../../fleet/memory.ts';
import {teamsOf} from '../../fleet/settings/settings-of.ts';
import {appsOf} from '../../workload/apps.ts';
import type {Workload} from '../../workload/workload.ts';
import {type Ledger, outcomeNames, unservedOf} from '../ledger.ts';
import type {ReplayOptions} from '../options.ts';
import {usageByRow} from './usage.ts';

/** Whom a bill is shared out among. */
export const payers = ['team', 'app', 'owner', 'function'] as const;
export type PayerKind = (typeof payers)[number];

/** What belongs to nobody, and what is taken off all that anybody pays. */
const NOBODY = '(unallocated)';
const FREE = '(free tier)';

/** One payer's part of a run. `app` and `owner`: those of the function, or the owner of the app; empty for others. */
export interface Charge {
  readonly payer: string;
  readonly app: string;
  readonly owner: string;
  readonly team: string;
  readonly invocations: number;
  readonly warm: number;
  readonly cold: number;
  readonly dropped: number;
  readonly throttled: number;
  /** Null without calls. */
  readonly coldShare: number | null;
  /** Of the calls that started; null without any. */
  readonly p50DelayMs: number | null;
  readonly p99DelayMs: number | null;
  readonly p999DelayMs: number | null;
  /** 1 GB = 1024 MiB. */
  readonly busyGbSeconds: number;
  readonly idleGbSeconds: number;
  /** All charges of a run add up to its total. */
  readonly usd: number;
}

/** Payers by number, and the number of each row's. */
export interface Payers {
  readonly id: Int32Array;
  readonly of: readonly Pick<Charge, 'payer' | 'app' | 'owner' | 'team'>[];
}

export function payersOf(workload: Workload, {settings}: ReplayOptions, by: PayerKind): Payers {
  const {owner, app, name, functions} = workload;
  const teams = teamsOf(workload, settings);
  const ownerOf = (row: number): string => owner.values[owner.id[row]!]!;
  const appOf = (row: number): string => app.values[app.id[row]!]!;
  const alone = (payer: string) => ({payer, app: '', owner: '', team: ''});
  if (by === 'team') return {id: teams.id, of: teams.values.map(alone)};
  if (by === 'owner') return {id: owner.id, of: owner.values.map(alone)};
  if (by === 'app') {
    const {app: id, count} = appsOf(workload);
    const of: Payers['of'][number][] = new Array(count);
    for (let row = 0; row < functions; row++) of[id[row]!] ??= {...alone(appOf(row)), owner: ownerOf(row)};
    return {id, of};
  }
  return {
    id: Int32Array.from({length: functions}, (_, row) => row),
    of: Array.from({length: functions}, (_, row) => ({
      payer: name.at(row),
      app: appOf(row),
      owner: ownerOf(row),
      team: teams.values[teams.id[row]!]!,
    })),
  };
}

/**
 * Who pays how much of a run: the bill of each one's functions, whole hosts by the slot-time that they held, and what
 * belongs to nobody as a last charge. In order of the workload, those without calls, instances or costs left out.
 */
export function chargesOf(
  workload: Workload,
  ledger: Ledger,
  totalUsd: number,
  options: ReplayOptions,
  by: PayerKind,
): Charge[] {
  const {id, of} = payersOf(workload, options, by);
  const delays = ledger.delaysByRow();
  const usage = usageByRow(workload, ledger, delays, options);
  const rows = Array.from({length: workload.functions}, (_, row) => row);
  const {functions} = ledger;
  const column = (values: ArrayLike<number>): Float64Array => exactSums(Float64Array.from(values), id, of.length);
  const totals = Object.fromEntries(outcomeNames.map((name) => [name, column(functions[name])]));
  const {calls, cold, dropped, throttled} = totals as Record<(typeof outcomeNames)[number], Float64Array>;
  const gb = rows.map((row) => memoryOf(workload, row, options.defaultMemoryMib) / 1024 / US_PER_SECOND);
  const busy = column(rows.map((row) => functions.busyUs[row]! * gb[row]!));
  const idle = column(rows.map((row) => functions.idleUs[row]! * gb[row]!));
  const starting = column(functions.startingUs);
  const usd = column(rows.map((row) => billOf(usage(row), options.prices).total));
  const unserved = column(rows.map((row) => unservedOf(functions, row)));
  const quantiles = quantilesOf(by === 'function' ? undefined : id, of.length, delays, (k) => calls[k]! - unserved[k]!);
  const charges = of.flatMap((whose, k): Charge[] => {
    if (calls[k] === 0 && busy[k] === 0 && idle[k] === 0 && starting[k] === 0 && usd[k] === 0) return [];
    const [p50DelayMs, p99DelayMs, p999DelayMs] = quantiles(k).map((us) => (Number.isNaN(us) ? null : us / US_PER_MS));
    return [
      {
        ...whose,
        invocations: calls[k]!,
        warm: calls[k]! - cold[k]! - unserved[k]!,
        cold: cold[k]!,
        dropped: dropped[k]!,
        throttled: throttled[k]!,
        coldShare: calls[k] === 0 ? null : cold[k]! / calls[k]!,
        p50DelayMs: p50DelayMs!,
        p99DelayMs: p99DelayMs!,
        p999DelayMs: p999DelayMs!,
        busyGbSeconds: busy[k]!,
        idleGbSeconds: idle[k]!,
        usd: usd[k]!,
      },
    ];
  });
  const rest = totalUsd - charges.reduce((sum, charge) => sum + charge.usd, 0);
  // What is not the rounding of sums.
  return Math.abs(rest) > 1e-9 * Math.max(1, totalUsd)
    ? [...charges, nobodys(rest, options.freeTier ? FREE : NOBODY)]
    : charges;
}

function nobodys(usd: number, payer: string): Charge {
  const nothing = {invocations: 0, warm: 0, cold: 0, dropped: 0, throttled: 0, busyGbSeconds: 0, idleGbSeconds: 0};
  const unknown = {coldShare: null, p50DelayMs: null, p99DelayMs: null, p999DelayMs: null};
  return {payer, app: '', owner: '', team: '', ...nothing, ...unknown, usd};
}

const shares = [0.5, 0.99, 0.999];

/** Delays of each payer's started calls at those shares, us; without `id` a payer is a row. */
function quantilesOf(
  id: Int32Array | undefined,
  payers: number,
  delays: ReturnType<Ledger['delaysByRow']>,
  started: (payer: number) => number,
): (payer: number) => number[] {
  if (id === undefined) return (row) => delays.quantilesUs(row, started(row), shares);
  const sketches = Array.from({length: payers}, () => new QuantileSketch());
  for (let row = 0; row < id.length; row++) delays.addTo(sketches[id[row]!]!, row);
  return (payer) => {
    const sketch = sketches[payer]!;
    sketch.addZeros(started(payer) - sketch.count);
    return shares.map((share) => sketch.quantile(share));
  };
}

/** Cells of a charge from the calls on. */
function figures(charge: Charge): CsvCell[] {
  const {invocations, warm, cold, dropped, throttled, coldShare, p50DelayMs, p99DelayMs, p999DelayMs} = charge;
  const delays = [p50DelayMs, p99DelayMs, p999DelayMs];
  const money = [charge.busyGbSeconds, charge.idleGbSeconds, charge.usd];
  return [invocations, warm, cold, dropped, throttled, coldShare, ...delays, ...money];
}

const figureNames = [
  ...['invocations', 'warm', 'cold', 'dropped', 'throttled', 'cold_share', 'p50_delay_ms', 'p99_delay_ms'],
  ...['p999_delay_ms', 'busy_gb_seconds', 'idle_gb_seconds', 'usd'],
];

/** What names a payer, besides its own name. */
const besides = {team: [], owner: [], app: ['owner'], function: ['app', 'owner', 'team']} as const satisfies Record<
  PayerKind,
  readonly (keyof Charge)[]
>;

/** The header of the charges of such payers as CSV. */
export function chargesHeader(by: PayerKind): string {
  return csvLine(['policy', by, ...besides[by], ...figureNames]);
}

/** A line a charge. */
export function* chargeLines(policy: string, charges: readonly Charge[], by: PayerKind): Generator<string> {
  for (const charge of charges) {
    yield csvLine([policy, charge.payer, ...besides[by].map((name) => charge[name]), ...figures(charge)]);
  }
}

type ChargedRow = Readonly<Record<string, string | number | null>>;

/** What all runs charge as one table, the rows as `--by` writes them to CSV. */
export function chargesTable(runs: readonly {policy: string; chargeback?: readonly Charge[]}[], by: PayerKind) {
  const rows = runs.flatMap(({policy, chargeback = []}) =>
    chargeback.map((charge): ChargedRow => {
      const {payer, app, owner, team, ...numbers} = charge;
      const whose = Object.fromEntries(besides[by].map((name) => [name, charge[name]]));
      return {policy, [by]: payer, ...whose, ...numbers};
    }),
  );
  const number = (name: string, title: string) => ({
    name,
    title,
    align: 'right' as const,
    cell: (row: ChargedRow) => (row[name] === null ? '-' : formatNumber(Number(row[name]))),
  });
  const text = (name: string) => ({
    name,
    title: name,
    align: 'left' as const,
    cell: (row: ChargedRow) => String(row[name] ?? '') || '(none)',
  });
  const columns: ReportColumn<ChargedRow>[] = [
    ...[text('policy'), text(by), number('invocations', 'calls'), number('coldShare', 'cold share')],
    ...[
      number('p99DelayMs', 'p99 delay ms'),
      number('busyGbSeconds', 'busy GB-s'),
      number('idleGbSeconds', 'idle GB-s'),
    ],
    number('usd', '$'),
  ];
  return {name: 'charges', rows, columns};
}

/** The charges of a run of so many days for a terminal, the largest first, in dollars that add up as they are shown. */
export function chargesText(policy: string, charges: readonly Charge[], by: PayerKind, days: number): string {
  const sorted = charges.toSorted((a, b) => b.usd - a.usd || (a.payer < b.payer ? -1 : 1));
  const amounts = sorted.map(({usd}) => inCurrency(inSpan(usd / days)));
  const total = amounts.reduce((sum, amount) => sum + amount, 0);
  const digits = centsOf(total);
  const shown = roundedTogether(amounts, digits);
  const columns: TableColumn[] = [
    {title: by, align: 'left'},
    ...['calls', 'cold', 'p99 delay', 'busy GB-h', 'idle GB-h', perSpan()].map((title) => ({
      title,
      align: 'right' as const,
    })),
  ];
  const line = (charge: Charge, k: number): string[] => [
    charge.payer || '(none)',
    formatCount(charge.invocations),
    charge.coldShare === null ? '-' : `${Number((100 * charge.coldShare).toPrecision(2))} %`,
    charge.p99DelayMs === null ? '-' : formatTimeUs(charge.p99DelayMs * US_PER_MS),
    hours(charge.busyGbSeconds),
    hours(charge.idleGbSeconds),
    shown[k]!.toFixed(digits),
  ];
  const sum = (of: (charge: Charge) => number): number => charges.reduce((so, charge) => so + of(charge), 0);
  const all = [
    'total',
    formatCount(sum(({invocations}) => invocations)),
    '',
    '',
    hours(sum(({busyGbSeconds}) => busyGbSeconds)),
    hours(sum(({idleGbSeconds}) => idleGbSeconds)),
    total.toFixed(digits),
  ];
  return `${policy}\n${textTable(columns, [...sorted.map(line), all])}`;
}

function hours(gbSeconds: number): string {
  return String(Number((gbSeconds / 3600).toPrecision(3)));
}
