import type {CallHistory} from '../history.ts';
import {MINUTES_PER_DAY, MINUTES_PER_WEEK} from '../horizons.ts';
import type {Baseline, BaselineForecast} from './baseline.ts';

/** Nothing is ever called: keeps no function warm. */
export const never: Baseline = {
  name: 'never',
  summary: 'no call, ever',
  create: () => (_history, _horizon, out) => out.certain(0),
};

/** A call in every window: keeps every function warm once it was called. */
export const always: Baseline = {
  name: 'always',
  summary: 'one call in every window',
  create: () => (_history, _horizon, out) => out.certain(1),
};

/** As many calls as in the window just past. */
export const lastValue: Baseline = {
  name: 'last-value',
  summary: 'as many calls as in the window just past',
  create: () => (history, horizon, out) => out.certain(history.callsSince(history.now - horizon)),
};

/** Minutes that an idle instance stays: the keep-alive that most platforms have. */
const KEEP_ALIVE = 10;

/** As many calls a minute as in the busiest of the last ten: what a fixed keep-alive of ten minutes is ready for. */
export const recent: Baseline = {
  name: 'recent',
  summary: 'the busiest of the last 10 minutes, as a fixed keep-alive is ready for',
  create: () => (history, horizon, out) => {
    let busiest = 0;
    for (let j = history.entriesBefore(history.now - KEEP_ALIVE); j < history.entries; j++) {
      busiest = Math.max(busiest, history.count[j]!);
    }
    out.certain(busiest * horizon);
  },
};

/** As many calls as in the same window yesterday; until a day is known, as in the window just past. */
export const seasonalDay: Baseline = {
  name: 'seasonal-day',
  summary: 'as many calls as in the same window yesterday',
  seasonMinutes: MINUTES_PER_DAY,
  create: () => seasonal(MINUTES_PER_DAY),
};

/** As many calls as in the same window last week; until a week is known, as in the window just past. */
export const seasonalWeek: Baseline = {
  name: 'seasonal-week',
  summary: 'as many calls as in the same window last week',
  seasonMinutes: MINUTES_PER_WEEK,
  create: () => seasonal(MINUTES_PER_WEEK),
};

function seasonal(period: number): BaselineForecast {
  return (history, horizon, out) => {
    const back = Math.max(period, horizon);
    const from = history.now - (history.minute[0]! <= history.now - back ? back : horizon);
    out.certain(callsWithin(history, from, horizon));
  };
}

function callsWithin(history: CallHistory, from: number, length: number): number {
  return history.sum[history.entriesBefore(from + length)]! - history.sum[history.entriesBefore(from)]!;
}
