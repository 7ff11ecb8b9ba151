import {inputError} from '../../base/errors.ts';
import {printable} from '../../base/text.ts';
import {headerOf, readColumns, type TableColumns} from '../../files/table-columns.ts';
import type {Payer} from '../../page/page-data.ts';
import {ArrowTable} from '../../workload/file/arrow-table.ts';
import {chargebackData} from './chargeback.ts';
import type {Sources} from './sources.ts';

const NONE = Number.NaN;

/** Kinds of tables, by what their headers must have, and what becomes of one. */
const kinds: readonly {
  readonly kind: string;
  readonly texts: readonly string[];
  readonly numbers: readonly string[];
  readonly optional: readonly string[];
  readonly take: (table: TableColumns, sources: Sources) => void;
}[] = [
  {
    kind: 'timeline',
    texts: ['policy'],
    numbers: ['from_ms', 'until_ms', 'invocations', 'cold', 'busy'],
    optional: ['idle', 'starting'],
    take: takeTimeline,
  },
  {
    kind: 'functions',
    texts: ['policy', 'function', 'app', 'owner'],
    numbers: ['invocations', 'cold', 'p99_delay_ms', 'busy_gb_seconds', 'idle_gb_seconds', 'usd'],
    optional: [],
    take: takeFunctions,
  },
  {
    kind: 'calls',
    texts: ['policy', 'function', 'app', 'outcome'],
    numbers: ['arrival_us', 'start_us', 'end_us', 'cold_us'],
    optional: [],
    take: takeCalls,
  },
  ...(['team', 'app', 'owner'] as const).map((by) => ({
    kind: `chargeback by ${by}`,
    texts: ['policy', by],
    numbers: ['invocations', 'usd'],
    optional: [],
    take: (table: TableColumns, sources: Sources) => takeBills(by, table, sources),
  })),
];

/** Reads a CSV or Parquet table of results into the sources and returns what it is. */
export async function addTable(sources: Sources, path: string, start: Buffer): Promise<string> {
  const header = await headerOf(path, start);
  const found = kinds.find(({texts, numbers}) => [...texts, ...numbers].every((name) => header.includes(name)));
  if (found === undefined) {
    throw inputError(
      `${path}:1`,
      'is none of the tables that a page is made of',
      'those of replay: --timeline, --per-function, --calls, or --by team --csv',
    );
  }
  found.take(await readColumns(path, start, found), sources);
  return found.kind;
}

const camelCase = (name: string): string => name.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());

/** The same from an Arrow file, whose columns have the names of JSON; undefined: it is none of these tables. */
export function addArrowTable(sources: Sources, file: ArrayBuffer): string | undefined {
  const table = new ArrowTable(file, 'policy');
  const found = kinds.find(({texts, numbers}) => [...texts, ...numbers].every((name) => table.has(camelCase(name))));
  if (found === undefined) return undefined;
  const texts = found.texts.map((name) => {
    const {id, values} = table.texts(camelCase(name));
    return [name, Array.from(id, (label) => values[label]!)] as const;
  });
  const named = [...found.numbers, ...found.optional.filter((name) => table.has(camelCase(name)))];
  const numbers = named.map((name) => [name, table.numbers(camelCase(name))] as const);
  found.take({rows: table.rows, texts: Object.fromEntries(texts), numbers: Object.fromEntries(numbers)}, sources);
  return found.kind;
}

/** Rows of each policy, in order. */
function byPolicy({rows, texts}: TableColumns): Map<string, number[]> {
  const its = new Map<string, number[]>();
  for (let row = 0; row < rows; row++) {
    const policy = texts.policy![row]!;
    const known = its.get(policy);
    if (known) known.push(row);
    else its.set(policy, [row]);
  }
  return its;
}

