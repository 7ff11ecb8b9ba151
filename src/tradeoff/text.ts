import {formatValue} from '../base/format.ts';
import {type Printed, type ReportTable, tableText} from '../base/report-table.ts';
import {textTable} from '../base/table.ts';
import {formatCount} from '../base/units.ts';
import {priceNote} from '../cost/sheets.ts';
import type {Compared, Simulated} from './compared.ts';
import type {Answer, Cell, TradeoffReport, TradeoffTable} from './topic.ts';

/** Flips of the verdict to print; --json has them all. */
const FLIPS = 5;
/** Names in traces are often hashes of 64 digits: their beginning tells them apart. */
const NAME_WIDTH = 16;
const LINE_WIDTH = 100;

/** The report for people: the numbers, the verdict, what would flip it, and the rows of its tables. */
export function tradeoffText(report: TradeoffReport): string {
  const {verdict, textbook, answers, tables} = report;
  const prices = priceNote(report.prices);
  return [
    answerTable(answers.filter((one) => one.scenario === undefined)),
    ...scenarioTables(answers.filter((one) => one.scenario !== undefined)),
    `${wrapped(`Verdict (${verdict.code}): ${verdict.text}`)}\n`,
    ...(textbook ? [`${wrapped(`Without the trace (${textbook.code}): ${textbook.text}`)}\n`] : []),
    flipText(report),
    ...(report.simulation ? [simulationText(report.simulation)] : []),
    ...tables.map((table) => `${table.title}\n${tableText(reportTable(table))}${moreText(table)}`),
    ...(prices === undefined ? [] : [`${prices}\n`]),
  ].join('\n');
}

function answerTable(answers: readonly Answer[]): string {
  return textTable(
    [
      {title: 'quantity', align: 'left'},
      {title: 'value', align: 'right'},
      {title: 'id', align: 'left'},
    ],
    answers.map(({id, value, unit, text}) => [text, formatValue(value, unit), id]),
  );
}

/** One table for each kind of scenario: a row a quantity, a column a scenario. */
function scenarioTables(answers: readonly Answer[]): string[] {
  return distinct(answers.map((one) => one.scenarioUnit)).map((unit) => {
    const group = answers.filter((one) => one.scenarioUnit === unit);
    const scenarios = distinct(group.map((one) => one.scenario!));
    const rows = distinct(group.map((one) => one.id)).map((id) => {
      const cases = group.filter((one) => one.id === id);
      const values = scenarios.map((scenario) => {
        const made = cases.find((one) => one.scenario === scenario);
        return made ? formatValue(made.value, made.unit) : '-';
      });
      return [cases[0]!.text, ...values, id];
    });
    const heads = scenarios.map((title) => ({title, align: 'right'}) as const);
    return textTable([{title: `${unit ?? 'case'}:`, align: 'left'}, ...heads, {title: 'id', align: 'left'}], rows);
  });
}

function distinct<T>(values: readonly T[]): T[] {
  return [...new Set(values)];
}

function flipText({sensitivity, textbook}: TradeoffReport): string {
  const verdict = textbook ? 'verdict without the trace' : 'verdict';
  if (sensitivity.length === 0) return `No single input, moved a thousandfold either way, flips the ${verdict}.\n`;
  const lines = sensitivity.slice(0, FLIPS).map((flip) => `  ${flip.text}`);
  const more = sensitivity.length > FLIPS ? [`  and ${sensitivity.length - FLIPS} more inputs (--json)`] : [];
  return [`The ${verdict} becomes`, ...lines, ...more, ''].join('\n');
}

