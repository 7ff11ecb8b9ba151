import {baseRate, type FeatureGroup, lookBack, phaseLift, writePhaseCounts} from './group.ts';

/** Periods that timers are set to, in minutes, up to a week. */
export const timerPeriods = [2, 3, 4, 5, 6, 10, 12, 15, 20, 30, 60, 120, 180, 240, 360, 480, 720, 1440, 10080] as const;
/** Below any log-ratio that can occur. */
const NO_PERIOD = -9;

const names = [
  ...timerPeriods.map((period) => `phase${period}`),
  'bestPhase',
  'bestPeriod',
  'bestPhaseCalls',
  'bestPhaseSpread',
];

/**
 * Timer phase: for each common period, how much likelier than usual the function was called one, two, ... periods
 * before the minute ahead (the phase folding of METHODS E1.4, for one phase), as a log-ratio to its base rate; and how
 * many calls the likeliest phase brought.
 */
export const periods: FeatureGroup = {
  features: names.map((name) => ({name, signal: 'period'})),
  write(history, out, at) {
    const base = baseRate(history);
    let best = NO_PERIOD;
    let bestPeriod = 1;
    let to = at;
    for (const period of timerPeriods) {
      const phase = lookBack(history, period);
      const lift = phaseLift(phase, base);
      out[to++] = lift;
      if (phase.cycles > 1 && lift > best) {
        best = lift;
        bestPeriod = period;
      }
    }
    out[to++] = best;
    out[to++] = Math.log2(bestPeriod);
    writePhaseCounts(lookBack(history, bestPeriod), out, to);
  },
};
