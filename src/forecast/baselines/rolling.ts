import type {CallHistory} from '../history.ts';
import type {Baseline} from './baseline.ts';

/** Minutes looked back at. */
const WINDOW = 60;
/** Weight of the newest minute in the exponentially weighted mean. */
const ALPHA = 0.3;
/** Minutes after which a weight of (1 - ALPHA)^age is lost in a double's digits. */
const EWMA_MINUTES = 104;

/**
 * Normal with the mean and standard deviation of the last hour: provisioning at a fractile is then mean + z sd, the
 * rule that a trained model has to beat (METHODS F).
 */
export const rollingMean: Baseline = {
  name: 'rolling-mean',
  summary: 'mean + z standard deviations of the last 60 minutes',
  create: () => (history, horizon, out) => {
    const {entries, sum, sumOfSquares} = history;
    const from = history.entriesBefore(history.now - WINDOW);
    const minutes = Math.min(WINDOW, history.now);
    const mean = (sum[entries]! - sum[from]!) / minutes;
    const variance = Math.max(0, (sumOfSquares[entries]! - sumOfSquares[from]!) / minutes - mean * mean);
    out.normal(mean * horizon, Math.sqrt(variance * horizon));
  },
};

/** Provisions the 95th percentile of the last hour's minutes, a day's longer windows in proportion. */
export const rollingP95: Baseline = {
  name: 'rolling-p95',
  summary: '95th percentile of the last 60 minutes',
  create: () => {
    const counts = new Float64Array(WINDOW);
    return (history, horizon, out) => {
      const minutes = Math.min(WINDOW, history.now);
      const active = activeCounts(history, history.now - WINDOW, counts);
      // Nearest rank, the inactive minutes being the smallest.
      const rank = Math.ceil(0.95 * minutes) - (minutes - active);
      out.certain(rank < 1 ? 0 : counts[rank - 1]! * horizon);
    };
  },
};

/** Poisson with an exponentially weighted mean of the counts by minute, weight .3 on the newest. */
export const ewma: Baseline = {
  name: 'ewma',
  summary: 'exponentially weighted mean, weight .3 on the newest minute',
  create: () => (history, horizon, out) => {
    let mean = 0;
    for (let j = history.entries - 1; j >= 0; j--) {
      const age = history.now - history.minute[j]!;
      if (age > EWMA_MINUTES) break;
      mean += ALPHA * (1 - ALPHA) ** (age - 1) * history.count[j]!;
    }
    out.poisson(mean * horizon);
  },
};

/** Sorted counts of the active minutes since `from`, in `out`; returns how many. */
function activeCounts(history: CallHistory, from: number, out: Float64Array): number {
  const first = history.entriesBefore(from);
  const active = history.entries - first;
  for (let j = 0; j < active; j++) out[j] = history.count[first + j]!;
  out.subarray(0, active).sort();
  return active;
}
