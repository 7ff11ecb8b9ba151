import {usageError} from '../../base/errors.ts';
import {parseSizeMib, US_PER_MINUTE} from '../../base/units.ts';
import {COUNT_RULE} from '../../files/cells.ts';
import {keysOf} from '../../files/nested.ts';
import {decimalShifts} from '../../files/times.ts';
import {MAX_MINUTES} from '../../workload/limits.ts';
import {LENGTH_RULE, POINT_RULE, WEIGHT_RULE} from '../mapped/events.ts';
import {type FieldMap, type TraceField, wholeUnits} from '../mapped/field-map.ts';
import {isText, ONLY_FUNCTION} from '../mapped/row.ts';
import {
  CALLS,
  type CallsQuery,
  firstProblem,
  floorSql,
  inMinutes,
  isBlankSql,
  type Step,
  scaledSql,
  type TableSource,
} from './calls-query.ts';
import type {SqlDialect} from './dialect.ts';

type Where = readonly {readonly column: string; readonly text: string}[];

/** The calls, or counts, of a table whose columns `--map` names: as the scanner reads it, row by row. */
export function tableCalls(dialect: SqlDialect, source: TableSource, map: FieldMap, where: Where): CallsQuery {
  refuseOthers(map);
  const point = (['arrival', 'end', 'minute'] as const).find((field) => map.has(field))!;
  const {clock, unit} = map.get(point)!;
  const table = new TableSteps(dialect, map);
  const first = [table.cells(source, where), table.values()];
  const columns = [...map.values()].map(({column}) => column);
  const its = {clock, weighted: map.has('weight') || map.has('count'), needs: [...new Set(columns)]};
  if (point === 'minute') {
    return {...its, steps: [...first, table.counts()], rowsAre: unit === '' ? 'counts of minutes' : 'counts'};
  }
  return {...its, steps: [...first, table.calls(point), inMinutes(dialect, 'timed')], rowsAre: 'calls'};
}

/** What the query has no words for. */
function refuseOthers(map: FieldMap): void {
  for (const [field, {unit, column}] of map) {
    const said = `--map has '${field}=${column}:${unit}'`;
    if (/@(?!utc$)/i.test(unit)) throw usageError(`${said}, but SQL is written for times of UTC alone`);
    if (/^(us|eu)-date/.test(unit)) throw usageError(`${said}, but SQL is written for iso and numbers alone`);
    if (field === 'session' || field === 'room') {
      throw usageError(`--map has '${field}', but counts of minutes have no ${field}s`, 'ingest the log itself');
    }
    if (unit === 'counter') throw usageError(`${said}, but no SQL is written for running totals`);
  }
}

const textSql = (field: TraceField): string => `${field}_text`;
const valueSql = (field: TraceField): string => `${field}_value`;

/** The steps from cells to calls or counts. */
class TableSteps {
  private readonly dialect: SqlDialect;
  private readonly map: FieldMap;

  constructor(dialect: SqlDialect, map: FieldMap) {
    this.dialect = dialect;
    this.map = map;
  }

  /** The texts of the fields in the rows that are wanted. */
  cells({from, field}: TableSource, where: Where): Step {
    const columns = [...this.map].map(([name, {column}]) => `${field(keysOf(column))} AS ${textSql(name)}`);
    const wanted = where.map(({column, text}) => `trim(${field(keysOf(column))}) = ${this.dialect.text(text)}`);
    const filter = wanted.length === 0 ? '' : `\n  WHERE ${wanted.join(' AND ')}`;
    return {name: 'cells', body: `SELECT ${columns.join(',\n    ')}\n  FROM ${from}${filter}`};
  }

  /** What the texts say: microseconds, MiB, numbers. */
  values(): Step {
    const columns = [...this.map.keys()].map((field) =>
      isText(field) ? textSql(field) : `${textSql(field)}, ${this.value(field)} AS ${valueSql(field)}`,
    );
    return {name: 'cell_values', body: `SELECT ${columns.join(',\n    ')}\n  FROM cells`};
  }

  /** Rows that are calls; an end becomes an arrival. */
  calls(point: 'arrival' | 'end'): Step {
    const {map, dialect} = this;
    const lasted = point === 'end' ? ['duration', 'cold'].filter((field) => map.has(field as TraceField)) : [];
    const arrival = [
      valueSql(point),
      ...lasted.map((field) => `coalesce(${notBelow0(valueSql(field as TraceField))}, 0)`),
    ].join(' - ');
    const hasCold = map.has('cold');
    const weight = map.has('weight') ? `coalesce(${dialect.rounded(valueSql('weight'))}, 1)` : '1';
    const beyond = `${arrival} > ${CLOCK_US} OR ${arrival} < -${CLOCK_US}`;
    const wrong = valueSql('weight');
    const problems = [
      this.problem(point, POINT_RULE, `${valueSql(point)} IS NULL OR ${beyond}`),
      this.lengthProblem('duration'),
      this.lengthProblem('cold'),
      this.saidProblem('weight', WEIGHT_RULE, `${wrong} < 0 OR ${wrong} > 1000000 OR ${wrong} <> floor(${wrong})`),
    ];
    return this.step('timed', problems, [
      `${arrival} AS arrival_us`,
      `${weight} AS weight`,
      `${this.length('duration')} AS duration_us`,
      `${this.length('cold')} AS cold_us`,
      `${hasCold ? 1 : 0} AS start_known`,
      // A call without the length of a cold start was warm.
      `${hasCold ? `CASE WHEN ${valueSql('cold')} IS NULL THEN 0 ELSE 1 END` : '0'} AS is_cold`,
    ]);
  }

