/**
 * Naive readers of traces, to hold the real ones against: the whole text at once, a split by line and by comma, plain
 * objects. They know nothing of quotes; texts with quotes are not theirs.
 */
export interface NaiveTrace {
  /** Calls by `owner/app/function`, then by absolute minute, or as sorted `arrival:duration` in microseconds. */
  readonly calls: Map<string, Map<string, number>>;
  readonly rowsRead: number;
  readonly rowsSkipped: number;
}

const blanks = ['', 'nan', 'null', 'none', 'na', 'n/a', '\\n'];
const decimalText = /^\s*[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d{1,9})?\s*$/i;

function table(text: string): {header: string[]; rows: string[][]} {
  const lines = text
    .replace(/^\ufeff/, '')
    .split(/\r\n|\n|\r/)
    .filter((line) => line !== '');
  const [header = [], ...rows] = lines.map((line) => line.split(','));
  return {header: header.map((name) => name.trim()), rows};
}

function isBlank(cell: string): boolean {
  return blanks.includes(cell.trim().toLowerCase());
}

function count(cell: string): number | undefined {
  if (isBlank(cell)) return 0;
  const value = decimalText.test(cell) ? Number(cell) : Number.NaN;
  return Number.isSafeInteger(value) && value >= 0 ? value : undefined;
}

/** Decimal seconds to microseconds with big integers, half away from zero; undefined beyond 2^53. */
export function exactMicros(cell: string, digitsOfUnit: number): number | undefined {
  const match = decimalText.exec(cell) && /([+-]?)(\d*)\.?(\d*)(?:e([+-]?\d+))?/i.exec(cell.trim());
  if (!match) return undefined;
  const power = Number(match[4] ?? 0) + digitsOfUnit - match[3]!.length;
  const digits = BigInt(match[2]! + match[3]!);
  if (digits === 0n) return 0;
  if (power > 40) return undefined;
  if (power < -400) return 0;
  const scale = 10n ** BigInt(Math.abs(power));
  const value = power >= 0 ? digits * scale : (2n * digits + scale) / (2n * scale);
  if (value > BigInt(Number.MAX_SAFE_INTEGER)) return undefined;
  return match[1] === '-' && value !== 0n ? -Number(value) : Number(value);
}

function add(calls: NaiveTrace['calls'], who: string, key: string, n: number): void {
  const own = calls.get(who) ?? new Map<string, number>();
  calls.set(who, own);
  if (n > 0) own.set(key, (own.get(key) ?? 0) + n);
}

/** Azure 2019 invocations of one file; undefined when the header cannot be one. */
export function naiveInvocations(text: string, day: number): NaiveTrace | undefined {
  const {header, rows} = table(text);
  const keys = ['HashOwner', 'HashApp', 'HashFunction'].map((name) => header.indexOf(name));
  const minutes = header.flatMap((name, at) => {
    const match = /^(minute[_ ]?)?(\d{1,7})([_ ]?minute)?$/i.exec(name);
    return match ? [{at, label: Number(match[2])}] : [];
  });
  if (keys.includes(-1) || minutes.length === 0) return undefined;
  const base = minutes.some(({label}) => label === 0) ? 0 : 1;
  const calls: NaiveTrace['calls'] = new Map();
  let rowsSkipped = 0;
  for (const row of rows) {
    const counts = minutes.map(({at}) => count(row[at] ?? 'x'));
    const ids = keys.map((at) => (row[at] ?? '').trim());
    if (row.length !== header.length || ids.includes('') || counts.includes(undefined)) rowsSkipped++;
    else {
      minutes.forEach(({label}, k) => {
        add(calls, ids.join('/'), String((day - 1) * 1440 + label - base), counts[k]!);
      });
    }
  }
  return {calls, rowsRead: rows.length, rowsSkipped};
}

/** Azure 2021 calls; undefined when the header cannot be one. */
export function naiveEvents(text: string): NaiveTrace | undefined {
  const {header, rows} = table(text);
  const keys = ['app', 'func', 'end_timestamp', 'duration'].map((name) => header.indexOf(name));
  if (keys.includes(-1)) return undefined;
  const calls: NaiveTrace['calls'] = new Map();
  let rowsSkipped = 0;
  for (const row of rows) {
    const [app, func, endText, durationText] = keys.map((at) => (row[at] ?? '').trim());
    const end = exactMicros(endText!, 6);
    // A call whose duration is not known is one that arrived when it ended.
    const known = !isBlank(durationText!);
    const duration = known ? exactMicros(durationText!, 6) : 0;
    if (row.length !== header.length || func === '' || end === undefined || duration === undefined) rowsSkipped++;
    else {
      // Functions of no app are an app each, and apps of no owner an owner each.
      const own = app === '' ? func : app;
      add(calls, `${own}/${own}/${func}`, `${end - Math.max(0, duration)}:${known ? Math.max(0, duration) : -1}`, 1);
    }
  }
  return {calls, rowsRead: rows.length, rowsSkipped};
}