/** Every quantity, one a row. */
function answersTable({answers}: TradeoffReport): ReportTable<Answer> {
  return {
    name: 'quantities',
    rows: answers,
    columns: [
      {name: 'text', title: 'quantity', align: 'left', cell: ({text}) => text},
      {
        name: 'scenario',
        title: 'case',
        align: 'left',
        cell: ({scenario, scenarioUnit = ''}) =>
          scenario === undefined ? '' : `${scenario} ${scenarioUnit}`.trimEnd(),
      },
      {name: 'value', title: 'value', align: 'right', cell: ({value, unit}) => formatValue(value, unit)},
      {name: 'id', title: 'id', align: 'left', cell: ({id}) => id},
    ],
    fields: ({id, scenario = null, scenarioUnit = null, value, unit, text, method}) => ({
      ...{id, scenario, scenarioUnit, value, unit, text, method},
    }),
  };
}

function reportTable({id, columns, rows}: TradeoffTable): ReportTable<TradeoffTable['rows'][number]> {
  const isNumber = (key: string): boolean => rows.some((row) => typeof row[key] === 'number');
  return {
    name: id,
    rows,
    columns: columns.map(({key, head, unit}) => ({
      name: key,
      title: head,
      align: isNumber(key) ? 'right' : 'left',
      cell: (row) => cellText(row[key] ?? null, unit),
    })),
  };
}

/** What is not in the report, because so many rows were asked for. */
function moreText({total, rows}: TradeoffTable): string {
  return total > rows.length ? `and ${formatCount(total - rows.length)} more (--top, --json)\n` : '';
}

/** As it is printed, with so many rows of a table where people read. */
export function tradeoffPrinted(shown: number): Printed<TradeoffReport> {
  return {
    text: tradeoffText,
    tables: (report) => [answersTable(report), ...report.tables.map((table) => ({...reportTable(table), shown}))],
  };
}

/** The laws beside what was replayed, and below it why they differ where the law is of another model. */
function simulationText({setup, seed, runs, calls, rows}: Simulated): string {
  const cases = rows.some(({scenario}) => scenario !== undefined);
  const table = textTable(
    [
      {title: 'simulated', align: 'left'},
      ...(cases ? [{title: 'case', align: 'left'} as const] : []),
      {title: 'law', align: 'right'},
      {title: 'replayed', align: 'right'},
      {title: '95 %', align: 'right'},
      {title: 'id', align: 'left'},
    ],
    rows.map(({id, scenario, unit, text, law, replayed, within}) => [
      text,
      ...(cases ? [scenario ?? ''] : []),
      formatValue(law, unit),
      formatValue(replayed, unit),
      within === null ? '' : `+- ${formatValue(within, unit)}`,
      id,
    ]),
  );
  const drawn = `${formatCount(calls)} calls in ${formatCount(runs)} ${runs === 1 ? 'replay' : 'replays'}, seed ${seed}`;
  const reasons = new Map<string, Compared[]>();
  for (const row of rows) {
    if (row.why !== undefined) reasons.set(row.why, [...(reasons.get(row.why) ?? []), row]);
  }
  const why = Array.from(reasons, ([reason, its]) => wrapped(`${namesOf(its)}: ${reason}`));
  return `${wrapped(`Simulated (${drawn}): ${setup}`)}\n${table}${why.map((text) => `${text}\n`).join('')}`;
}

/** One row by its id and case, several with the same reason by their ids. */
function namesOf(rows: readonly Compared[]): string {
  const [first, ...others] = rows;
  if (others.length === 0) return [first!.id, first!.scenario].filter(Boolean).join(', ');
  return [...new Set(rows.map(({id}) => id))].join(', ');
}

function cellText(cell: Cell, unit: string): string {
  if (cell === null) return '-';
  if (typeof cell === 'number') return formatValue(cell, ['s', 'share', 'USD'].includes(unit) ? unit : '');
  return typeof cell === 'string' && unit !== 'prose' && cell.length > NAME_WIDTH
    ? `${cell.slice(0, NAME_WIDTH - 1)}…`
    : String(cell);
}

/** The text in lines of at most 100 characters, broken between words. */
function wrapped(text: string): string {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > LINE_WIDTH) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line].join('\n');
}