/** With a row a payer, windows are summed up. */
function takeTimeline(table: TableColumns, {windows}: Sources): void {
  const {numbers} = table;
  for (const [policy, rows] of byPolicy(table)) {
    const at = new Map<number, number>();
    for (const row of rows) {
      const from = numbers.from_ms![row]!;
      if (!at.has(from)) at.set(from, at.size);
    }
    const sum = (name: string): Float64Array => {
      const sums = new Float64Array(at.size);
      for (const row of rows) sums[at.get(numbers.from_ms![row]!)!]! += numbers[name]![row]!;
      return sums;
    };
    const untilMs = new Float64Array(at.size);
    for (const row of rows) untilMs[at.get(numbers.from_ms![row]!)!] = numbers.until_ms![row]!;
    windows.push({
      policy: printable(policy),
      fromMs: Float64Array.from(at.keys()),
      untilMs,
      invocations: sum('invocations'),
      cold: sum('cold'),
      busy: sum('busy'),
      idle: numbers.idle ? sum('idle') : null,
      starting: numbers.starting ? sum('starting') : null,
    });
  }
}

function takeFunctions({rows, texts, numbers}: TableColumns, {functions}: Sources): void {
  for (let row = 0; row < rows; row++) {
    functions.add(texts.policy![row]!, [texts.function![row]!, texts.app![row]!, texts.owner![row]!], {
      invocations: numbers.invocations![row]!,
      cold: numbers.cold![row]!,
      p99DelayMs: numbers.p99_delay_ms![row]!,
      busyGbSeconds: numbers.busy_gb_seconds![row]!,
      idleGbSeconds: numbers.idle_gb_seconds![row]!,
      usd: numbers.usd![row]!,
    });
  }
}

function takeBills(by: string, table: TableColumns, sources: Sources): void {
  const {texts, numbers} = table;
  const bills = new Map<string, Payer[]>();
  for (const [policy, rows] of byPolicy(table)) {
    bills.set(
      policy,
      rows.map((row) => ({payer: texts[by]![row]!, usd: numbers.usd![row]!, invocations: numbers.invocations![row]!})),
    );
  }
  sources.chargeback = chargebackData(by, bills);
}

const US_PER_WINDOW = 60e6;

/** Calls one by one: counted by the minute and by function. Instances are not told of, but how many calls ran at once. */
function takeCalls(table: TableColumns, {windows, functions}: Sources): void {
  const {texts, numbers} = table;
  for (const [policy, rows] of byPolicy(table)) {
    const last = rows.reduce((most, row) => Math.max(most, numbers.arrival_us![row]!), 0);
    const count = Math.floor(last / US_PER_WINDOW) + 1;
    const [invocations, cold, busy] = [new Float64Array(count), new Float64Array(count), new Float64Array(count)];
    const own = new Map<string, {name: string; app: string; invocations: number; cold: number}>();
    for (const row of rows) {
      const window = Math.floor(numbers.arrival_us![row]! / US_PER_WINDOW);
      const isCold = numbers.cold_us![row]! >= 0 ? 1 : 0;
      invocations[window]! += 1;
      cold[window]! += isCold;
      addBusy(busy, numbers.start_us![row]!, numbers.end_us![row]!);
      const [name, app] = [texts.function![row]!, texts.app![row]!];
      const key = `${name}\0${app}`;
      const known = own.get(key) ?? {name, app, invocations: 0, cold: 0};
      known.invocations++;
      known.cold += isCold;
      own.set(key, known);
    }
    const fromMs = Float64Array.from({length: count}, (_, k) => (k * US_PER_WINDOW) / 1000);
    const untilMs = fromMs.map((ms) => ms + US_PER_WINDOW / 1000);
    windows.push({policy: printable(policy), fromMs, untilMs, invocations, cold, busy, idle: null, starting: null});
    const unknown = {p99DelayMs: NONE, busyGbSeconds: NONE, idleGbSeconds: NONE, usd: NONE};
    for (const {name, app, ...counts} of own.values()) functions.add(policy, [name, app, ''], {...counts, ...unknown});
  }
}

/** A call that runs across windows is in each for its part. */
function addBusy(busy: Float64Array, startUs: number, endUs: number): void {
  if (!(endUs > startUs)) return;
  for (let k = Math.floor(startUs / US_PER_WINDOW); k < busy.length && k * US_PER_WINDOW < endUs; k++) {
    const from = Math.max(startUs, k * US_PER_WINDOW);
    busy[k]! += (Math.min(endUs, (k + 1) * US_PER_WINDOW) - from) / US_PER_WINDOW;
  }
}
