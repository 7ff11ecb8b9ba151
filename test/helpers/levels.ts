import {UNKNOWN_TRIGGER} from '../../src/demand/calls/minute-series.ts';
import {LevelRecorder} from '../../src/forecast/level-recorder.ts';
import type {LevelOptions, LevelSeries} from '../../src/forecast/level-series.ts';

/** Calls by function: those of f are elements [start[f], start[f + 1]), in order of arrival. */
export interface CallsByFunction {
  readonly start: Float64Array; // [function + 1]
  readonly arrivalUs: Float64Array;
  readonly durationUs: Float64Array;
}

const MINUTE_US = 60e6;

/** The levels of those calls, which are taken in windows of `windowUs`, as if none had to wait for an instance. */
export function levelSeriesOf(
  {start, arrivalUs, durationUs}: CallsByFunction,
  options: Omit<LevelOptions, 'trigger'>,
  windowUs = MINUTE_US,
): LevelSeries {
  const functions = start.length - 1;
  const shiftUs = options.shiftUs.slice(0, functions);
  const recorder = new LevelRecorder({...options, shiftUs, trigger: new Uint8Array(functions).fill(UNKNOWN_TRIGGER)});
  for (let f = 0; f < functions; f++) {
    for (let k = start[f]!; k < start[f + 1]!; ) {
      const lowUs = Math.floor(arrivalUs[k]! / windowUs) * windowUs;
      let end = k;
      while (end < start[f + 1]! && arrivalUs[end]! < lowUs + windowUs) end++;
      const arrivals = Int32Array.from(arrivalUs.subarray(k, end), (us) => us - lowUs);
      recorder.take(f, lowUs, lowUs + windowUs, arrivals, durationUs.slice(k, end), end - k);
      k = end;
    }
  }
  return recorder.finish();
}
