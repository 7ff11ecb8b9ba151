import {inputError} from '../../base/errors.ts';
import {US_PER_MS} from '../../base/units.ts';
import {coldTimeModel} from './cold-time.ts';

/** The way of the FaasCache authors: what the slowest call of a function took longer than the average was its start. */
export const maxMinusAverage = coldTimeModel({
  name: 'max-minus-average',
  summary: "a function's slowest call less its average, as the FaasCache authors take it",
  parameters: {},
  alike: false,
  byCall: false,
  checkColumns({duration}, place) {
    if (!duration.maxMs.every(Number.isNaN)) return;
    throw inputError(place, 'has no maximum durations, --cold max-minus-average needs them', 'use --cold fixed:500ms');
  },
  create(_, {columns, rows}) {
    const {maxMs, meanMs} = columns.duration;
    // NaN, where a function has no durations, is 0.
    const coldUs = Float64Array.from(rows, (row) =>
      Math.max(0, Math.round((maxMs[row]! - meanMs[row]!) * US_PER_MS) || 0),
    );
    return {
      drawUs: (fn) => coldUs[fn]!,
      meanUs: (fn) => coldUs[fn]!,
      shareAbove: (fn, us) => (us < coldUs[fn]! ? 1 : 0),
    };
  },
});
