import {inputError} from '../../base/errors.ts';
import {type Arrivals, int64At} from '../../workload/workload.ts';

/** The cold times that a trace tells, as what a function's further ones may be like. */
export interface KnownColdTimes {
  /** The cold time at share `u` in (0, 1) of those that stand for the function of a row; 0 where there are none at all. */
  draw(row: number, u: number): number;
  /** Whole microseconds. */
  mean(row: number): number;
  shareAbove(row: number, us: number): number;
}

/** Whether a trace tells the cold time of any call. */
export function hasColdTimes({coldUs}: Arrivals): boolean {
  if (coldUs === undefined) return false;
  const {values, start, length} = coldUs;
  for (let f = 0; f < length.length; f++) {
    for (let i = start[f]!, end = i + length[f]!; i < end; i++) if (values[2 * i + 1]! >= 0) return true;
  }
  return false;
}

/** Ends with exit 3 where a trace tells no cold time, which the model of that name needs. */
export function checkKnown({arrivals}: {readonly arrivals: Arrivals}, place: string, model: string): void {
  if (hasColdTimes(arrivals)) return;
  throw inputError(
    place,
    `has no cold times, --cold ${model} needs them`,
    'ingest with --map ...,cold=COLUMN:UNIT, or use --cold fixed:500ms',
  );
}

/** Whose cold times stand for a function's, the narrowest circle that there are any of. */
export const sources = ['function', 'app', 'trace'] as const;
type Source = (typeof sources)[number];

const made = new WeakMap<Arrivals, Partial<Record<Source, KnownColdTimes>>>();

/** Those known of the function of a row, else of its app, else of all, or of a wider circle; every cell asks for the same workload's. */
export function knownOf(arrivals: Arrivals, appId: Int32Array, source: Source): KnownColdTimes {
  const its = made.get(arrivals) ?? {};
  made.set(arrivals, its);
  its[source] ??= knownColdTimes(arrivals, appId, source);
  return its[source];
}

/** Those known of the function of a row, else of its app, else of all, from that circle on. */
export function knownColdTimes(arrivals: Arrivals, appId: Int32Array, source: Source = 'function'): KnownColdTimes {
  const {us, from, until, appFrom, appUntil} = collect(arrivals, appId);
  const firstOf = (row: number): number => {
    if (source === 'function' && from[row]! < until[row]!) return from[row]!;
    return source !== 'trace' && appFrom[row]! < appUntil[row]! ? appFrom[row]! : 0;
  };
  const endOf = (row: number): number => {
    if (source === 'function' && from[row]! < until[row]!) return until[row]!;
    return source !== 'trace' && appFrom[row]! < appUntil[row]! ? appUntil[row]! : us.length;
  };
  return {
    draw(row, u) {
      const [first, end] = [firstOf(row), endOf(row)];
      return first === end ? 0 : us[first + Math.floor(u * (end - first))]!;
    },
    mean(row) {
      const [first, end] = [firstOf(row), endOf(row)];
      let sum = 0;
      for (let i = first; i < end; i++) sum += us[i]!;
      return first === end ? 0 : Math.round(sum / (end - first));
    },
    shareAbove(row, limitUs) {
      const [first, end] = [firstOf(row), endOf(row)];
      let above = 0;
      for (let i = first; i < end; i++) if (us[i]! > limitUs) above++;
      return first === end ? 0 : above / (end - first);
    },
  };
}

/** All known cold times, those of an app and in it of a function together, and where those of each row's lie. */
function collect({coldUs}: Arrivals, appId: Int32Array) {
  const rows = appId.length;
  const from = new Float64Array(rows);
  const until = new Float64Array(rows);
  const byApp = Int32Array.from({length: rows}, (_, row) => row).sort((a, b) => appId[a]! - appId[b]! || a - b);
  const us = new Float64Array(coldUs === undefined ? 0 : coldUs.length.reduce((sum, n) => sum + n, 0));
  let known = 0;
  for (const row of byApp) {
    from[row] = known;
    if (coldUs !== undefined) {
      const {values, start, length} = coldUs;
      for (let i = start[row]!, end = i + length[row]!; i < end; i++) {
        const own = int64At(values, i);
        if (own >= 0) us[known++] = own;
      }
    }
    until[row] = known;
  }
  const appFrom = new Float64Array(rows);
  const appUntil = new Float64Array(rows);
  for (let first = 0, next = 0; first < rows; first = next) {
    while (next < rows && appId[byApp[next]!] === appId[byApp[first]!]) next++;
    for (let k = first; k < next; k++) {
      appFrom[byApp[k]!] = from[byApp[first]!]!;
      appUntil[byApp[k]!] = until[byApp[next - 1]!]!;
    }
  }
  return {us: us.subarray(0, known), from, until, appFrom, appUntil};
}
