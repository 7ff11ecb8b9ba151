import {US_PER_MINUTE} from '../../../base/units.ts';
import {breakEvenUs} from '../../../cost/cold-start.ts';
import {clockOf, triggerCodes} from '../../../demand/calls/minute-series.ts';
import {Durations} from '../../../demand/durations/durations.ts';
import {functionKeys} from '../../../fleet/function-keys.ts';
import {memoryOf} from '../../../fleet/memory.ts';
import {coldByFunction} from '../../../fleet/settings/cold-by-function.ts';
import {placesOf} from '../../../fleet/settings/places.ts';
import {type LevelSeries, levelSeriesOf} from '../../../forecast/level-series.ts';
import {invocationsOf, type Workload} from '../../../workload/workload.ts';
import {type CellWorkload, cellWorkload} from '../../calls/cell-workload.ts';
import {futureOf} from '../../calls/future.ts';
import type {ReplayOptions} from '../../options.ts';
import {predictiveLeadUs} from './predictive-lead.ts';
import {StartsWithin} from './starts-within.ts';

/** Functions are looked at together until they have so many calls, or are so many: what is held in memory at once. */
const CHUNK_CALLS = 1_000_000;
const CHUNK_FUNCTIONS = 1024;

/** Levels of some functions' concurrency in a replay, as if no call had to wait. */
export interface LevelChunk {
  /** Rows of the workload. */
  readonly rows: Int32Array; // [function]
  readonly coldUs: Float64Array; // [function]
  /** By how much earlier minutes begin, so that what is decided then is ready in time. [function] */
  readonly shiftUs: Float64Array;
  /** What a warm minute costs, as a share of a cold start. */
  readonly threshold: Float64Array; // [function]
  readonly levels: LevelSeries;
  /** Calls that an instance serves at once; undefined: 1. [function] */
  readonly places: Int32Array | undefined;
}

/** The levels of all functions, some after the other, of the very calls that a replay with those options makes. */
export function* levelChunks(workload: Workload, options: ReplayOptions): Generator<LevelChunk> {
  const columns = cellWorkload(workload);
  const key = functionKeys(workload);
  const trigger = triggerCodes(workload);
  const clock = clockOf(workload.meta.originUs, workload.meta.startTime);
  for (let from = 0; from < workload.functions; ) {
    const rows = chunkFrom(workload, from);
    const keys = Int32Array.from(rows, (row) => key[row]!);
    const {law: cold} = coldByFunction(options.cold, options.settings, {columns, rows, key: keys, seed: options.seed});
    const coldUs = Float64Array.from(rows, (_, fn) => cold.meanUs(fn));
    const shiftUs = coldUs.map(predictiveLeadUs);
    const memoryMib = Float64Array.from(rows, (row) => memoryOf(workload, row, options.defaultMemoryMib));
    const threshold = breakEvenUs({coldUs, memoryMib, prices: options.prices}).map((us) => US_PER_MINUTE / us);
    const places = placesOf(options.concurrency, options.settings, rows);
    const levels = levelSeriesOf(callsOf(columns, rows, keys, options), {
      spanUs: options.untilUs,
      shiftUs,
      clock,
      trigger: Uint8Array.from(rows, (row) => trigger[row]!),
      places,
      observer: new StartsWithin({coldUs, leadUs: shiftUs, threshold}),
    });
    yield {rows, coldUs, shiftUs, threshold, levels, places};
    from += rows.length;
  }
}

/** The rows from `first` on that are looked at together: at least one. */
function chunkFrom(workload: Workload, first: number): Int32Array {
  let calls = 0;
  let end = first;
  do calls += invocationsOf(workload, end++);
  while (end < workload.functions && calls < CHUNK_CALLS && end - first < CHUNK_FUNCTIONS);
  return Int32Array.from({length: end - first}, (_, k) => first + k);
}

/** The very calls that the replay makes of these functions, whole ones, whatever cells they are in. */
function callsOf(workload: CellWorkload, rows: Int32Array, key: Int32Array, options: ReplayOptions) {
  const {defaultDurationUs, seed, spread, untilUs} = options;
  return futureOf({
    workload,
    rows,
    part: new Int32Array(rows.length),
    parts: new Int32Array(rows.length).fill(1),
    key,
    durations: new Durations(workload, rows, defaultDurationUs),
    spread,
    cold: undefined,
    seed,
    spanUs: workload.spanUs,
    fromUs: 0,
    untilUs,
  });
}
