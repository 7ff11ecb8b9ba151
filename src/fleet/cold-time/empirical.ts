import {oneOf} from '../../base/parameters.ts';
import {callUnit, coldTimeModel} from './cold-time.ts';
import {checkKnown, knownOf, sources} from './known-cold-times.ts';

/**
 * Cold times as a log has them, whatever their law: each start draws one of those that the trace tells of its function, else
 * of its app, else of all; or of a wider circle at once, where few are known of each. Unlike `trace` no call takes its own.
 */
export const empirical = coldTimeModel({
  name: 'empirical',
  summary:
    'drawn from the cold times that the trace tells: of the function, else of its app, else of all; of=app and of=trace draw wider',
  parameters: {of: oneOf(sources, 'whose cold times are drawn, where there are any', {default: 'function'})},
  alike: false,
  byCall: false,
  checkColumns: (columns, place) => checkKnown(columns, place, 'empirical'),
  create({of}, {columns, rows, key, seed}) {
    const known = knownOf(columns.arrivals, columns.appId, of);
    return {
      drawUs: (fn, nowUs) => known.draw(rows[fn]!, callUnit(key[fn]!, nowUs, seed)),
      meanUs: (fn) => known.mean(rows[fn]!),
      shareAbove: (fn, us) => known.shareAbove(rows[fn]!, us),
    };
  },
});