  /** Rows that count calls in a minute, of which a duration is the mean. */
  counts(): Step {
    const {map, dialect} = this;
    const minute =
      map.get('minute')!.unit === '' ? valueSql('minute') : floorSql(dialect, valueSql('minute'), US_PER_MINUTE);
    const count = valueSql('count');
    const problems = [
      this.problem('minute', MINUTE_RULE, `${minute} IS NULL OR ${minute} < 0 OR ${minute} >= ${MAX_MINUTES}`),
      this.saidProblem('count', COUNT_RULE, `${count} < 0 OR ${count} > ${MOST} OR ${count} <> floor(${count})`),
      this.lengthProblem('duration'),
    ];
    return this.step(CALLS, problems, [
      `${minute} AS minute`,
      `${map.has('count') ? `coalesce(${dialect.rounded(count)}, 0)` : '1'} AS weight`,
      `${this.length('duration')} AS duration_us`,
      `${dialect.none.whole} AS cold_us`,
      '0 AS start_known',
      '0 AS is_cold',
    ]);
  }

  private step(name: string, problems: readonly Problem[], columns: readonly string[]): Step {
    const {map, dialect} = this;
    const below = (['duration', 'cold'] as const)
      .filter((field) => map.has(field))
      .map((field) => `CASE WHEN ${valueSql(field)} < 0 THEN 1 ELSE 0 END`);
    const all = [...problems, ...this.whoProblems()].filter((problem) => problem !== undefined);
    const body = [
      ...this.who(),
      ...columns,
      `${below.join(' + ') || '0'} AS clamped`,
      `${firstProblem(dialect, all)} AS problem`,
    ];
    return {name, body: `SELECT ${body.join(',\n    ')}\n  FROM cell_values`};
  }

  private value(field: TraceField): string {
    const {dialect} = this;
    const {unit} = this.map.get(field)!;
    const number = dialect.double(`trim(${textSql(field)})`);
    if (field === 'memory') return `${number} * ${parseSizeMib(`1${unit}`, '--map')}`;
    if (field === 'count' || field === 'weight') return number;
    if (field === 'minute' && unit === '')
      return `CASE WHEN ${number} = floor(${number}) THEN ${dialect.scaled(`trim(${textSql(field)})`, 0)} END`;
    const iso = dialect.isoUs(textSql(field));
    if (/^iso/.test(unit)) return iso;
    const shift = decimalShifts[unit];
    const own =
      shift === undefined
        ? dialect.rounded(`${number} * ${wholeUnits[unit]}`)
        : scaledSql(dialect, textSql(field), shift);
    // Whatever number is expected of a time, an ISO one is read too.
    return field === 'duration' || field === 'cold' ? own : `coalesce(${own}, ${iso})`;
  }

  private length(field: 'duration' | 'cold'): string {
    return this.map.has(field) ? notBelow0(valueSql(field)) : this.dialect.none.whole;
  }

  private who(): string[] {
    const {dialect, map} = this;
    const name = (field: 'owner' | 'app' | 'trigger'): string =>
      map.has(field)
        ? `CASE WHEN ${isBlankSql(dialect, textSql(field))} THEN '' ELSE trim(${textSql(field)}) END`
        : "''";
    const own = map.has('function') ? "coalesce(trim(function_text), '')" : dialect.text(ONLY_FUNCTION);
    return [
      `${name('owner')} AS owner_name`,
      `${name('app')} AS app_name`,
      `${own} AS function_name`,
      `${name('trigger')} AS trigger_name`,
      `${map.has('memory') ? valueSql('memory') : dialect.none.double} AS memory_mib`,
    ];
  }

  private whoProblems(): readonly Problem[] {
    const mib = valueSql('memory');
    return [
      this.problem('function', 'the name of a function', "coalesce(trim(function_text), '') = ''"),
      this.saidProblem('memory', 'a size above 0', `NOT (${mib} > 0 AND ${mib} < 1000000000)`),
    ];
  }

  /** A length that is there must make sense. */
  private lengthProblem(field: 'duration' | 'cold'): Problem {
    return this.saidProblem(field, LENGTH_RULE, `${valueSql(field)} > ${MOST} OR ${valueSql(field)} < -${MOST}`);
  }

  /** A problem of a field that may be blank: its text is no number, or its value is `wrong`. */
  private saidProblem(field: TraceField, rule: string, wrong: string): Problem {
    const said = `(${valueSql(field)} IS NULL AND NOT ${isBlankSql(this.dialect, textSql(field))})`;
    return this.problem(field, rule, `${said} OR ${wrong}`);
  }

  private problem(field: TraceField, rule: string, wrong: string): Problem {
    const mapped = this.map.get(field);
    return mapped && ([wrong, `${mapped.column} must be ${rule}`] as const);
  }
}

type Problem = readonly [condition: string, problem: string] | undefined;

const MINUTE_RULE = 'a minute, a whole number within 285 years';
const MOST = Number.MAX_SAFE_INTEGER;
const CLOCK_US = 2 ** 52 - 2 * US_PER_MINUTE;

function notBelow0(sql: string): string {
  return `CASE WHEN ${sql} < 0 THEN 0 ELSE ${sql} END`;
}
