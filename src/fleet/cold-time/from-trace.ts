import {callUnit, coldTimeModel} from './cold-time.ts';
import {checkKnown, knownOf} from './known-cold-times.ts';

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
  checkColumns: (columns, place) => checkKnown(columns, place, 'trace'),
  create(_, {columns, rows, key, seed}) {
    const known = knownOf(columns.arrivals, columns.appId, 'function');
    return {
      drawUs: (fn, nowUs) => known.draw(rows[fn]!, callUnit(key[fn]!, nowUs, seed)),
      meanUs: (fn) => known.mean(rows[fn]!),
      shareAbove: (fn, us) => known.shareAbove(rows[fn]!, us),
    };
  },
});
