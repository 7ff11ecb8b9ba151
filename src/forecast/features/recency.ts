import type {CallHistory} from '../history.ts';
import {type FeatureGroup, knownMinutes} from './group.ts';

/** log of the share of active minutes in the last hour: what quantiles are relative to, see `network/anchor.ts`. */
export const ACTIVE_SHARE_OF_HOUR = 'activeIn60';

/** Trailing windows, in minutes, over which active minutes are counted. */
const windows = [2, 5, 15, 30, 60, 180, 720, 1440] as const;
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
  ...windows.map((window) => `activeIn${window}`),
];

/** When the last calls were and how often they came. Times are log2 of minutes, shares natural logarithms. */
export const recency: FeatureGroup = {
  features: names.map((name) => ({name, signal: 'recency'})),
  write(history, out, at) {
    const {minute, entries, now} = history;
    const since = Math.log2(now - minute[entries - 1]!);
    const known = knownMinutes(history);
    let to = at;
    out[to++] = since;
    out[to++] = Math.log2(known + 1);
    out[to++] = Math.log2(entries + 1);
    out[to++] = Math.log((entries + 0.5) / (known + 1));
    for (let k = 1; k <= GAPS; k++) out[to++] = logGap(history, k);
    for (let k = 1; k <= 2; k++) out[to++] = entries > k ? since - logGap(history, k) : 0;
    for (const window of windows) {
      const active = entries - history.entriesBefore(now - window);
      out[to++] = Math.log((active + 0.25) / (Math.min(window, known) + 0.5));
    }
  },
};

/** log2 of the k-th last gap between active minutes. */
function logGap({minute, entries}: CallHistory, k: number): number {
  return entries > k ? Math.log2(minute[entries - k]! - minute[entries - k - 1]!) : NONE;
}
