import {type CallHistory, DAY_WINDOW, FIVE_WINDOW, HOUR_WINDOW, QUARTER_WINDOW, trailingWindows} from '../history.ts';
import {MINUTES_PER_DAY, MINUTES_PER_WEEK} from '../horizons.ts';
import {log1pOf} from '../logarithms.ts';
import {type FeatureGroup, knownMinutes} from './group.ts';

/** Minutes just past that are features of their own. */
const LAGS = 5;
/** Active minutes whose counts describe a typical active minute. */
export const TYPICAL = 32;
/** The calls of a time before the first call are unknown, not 0. */
const UNKNOWN = -1;

/** log(1 + mean calls of the latest active minutes): what quantiles are relative to, see `network/anchor.ts`. */
export const MEAN_ACTIVE = 'meanActive';

const names = [
  ...Array.from({length: LAGS}, (_, k) => `calls${k + 1}Ago`),
  'meanIn60',
  MEAN_ACTIVE,
  'spreadActive',
  'logMeanActive',
  'logSpreadActive',
  'maxActive',
  'singleShare',
  'lastActive',
  'meanIn5',
  'meanIn15',
  'meanIn1440',
  'spreadIn60',
  'maxIn60',
];
/** Windows over which calls a minute are taken. */
const means = [FIVE_WINDOW, QUARTER_WINDOW, DAY_WINDOW] as const;
/** Minutes before the minute ahead whose calls are features. */
const lags = [60, MINUTES_PER_DAY, MINUTES_PER_WEEK] as const;
const seasonal = ['calls60Ago', 'calls1440Ago', 'calls10080Ago', 'meanAroundDayAgo', 'meanAroundWeekAgo'];

/** How many calls come: counts, means, spreads and maxima, all as log(1 + x). */
export const volume: FeatureGroup = {
  features: [
    ...names.map((name) => ({name, signal: 'volume' as const})),
    ...seasonal.map((name) => ({name, signal: 'season' as const})),
  ],
  write(history, out, at) {
    const {now} = history;
    const known = knownMinutes(history);
    const hour = lastHour(history, known);
    let to = at;
    for (let k = 1; k <= LAGS; k++) out[to++] = now >= k ? log1pOf(history.callsAt(now - k)) : 0;
    out[to++] = Math.log1p(hour.mean);
    to = writeTypical(history, out, to);
    for (const k of means) {
      out[to++] = Math.log1p(history.callsInWindow(k) / Math.min(trailingWindows[k]!, known));
    }
    out[to++] = Math.log1p(hour.spread);
    out[to++] = log1pOf(hour.max);
    for (const lag of lags) {
      out[to++] = lag <= known ? log1pOf(history.callsAt(now - lag)) : UNKNOWN;
    }
    out[to++] = meanAround(history, now - MINUTES_PER_DAY);
    out[to] = meanAround(history, now - MINUTES_PER_WEEK);
  },
};

/** What a typical active minute brings, and the last count: of these entries of that history, the same until the next call. */
const typical = {
  history: undefined as CallHistory | undefined,
  loads: 0,
  entries: 0,
  features: new Float32Array(7),
};

/** What a typical active minute brings, over the latest of them, and the last count. */
function writeTypical(history: CallHistory, out: Float32Array, at: number): number {
  const {entries, loads} = history;
  const {features} = typical;
  if (typical.history !== history || typical.loads !== loads || typical.entries !== entries) {
    typical.history = history;
    typical.loads = loads;
    typical.entries = entries;
    describeTypical(history, features);
  }
  for (let k = 0; k < features.length; k++) out[at + k] = features[k]!;
  return at + features.length;
}

function describeTypical({count, countLog, entries, sum, sumOfSquares}: CallHistory, out: Float32Array): void {
  const from = Math.max(0, entries - TYPICAL);
  const size = entries - from;
  const mean = (sum[entries]! - sum[from]!) / size;
  let singles = 0;
  let max = 0;
  let logs = 0;
  let logSquares = 0;
  for (let j = from; j < entries; j++) {
    const calls = count[j]!;
    if (calls === 1) singles++;
    if (calls > max) max = calls;
    const log = countLog[j]!;
    logs += log;
    logSquares += log * log;
  }
  out[0] = Math.log1p(mean);
  out[1] = Math.log1p(spread(sumOfSquares[entries]! - sumOfSquares[from]!, mean, size));
  out[2] = logs / size;
  out[3] = spread(logSquares, logs / size, size);
  out[4] = log1pOf(max);
  out[5] = singles / size;
  out[6] = log1pOf(count[entries - 1]!);
}

/** Calls a minute over the last hour, minutes without calls included. */
const hour = {mean: 0, spread: 0, max: 0};

function lastHour(history: CallHistory, known: number): typeof hour {
  const {count, entries, sum, sumOfSquares} = history;
  const from = history.entriesBeforeWindow(HOUR_WINDOW);
  const minutes = Math.min(60, known);
  hour.mean = (sum[entries]! - sum[from]!) / minutes;
  hour.spread = spread(sumOfSquares[entries]! - sumOfSquares[from]!, hour.mean, minutes);
  hour.max = 0;
  for (let j = from; j < entries; j++) if (count[j]! > hour.max) hour.max = count[j]!;
  return hour;
}

function spread(squares: number, mean: number, size: number): number {
  return Math.sqrt(Math.max(0, squares / size - mean * mean));
}

/** log(1 + calls a minute) in the hour around `minute`, if it was known then. */
function meanAround(history: CallHistory, minute: number): number {
  if (minute - 30 < history.minute[0]!) return UNKNOWN;
  const calls = history.sum[history.entriesBefore(minute + 30)]! - history.sum[history.entriesBefore(minute - 30)]!;
  return Math.log1p(calls / 60);
}
