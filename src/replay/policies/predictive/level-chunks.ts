import {sortPairs} from '../../../base/sort.ts';
import {US_PER_MINUTE} from '../../../base/units.ts';
import {breakEvenUs} from '../../../cost/cold-start.ts';
import {type Clock, clockOf, triggerCodes} from '../../../demand/calls/minute-series.ts';
import {Durations} from '../../../demand/durations/durations.ts';
import {functionKeys} from '../../../fleet/function-keys.ts';
import {memoryOf} from '../../../fleet/memory.ts';
import {coldByFunction} from '../../../fleet/settings/cold-by-function.ts';
import {placesOf} from '../../../fleet/settings/places.ts';
import {MINUTES_PER_DAY} from '../../../forecast/horizons.ts';
import {LevelRecorder} from '../../../forecast/level-recorder.ts';
import type {LevelSeries} from '../../../forecast/level-series.ts';
import type {Workload} from '../../../workload/workload.ts';
import {callsOfCell} from '../../calls/calls-of-cell.ts';
import {type CellWorkload, cellWorkload} from '../../calls/cell-workload.ts';
import {onClock, type ReplayOptions} from '../../options.ts';
import {predictiveLeadUs} from './predictive-lead.ts';
import {StartsWithin} from './starts-within.ts';

/** Functions that are looked at together, and minutes of theirs: what is held in memory at once. */
const CHUNK_FUNCTIONS = 1024;
const CHUNK_MINUTES = 1 << 22;

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

/** What levels are made from: plain data, columns of numbers. Options are on the clock of a replay (`onClock`). */
export interface LevelSource {
  readonly workload: CellWorkload;
  readonly key: Int32Array; // [row]
  /** Place in `knownTriggers`, or UNKNOWN_TRIGGER. */
  readonly trigger: Uint8Array; // [row]
  readonly clock: Clock;
  readonly options: ReplayOptions;
}

export function levelSource(workload: Workload, given: ReplayOptions): LevelSource {
  const options = onClock(given);
  return {
    workload: cellWorkload(workload),
    key: functionKeys(workload),
    trigger: triggerCodes(workload),
    clock: clockBefore(clockOf(workload.meta.originUs, workload.meta.startTime), options.warmUpUs ?? 0),
    options,
  };
}

/** The clock of a replay whose warm-up comes before the trace's time 0: that is when its minute 0 is. */
function clockBefore({minuteOfDay, dayOfWeek}: Clock, warmUpUs: number): Clock {
  const minutes = minuteOfDay - warmUpUs / US_PER_MINUTE;
  const days = Math.floor(minutes / MINUTES_PER_DAY);
  const weekday = (((dayOfWeek + days) % 7) + 7) % 7;
  return {minuteOfDay: minutes - days * MINUTES_PER_DAY, dayOfWeek: weekday};
}

/** The levels of all functions, some after the other, of the very calls that a replay with those options makes. */
export function* levelChunks(workload: Workload, options: ReplayOptions): Generator<LevelChunk> {
  const source = levelSource(workload, options);
  for (const rows of chunksOf(workload.functions, source.options.untilUs)) yield levelsOf(source, rows);
}

/** Rows that are looked at together, in order. */
export function chunksOf(functions: number, untilUs: number): Int32Array[] {
  const minutes = Math.ceil(untilUs / US_PER_MINUTE) + 1;
  const most = Math.max(1, Math.min(CHUNK_FUNCTIONS, Math.floor(CHUNK_MINUTES / minutes)));
  const chunks: Int32Array[] = [];
  for (let from = 0; from < functions; from += most) {
    chunks.push(Int32Array.from({length: Math.min(most, functions - from)}, (_, k) => from + k));
  }
  return chunks;
}

/** The levels of those rows: of the very calls that the replay makes of them, whole ones, whatever cells they are in. */
export function levelsOf({workload, key, trigger, clock, options}: LevelSource, rows: Int32Array): LevelChunk {
  const {defaultDurationUs, seed, spread, untilUs, warmUpUs} = options;
  const keys = Int32Array.from(rows, (row) => key[row]!);
  const {law: cold} = coldByFunction(options.cold, options.settings, {columns: workload, rows, key: keys, seed});
  const coldUs = Float64Array.from(rows, (_, fn) => cold.meanUs(fn));
  const shiftUs = coldUs.map(predictiveLeadUs);
  const memoryMib = Float64Array.from(rows, (row) => memoryOf(workload, row, options.defaultMemoryMib));
  const threshold = breakEvenUs({coldUs, memoryMib, prices: options.prices}).map((us) => US_PER_MINUTE / us);
  const places = placesOf(options.concurrency, options.settings, rows);
  const recorder = new LevelRecorder({
    spanUs: untilUs,
    shiftUs,
    clock,
    trigger: Uint8Array.from(rows, (row) => trigger[row]!),
    places,
    observer: new StartsWithin({coldUs, leadUs: shiftUs, threshold}),
  });
  const window = callsOfCell({
    workload,
    rows,
    part: new Int32Array(rows.length),
    parts: new Int32Array(rows.length).fill(1),
    key: keys,
    durations: new Durations(workload, rows, defaultDurationUs),
    spread,
    cold: undefined,
    seed,
    spanUs: workload.spanUs,
    fromUs: 0,
    untilUs,
    warmUpUs,
  });
  while (window.next()) {
    const {lowUs, highUs} = window;
    for (let k = 0; k < window.functions; k++) {
      if (!window.has(k)) continue;
      window.rows = 0;
      const calls = window.load(k);
      sortPairs(window.arrivalUs, window.durationUs, calls, highUs - lowUs);
      recorder.take(window.fn[k]!, lowUs, highUs, window.arrivalUs, window.durationUs, calls);
    }
  }
  return {rows, coldUs, shiftUs, threshold, levels: recorder.finish(), places};
}
