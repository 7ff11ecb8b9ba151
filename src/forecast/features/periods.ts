import {log2Of} from '../logarithms.ts';
import {baseRate, CYCLES, type FeatureGroup, lookBack, lookBackForHits, phaseLift, writePhaseCounts} from './group.ts';

/** Periods that timers are set to, in minutes, up to a week. */
export const timerPeriods = [2, 3, 4, 5, 6, 10, 12, 15, 20, 30, 60, 120, 180, 240, 360, 480, 720, 1440, 10080] as const;
/** Below any log-ratio that can occur. */
const NO_PERIOD = -9;

/** By cycles and hits: the lift at one base rate, NaN until it is asked for. Few of them differ from period to period. */
const lifts = new Float64Array((CYCLES + 1) ** 2);

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
    lifts.fill(Number.NaN);
    for (const period of timerPeriods) {
      const phase = lookBackForHits(history, period);
      const at = phase.cycles * (CYCLES + 1) + phase.hits;
      if (Number.isNaN(lifts[at]!)) lifts[at] = phaseLift(phase, base);
      const lift = lifts[at]!;
      out[to++] = lift;
      if (phase.cycles > 1 && lift > best) {
        best = lift;
        bestPeriod = period;
      }
    }
    out[to++] = best;
    out[to++] = log2Of(bestPeriod);
    writePhaseCounts(lookBack(history, bestPeriod), out, to);
  },
};
