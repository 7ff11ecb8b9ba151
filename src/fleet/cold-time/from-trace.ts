import {inputError} from '../../base/errors.ts';
import type {Arrivals} from '../../workload/workload.ts';
import {callUnit, coldTimeModel} from './cold-time.ts';
import {hasColdTimes, type KnownColdTimes, knownColdTimes} from './known-cold-times.ts';

/**
 * The trace's own cold times, call by call. A call of which it tells none, and an instance that no call asked for, draws
 * one of those that are known of its function, else of its app, else of the trace.
 */
export const fromTrace = coldTimeModel({
  name: 'trace',
  summary: "the trace's own cold times, call by call; drawn from the function's, app's or trace's where it has none",
  parameters: {},
  alike: false,
  byCall: true,
  checkColumns({arrivals}, place) {
    if (hasColdTimes(arrivals)) return;
    throw inputError(
      place,
      'has no cold times, --cold trace needs them',
      'ingest with --map ...,cold=COLUMN:UNIT, or use --cold fixed:500ms',
    );
  },
  create(_, {columns, rows, key, seed}) {
    const known = poolsOf(columns.arrivals, columns.appId);
    return {
      drawUs: (fn, nowUs) => known.draw(rows[fn]!, callUnit(key[fn]!, nowUs, seed)),
      meanUs: (fn) => known.mean(rows[fn]!),
      shareAbove: (fn, us) => known.shareAbove(rows[fn]!, us),
    };
  },
});

const pools = new WeakMap<Arrivals, KnownColdTimes>();

/** Every cell asks for the same workload's. */
function poolsOf(arrivals: Arrivals, appId: Int32Array): KnownColdTimes {
  const made = pools.get(arrivals);
  if (made !== undefined) return made;
  const known = knownColdTimes(arrivals, appId);
  pools.set(arrivals, known);
  return known;
}
