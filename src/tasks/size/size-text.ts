import {formatAmount, formatShare, formatUsd} from '../../base/format.ts';
import {aSpan, inSpan, perSpan} from '../../base/money.ts';
import {type TableColumn, textTable} from '../../base/table.ts';
import {csvLine} from '../../base/text.ts';
import {formatCount, formatTimeUs, US_PER_MS} from '../../base/units.ts';
import {savingsLines} from '../../cost/savings.ts';
import {priceNote} from '../../cost/sheets.ts';
import {shownValue} from '../../plan/gate/check.ts';
import {platformLines} from '../../replay/report/replay-text.ts';
import {finds} from './finds.ts';
import type {SizeObjective, SizeReport, SizeRow} from './size-report.ts';

type Column = TableColumn & {readonly cell: (row: SizeRow) => string};

/** Rows shown; JSON and CSV have all. */
const SHOWN = 24;
const PICTURE_WIDTH = 28;

/** The answer first, then what binds, then the curve. */
export function sizeText(report: SizeReport): string {
  const {objectives, workload, seeds, headroom, find} = report;
  const rows = shownRows(report);
  const columns = columnsOf(report, rows);
  const table = textTable(
    columns,
    rows.map((row) => columns.map((column) => column.cell(row))),
  );
  const head = `${formatCount(workload.functions)} functions, ${formatCount(workload.invocations)} invocations, ${formatTimeUs(workload.spanMs * US_PER_MS)} of ${workload.source}${headroom > 0 ? `, ${formatShare(headroom)} more than there is` : ''}`;
  const asked = objectives.map((objective) => `${said(objective)}\n`).join('');
  const left = report.curve.length - rows.length;
  const notes = [
    ...(left > 0 ? [`${formatCount(left)} more sizes were tried: --json and --csv have them.`] : []),
    `${find}: one row a size replayed; with ${seeds.length} ${seeds.length === 1 ? 'seed' : 'seeds'} the worst of each figure, of costs the mean. Calls that never start are late.`,
    ...(report.sample
      ? ['Of so many calls sizes are replayed with the first seed, and the answer with as many as are affordable.']
      : []),
    ...platformLines(report.platform),
  ];
  const prices = priceNote(report.prices);
  if (prices !== undefined) notes.push(prices);
  return `${head}\n${answer(report)}\n\n${asked}${bindingLine(report)}${curveLine(report)}${report.baseline ? `${savingsLines(report.baseline).join('\n')}\n` : ''}\n${table}\n${notes.join('\n')}\n`;
}

function written(report: SizeReport, value: number): string {
  return finds.named(report.find).written(value);
}

function answer(report: SizeReport): string {
  const {policy, find, nearestMiss, curve} = report;
  const row = curve.find(({value}) => value === (report.answer ?? nearestMiss));
  const seeds = report.seeds.slice(0, row?.seeds);
  const how = `${policy}, ${seeds.length === 1 ? 'seed' : 'seeds'} ${seeds.join(', ')}`;
  if (report.answer !== null) {
    const which =
      find === 'ttl'
        ? 'the cheapest that meets'
        : report.exhaustive
          ? 'the smallest that meets'
          : 'the smallest found that meets';
    return `${written(report, report.answer)}: ${which} every objective (${how}).`;
  }
  if (nearestMiss === null) return 'Nothing was tried.';
  return `Nothing meets every objective (${how}). Nearest: ${written(report, nearestMiss)}.`;
}

function said({what, side, limit, value, unit, met, binds}: SizeObjective): string {
  const of = unit as '' | 'ms' | 'USD' | 'share';
  const found = shownValue(value ?? Number.POSITIVE_INFINITY, of);
  return `  ${met ? 'met' : 'missed'}: ${what} is ${found}, must be ${side} ${shownValue(limit, of)}${binds ? '; it binds' : ''}`;
}

/** What one step less would break. */
function bindingLine(report: SizeReport): string {
  const {oneStepLess, objectives, curve} = report;
  if (report.answer === null) return '';
  if (oneStepLess === null) return 'It is the least there can be: nothing binds.\n';
  const less = curve.find(({value}) => value === oneStepLess)!;
  const broken = objectives.filter(({objective}) => less.missed.includes(objective));
  if (broken.length === 0)
    return `With ${written(report, oneStepLess)} every objective is met too, for ${formatUsd(inSpan(less.usdPerDay))} ${aSpan()}.\n`;
  const what = broken.map(
    ({what, objective, unit}) => `${what} would be ${shownValue(figureOf(less, objective), unit as 'ms')}`,
  );
  return `With ${written(report, oneStepLess)} ${what.join(', ')}.\n`;
}

/** What a size did, as the objective asks; Infinity: it never ends. */
function figureOf(row: SizeRow, objective: string): number {
  const figures: Readonly<Record<string, number | null>> = {
    'p99-start-ms': row.p99StartMs,
    'p999-start-ms': row.p999StartMs,
    'p99-cold-ms': row.p99ColdMs,
    'max-cold-share': row.coldShare,
    'max-usd-per-day': row.usdPerDay,
  };
  return figures[objective] ?? Number.POSITIVE_INFINITY;
}

