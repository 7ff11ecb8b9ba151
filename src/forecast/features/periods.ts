import {baseRate, type FeatureGroup} from './group.ts';

/** Periods that timers are set to, in minutes, up to a week. */
export const timerPeriods = [2, 3, 4, 5, 6, 10, 12, 15, 20, 30, 60, 120, 180, 240, 360, 480, 720, 1440, 10080] as const;
/** Periods looked back at. */
const CYCLES = 8;
/** Above any log-ratio that can occur, with its sign turned. */
const NO_PERIOD = -9;

/**
 * Timer phase: for each common period, how much likelier than usual the function was called one, two, ... periods
 * before the minute ahead (the phase folding of METHODS E1.4, for one phase), as a log-ratio to its base rate.
 */
export const periods: FeatureGroup = {
  features: [...timerPeriods.map((period) => `phase${period}`), 'bestPhase', 'bestPeriod'].map((name) => ({
    name,
    signal: 'period',
  })),
  write(history, out, at) {
    const {now} = history;
    const first = history.minute[0]!;
    const base = baseRate(history);
    let best = NO_PERIOD;
    let bestPeriod = 1;
    let to = at;
    for (const period of timerPeriods) {
      let hits = 0;
      let cycles = 0;
      for (let t = now - period; cycles < CYCLES && t >= first; t -= period) {
        cycles++;
        if (history.callsAt(t) > 0) hits++;
      }
      const lift = cycles > 0 ? Math.log((hits + 2 * base) / (cycles + 2) / base) : 0;
      out[to++] = lift;
      if (cycles > 1 && lift > best) {
        best = lift;
        bestPeriod = period;
      }
    }
    out[to++] = best;
    out[to] = Math.log2(bestPeriod);
  },
};
