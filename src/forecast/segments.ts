import {type CallHistory, DAY_WINDOW} from './history.ts';
import {MINUTES_PER_DAY} from './horizons.ts';

/** Rate classes that are scored and calibrated apart: rare, regular and busy functions are different problems. */
export const segmentNames = ['below 1/h', '1/h to 1/min', 'above 1/min'] as const;
export const SEGMENTS = segmentNames.length;

/** Minutes that a function counts as known at least, so that a first call does not make it a busy one. */
const SHORTEST = 60;

/** The segment of the row `history` stands at, by calls a minute over the last day: 0, 1 or 2. */
export function segmentOf(history: CallHistory): number {
  const {now, minute, entries} = history;
  const known = entries === 0 ? 0 : now - minute[0]!;
  const rate = history.callsInWindow(DAY_WINDOW) / Math.max(SHORTEST, Math.min(MINUTES_PER_DAY, known));
  return rate < 1 / 60 ? 0 : rate < 1 ? 1 : 2;
}
