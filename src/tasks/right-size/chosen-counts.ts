/** What every function costs with so many instances kept. */
export interface Candidate {
  readonly count: number;
  /** Dollars. [hour][row] */
  readonly usd: readonly Float64Array[];
  /** Calls that start late. [hour][row] */
  readonly late: readonly Float64Array[];
  /** Calls that started, of all functions. */
  readonly started: number;
}

/** Halvings of the range in which the price of a late call is looked for. */
const HALVINGS = 60;
/** Nobody would pay more for one call to start in time. */
const DEAREST_USD = 1e4;

/**
 * How many instances each function keeps in each hour, `counts[row * hours + hour]`: the cheapest where at most that share of
 * all calls is late, by one price of a late call for all (Lagrange). An infinite share: the cheapest. If no price is
 * enough, those with the fewest late calls.
 */
export function chosenCounts(candidates: readonly Candidate[], lateShare: number): Int32Array {
  const allowed = lateShare * candidates[0]!.started;
  const free = counted(candidates, 0);
  if (free.late <= allowed) return free.counts;
  let [low, high] = [0, DEAREST_USD];
  let best = counted(candidates, high);
  for (let k = 0; k < HALVINGS && high - low > 1e-9; k++) {
    // Prices differ by orders of magnitude.
    const middle = low === 0 ? high / 1000 : Math.sqrt(low * high);
    const found = counted(candidates, middle);
    if (found.late <= allowed) {
      best = found;
      high = middle;
    } else low = middle;
    if (low > 0 && high / low < 1.001) break;
  }
  return best.counts;
}

/** The best counts at a price of a late call, and how many are late with them. */
function counted(candidates: readonly Candidate[], usdPerLate: number): {counts: Int32Array; late: number} {
  const hours = candidates[0]!.usd.length;
  const rows = candidates[0]!.usd[0]!.length;
  const counts = new Int32Array(rows * hours);
  let late = 0;
  for (let row = 0; row < rows; row++) {
    for (let hour = 0; hour < hours; hour++) {
      let best = candidates[0]!;
      let bestUsd = Number.POSITIVE_INFINITY;
      for (const candidate of candidates) {
        const usd = candidate.usd[hour]![row]! + usdPerLate * candidate.late[hour]![row]!;
        // Equal but for rounding: the fewer.
        if (usd < bestUsd * (1 - 1e-12)) {
          best = candidate;
          bestUsd = usd;
        }
      }
      counts[row * hours + hour] = best.count;
      late += best.late[hour]![row]!;
    }
  }
  return {counts, late};
}
