import {formatAmount, formatShare, formatUsd} from '../../base/format.ts';
import {aSpan, inSpan, perSpan} from '../../base/money.ts';
import {type Printed, type ReportColumn, type ReportTable, tableText} from '../../base/report-table.ts';
import {styled, terminal} from '../../base/terminal.ts';
import {formatCount, formatTimeUs, US_PER_MS, writtenTimeUs} from '../../base/units.ts';
import {savingsLines} from '../../cost/savings.ts';
import {priceNote} from '../../cost/sheets.ts';
import {shownValue} from '../../plan/gate/check.ts';
import {withKeys} from '../../replay/platforms/with-keys.ts';
import {platformLines} from '../../replay/report/replay-text.ts';
import {finds} from './finds.ts';
import type {SizeObjective, SizeReport, SizeRow} from './size-report.ts';

/** Rows shown; JSON and CSV have all. */
const SHOWN = 24;
const PICTURE_WIDTH = 28;
/** What the other columns take. */
const COLUMNS_WIDTH = 66;

/** The answer first, then what binds, then the curve. */
export function sizeText(report: SizeReport): string {
  const {objectives, workload, seeds, headroom, find} = report;
  const rows = shownRows(report);
  const table = tableText(curveTable(report));
  const head = `${formatCount(workload.functions)} functions, ${formatCount(workload.invocations)} invocations, ${formatTimeUs(workload.spanMs * US_PER_MS)} of ${workload.source}${headroom > 0 ? `, ${formatShare(headroom)} more than there is` : ''}`;
  const asked = objectives.map((objective) => `${said(objective)}\n`).join('');
  const left = report.curve.length - rows.length;
  const notes = [
    ...(left > 0 ? [`${formatCount(left)} more sizes were tried: --json and --csv have them.`] : []),
    `${find}: one row a size replayed; with ${seeds.length} ${seeds.length === 1 ? 'seed' : 'seeds'} the worst of each figure, of costs the mean. Calls that never start are late. Bars: ${report.objectives[0]!.what}.`,
    ...(report.sample
      ? ['Of so many calls sizes are replayed with the first seed, and the answer with as many as are affordable.']
      : []),
    ...platformLines(report.platform),
  ];
  const prices = priceNote(report.prices);
  if (prices !== undefined) notes.push(prices);
  return `${head}\n${styled('strong', answer(report))}\n\n${asked}${bindingLine(report)}${curveLine(report)}${report.baseline ? `${savingsLines(report.baseline).join('\n')}\n` : ''}\n${table}\n${notes.join('\n')}\n${nextLine(report)}\n`;
}

function nextLine({find, answer, policy, headroom, fleet}: SizeReport): string {
  if (answer === null) {
    return 'Next: ask for less, give more of what is fixed, or coldfront frontier W for a policy that needs less.';
  }
  if (find === 'provisioned') return `Next: coldfront plan W --budget-slots ${answer} --out P.arrow makes that plan.`;
  const room = {
    hosts: fleet.hosts,
    slots: fleet.slotsPerHost,
    memory: fleet.memoryMibPerHost,
    ...(find === 'ttl' ? {} : {[find]: answer}),
  };
  const flags = Object.entries(room).flatMap(([flag, value]) =>
    value === null ? [] : [` --${flag} ${value}${flag === 'memory' ? 'MiB' : ''}`],
  );
  const more = headroom > 0 ? ` --scale ${Number((1 + headroom).toPrecision(6))}` : '';
  const whose = find === 'ttl' ? withKeys(policy, {ttl: writtenTimeUs(answer * US_PER_MS)}) : policy;
  return `Next: coldfront replay W${flags.join('')}${more} --policy '${whose}' --by team says who waits and who pays there.`;
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
  const less = curve.find(({value}) => value === oneStepLess);
  if (less === undefined) {
    const missed = objectives
      .filter(({binds}) => binds)
      .map(({what, limit, unit}) => `${what} would be more than ${shownValue(limit, unit as 'ms')}`);
    return `With ${written(report, oneStepLess)} ${missed.join(', ')}.\n`;
  }
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
  if (report.left !== undefined) {
    const some = report.left.slice(-5).map((value) => formatCount(value));
    lines.push(
      `Missed too, and left when that was certain: ${report.left.length > 5 ? '..., ' : ''}${some.join(', ')} ${report.unit}.`,
    );
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

function curveTable(report: SizeReport): ReportTable<SizeRow> {
  const rows = shownRows(report);
  const picture = bars(report, rows);
  const value = ({value}: SizeRow): string =>
    report.find === 'ttl' || report.find === 'memory'
      ? written(report, value).replace(' a host', '')
      : formatCount(value);
  const p99 = report.functionsWithin === null ? 'p99 delay' : 'p99 of functions';
  const right = 'right' as const;
  const columns: ReportColumn<SizeRow>[] = [
    {name: 'value', title: report.unit, align: right, cell: value},
    {
      name: 'met',
      title: '',
      align: 'left',
      cell: ({value, met}) => (value === report.answer ? '<-' : met ? 'met' : ''),
    },
    {name: 'p99StartMs', title: p99, align: right, cell: ({p99StartMs}) => ms(p99StartMs)},
    {name: 'p999StartMs', title: 'p99.9', align: right, rank: 1, cell: ({p999StartMs}) => ms(p999StartMs)},
    {
      name: 'coldShare',
      title: 'cold',
      align: right,
      cell: ({coldShare}) => (coldShare === null ? '-' : formatShare(coldShare)),
    },
    {name: 'lostShare', title: 'never start', align: right, rank: 2, cell: ({lostShare}) => formatShare(lostShare)},
    {name: 'usdPerDay', title: perSpan(), align: right, cell: ({usdPerDay}) => formatAmount(inSpan(usdPerDay))},
    {title: picture.title, align: 'left', cell: (row) => picture.bar(row)},
  ];
  const fields = ({value, met, seeds, missed, ...figures}: SizeRow) => ({value, met, seeds, ...figures, missed});
  return {name: 'curve', rows: report.curve, shown: rows, columns, fields};
}

/** The figure of the first objective as bars on a log axis, its limit as a post. */
function bars({objectives}: SizeReport, rows: readonly SizeRow[]): {title: string; bar: (row: SizeRow) => string} {
  const first = objectives[0]!;
  const figure = (row: SizeRow): number => figureOf(row, first.objective);
  const width = Math.max(12, Math.min(PICTURE_WIDTH, terminal.width - COLUMNS_WIDTH));
  const finite = [...rows.map(figure), first.limit].filter((value) => value > 0 && Number.isFinite(value));
  const [low, high] = [Math.log(Math.min(...finite) / 2), Math.log(Math.max(...finite) * 2)];
  const at = (value: number): number => {
    if (value <= 0) return 0;
    if (!Number.isFinite(value)) return width;
    return Math.round(((Math.log(value) - low) / (high - low)) * width);
  };
  const post = at(first.limit);
  return {
    title: 'log, | limit',
    bar: (row) => {
      const length = at(figure(row));
      return Array.from({length: width + 1}, (_, k) => (k === post ? '|' : k < length ? '=' : ' '))
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

export const sizePrinted: Printed<SizeReport> = {text: sizeText, tables: (report) => [curveTable(report)]};

function ms(value: number | null): string {
  return value === null ? 'endless' : formatTimeUs(Math.round(value * US_PER_MS));
}
