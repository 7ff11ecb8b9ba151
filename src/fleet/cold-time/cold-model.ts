import {inputError} from '../../base/errors.ts';
import {US_PER_MS} from '../../base/units.ts';
import {int64At, type Workload} from '../../workload/workload.ts';
import type {ColdChoice, ColdTime} from './cold-time.ts';
import {fixedColdTime} from './fixed.ts';
import {lambdaColdTime} from './lambda.ts';
import {lognormalColdTime} from './lognormal.ts';

type TraceColumns = Pick<Workload, 'duration' | 'arrivals'>;

/** The cold-time model of the functions `rows` with stable hashes `key`. */
export function coldModel(
  choice: ColdChoice,
  workload: TraceColumns,
  rows: Int32Array,
  key: Int32Array,
  seed: number,
): ColdTime {
  switch (choice.kind) {
    case 'fixed':
      return fixedColdTime(choice.us);
    case 'lognormal':
      return lognormalColdTime(choice.medianUs, choice.sigma, key, seed);
    case 'lambda':
      return lambdaColdTime(choice, key, seed);
    case 'trace':
      return perFunction(Float64Array.from(rows, (row) => meanColdUs(workload, row)));
    case 'max-minus-average': {
      const {maxMs, meanMs} = workload.duration;
      // The way of the FaasCache authors: what the slowest call took longer than the average was its start.
      return perFunction(
        Float64Array.from(rows, (row) => Math.max(0, Math.round((maxMs[row]! - meanMs[row]!) * US_PER_MS) || 0)),
      );
    }
  }
}

/** Ends with exit 3 when the workload lacks what the model reads. */
export function checkColdChoice(choice: ColdChoice, workload: Workload, place: string): void {
  if (choice.kind === 'trace' && workload.arrivals.coldUs === undefined) {
    throw inputError(
      place,
      'has no cold times, --cold trace needs them',
      'ingest with --map ...,cold=COLUMN:UNIT, or use --cold fixed:500ms',
    );
  }
  if (choice.kind === 'max-minus-average' && workload.duration.maxMs.every(Number.isNaN)) {
    throw inputError(place, 'has no maximum durations, --cold max-minus-average needs them', 'use --cold fixed:500ms');
  }
}

function perFunction(us: Float64Array): ColdTime {
  return {drawUs: (fn) => us[fn]!, meanUs: (fn) => us[fn]!};
}

/** Mean of the cold times in an event trace: what an instance takes that no call of the trace asked for. */
function meanColdUs(workload: TraceColumns, row: number): number {
  if (workload.arrivals.coldUs === undefined) return 0;
  const {values, start, length} = workload.arrivals.coldUs;
  let sum = 0;
  for (let i = start[row]!, end = i + length[row]!; i < end; i++) sum += int64At(values, i);
  return length[row] === 0 ? 0 : Math.round(sum / length[row]!);
}