function curveLine(report: SizeReport): string {
  const {exceptions, sample, exhaustive} = report;
  const lines: string[] = [];
  if (exceptions.length > 0) {
    const some = exceptions.slice(0, 5).map((value) => written(report, value));
    lines.push(`Not monotone: ${some.join(', ')}${exceptions.length > 5 ? ' and more' : ''} miss, though less meets.`);
  }
  if (report.find !== 'ttl' && !exhaustive && report.answer !== null) {
    lines.push('Found by bisection: of smaller sizes only those below were replayed.');
  }
  if (sample) {
    const where =
      sample.estimate === null ? 'found no size' : `pointed to ${written(report, Math.round(sample.estimate))}`;
    lines.push(
      `A part, ${formatCount(sample.apps)} of ${formatCount(sample.ofApps)} apps, ${where}; all are replayed below.`,
    );
  }
  return lines.map((line) => `${line}\n`).join('');
}

function columnsOf(report: SizeReport, rows: readonly SizeRow[]): Column[] {
  const picture = bars(report, rows);
  return [
    {
      title: report.unit,
      align: 'right',
      cell: ({value}) =>
        report.find === 'ttl' || report.find === 'memory'
          ? written(report, value).replace(' a host', '')
          : formatCount(value),
    },
    {title: '', align: 'left', cell: ({value, met}) => (value === report.answer ? '<-' : met ? 'met' : '')},
    {
      title: report.functionsWithin === null ? 'p99 delay' : 'p99 of functions',
      align: 'right',
      cell: ({p99StartMs}) => ms(p99StartMs),
    },
    {title: 'p99.9', align: 'right', cell: ({p999StartMs}) => ms(p999StartMs)},
    {title: 'cold', align: 'right', cell: ({coldShare}) => (coldShare === null ? '-' : formatShare(coldShare))},
    {title: 'never start', align: 'right', cell: ({lostShare}) => formatShare(lostShare)},
    {title: perSpan(), align: 'right', cell: ({usdPerDay}) => formatAmount(inSpan(usdPerDay))},
    {title: picture.title, align: 'left', cell: (row) => picture.bar(row)},
  ];
}

/** The figure of the first objective as bars on a log axis, its limit as a post. */
function bars({objectives}: SizeReport, rows: readonly SizeRow[]): {title: string; bar: (row: SizeRow) => string} {
  const first = objectives[0]!;
  const figure = (row: SizeRow): number => figureOf(row, first.objective);
  const finite = [...rows.map(figure), first.limit].filter((value) => value > 0 && Number.isFinite(value));
  const [low, high] = [Math.log(Math.min(...finite) / 2), Math.log(Math.max(...finite) * 2)];
  const at = (value: number): number => {
    if (value <= 0) return 0;
    if (!Number.isFinite(value)) return PICTURE_WIDTH;
    return Math.round(((Math.log(value) - low) / (high - low)) * PICTURE_WIDTH);
  };
  const post = at(first.limit);
  return {
    title: `${first.what} (log, | limit)`,
    bar: (row) => {
      const length = at(figure(row));
      return Array.from({length: PICTURE_WIDTH + 1}, (_, k) => (k === post ? '|' : k < length ? '=' : ' '))
        .join('')
        .trimEnd();
    },
  };
}

/** All rows, or those around the answer and the ends. */
function shownRows({curve, answer: value, nearestMiss}: SizeReport): readonly SizeRow[] {
  if (curve.length <= SHOWN) return curve;
  const at = curve.findIndex((row) => row.value === (value ?? nearestMiss));
  const from = Math.max(0, Math.min(at - SHOWN / 2, curve.length - SHOWN));
  const near = curve.slice(from, from + SHOWN);
  return [...(from > 0 ? [curve[0]!] : []), ...near, ...(from + SHOWN < curve.length ? [curve.at(-1)!] : [])];
}

/** One line a size with every number. */
export function sizeCsv({curve}: SizeReport): string {
  const header = [
    ...['value', 'met', 'seeds', 'p99_start_ms', 'p999_start_ms', 'p99_cold_ms', 'cold_share', 'lost_share'],
    ...['usd_per_day', 'peak_slots', 'missed'],
  ];
  const lines = curve.map((row) =>
    csvLine([
      ...[row.value, String(row.met), row.seeds, row.p99StartMs, row.p999StartMs, row.p99ColdMs, row.coldShare],
      ...[row.lostShare, row.usdPerDay, row.peakSlots, row.missed.join(' ')],
    ]),
  );
  return csvLine(header) + lines.join('');
}

function ms(value: number | null): string {
  return value === null ? 'endless' : formatTimeUs(Math.round(value * US_PER_MS));
}
