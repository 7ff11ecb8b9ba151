import {type CallHistory, trailingWindows} from '../history.ts';
import {log2Of} from '../logarithms.ts';
import {type FeatureGroup, knownMinutes} from './group.ts';

/** log of the share of active minutes in the last hour: what quantiles are relative to, see `network/anchor.ts`. */
export const ACTIVE_SHARE_OF_HOUR = 'activeIn60';

/** Most recent gaps that are features of their own. */
const GAPS = 4;
/** A gap that did not happen yet. */
const NONE = -1;

const names = [
  'minutesSinceCall',
  'minutesKnown',
  'activeMinutes',
  'activeShare',
  ...Array.from({length: GAPS}, (_, k) => `gap${k + 1}`),
  'sinceOverGap1',
  'sinceOverGap2',
  ...trailingWindows.map((window) => `activeIn${window}`),
];

/** By window and active minutes in it: the log of their share, once it was asked for. */
const shareLogs = trailingWindows.map((window) => new Float64Array(window + 1).fill(Number.NaN));

/** When the last calls were and how often they came. Times are log2 of minutes, shares natural logarithms. */
export const recency: FeatureGroup = {
  features: names.map((name) => ({name, signal: 'recency'})),
  write(history, out, at) {
    const {minute, entries, now} = history;
    const since = log2Of(now - minute[entries - 1]!);
    const known = knownMinutes(history);
    let to = at;
    out[to++] = since;
    out[to++] = log2Of(known + 1);
    out[to++] = log2Of(entries + 1);
    out[to++] = Math.log((entries + 0.5) / (known + 1));
    for (let k = 1; k <= GAPS; k++) out[to++] = logGap(history, k);
    for (let k = 1; k <= 2; k++) out[to++] = entries > k ? since - logGap(history, k) : 0;
    for (let k = 0; k < trailingWindows.length; k++) {
      out[to++] = shareLog(k, entries - history.entriesBeforeWindow(k), known);
    }
  },
};

/** The log of the share of active minutes in window `k`, or in what is known of it. */
function shareLog(k: number, active: number, known: number): number {
  const window = trailingWindows[k]!;
  if (known < window) return Math.log((active + 0.25) / (known + 0.5));
  const logs = shareLogs[k]!;
  const log = logs[active]!;
  if (!Number.isNaN(log)) return log;
  logs[active] = Math.log((active + 0.25) / (window + 0.5));
  return logs[active]!;
}

/** log2 of the k-th last gap between active minutes. */
function logGap({gapLog, entries}: CallHistory, k: number): number {
  return entries > k ? gapLog[entries - k]! : NONE;
}
