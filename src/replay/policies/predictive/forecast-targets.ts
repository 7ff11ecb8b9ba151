import {US_PER_MINUTE} from '../../../base/units.ts';
import {breakEvenUs} from '../../../cost/cold-start.ts';
import {clockOf, triggerCodes} from '../../../demand/calls/minute-series.ts';
import {Durations} from '../../../demand/durations/durations.ts';
import {createColdTime} from '../../../fleet/cold-time/registry.ts';
import {functionKeys} from '../../../fleet/function-keys.ts';
import {memoryOf} from '../../../fleet/memory.ts';
import type {Forecaster} from '../../../forecast/forecaster.ts';
import {levelSeriesOf} from '../../../forecast/level-series.ts';
import {forecastSlots} from '../../../forecast/slot-forecast.ts';
import {type SlotTargets, SlotTargetsBuilder} from '../../../scheduler/parts/keep-alive/targets/slot-targets.ts';
import {invocationsOf, type Workload} from '../../../workload/workload.ts';
import {type CellWorkload, cellWorkload} from '../../calls/cell-workload.ts';
import {futureOf} from '../../calls/future.ts';
import type {ReplayOptions} from '../../options.ts';
import {predictiveLeadUs} from './predictive-lead.ts';

/** Functions are forecast together until they have so many calls, or are so many: what is held in memory at once. */
const CHUNK_CALLS = 1_000_000;
const CHUNK_FUNCTIONS = 1024;

/**
 * What the policy `predictive` follows: for every function and minute of a replay with those options, how many
 * instances are worth having, forecast from the calls that came before the minute. Made once for the whole fleet, so
 * neither cells nor threads change it. Forecasts cost some 10 microseconds a minute and level of concurrency.
 * `onProgress` is told how many functions are done.
 */
export async function forecastTargets(
  workload: Workload,
  options: ReplayOptions,
  forecaster: Forecaster,
  onProgress?: (functions: number) => void,
): Promise<SlotTargets> {
  const [targets] = await forecastTargetsOfEach(workload, options, [forecaster], onProgress);
  return targets!;
}

/** The same by each of several forecasters: the calls are made and told apart by level once, for all of them. */
export async function forecastTargetsOfEach(
  workload: Workload,
  options: ReplayOptions,
  forecasters: readonly Forecaster[],
  onProgress?: (functions: number) => void,
): Promise<SlotTargets[]> {
  const columns = cellWorkload(workload);
  const key = functionKeys(workload);
  const trigger = triggerCodes(workload);
  const clock = clockOf(workload.meta.originUs, workload.meta.startTime);
  const builders = forecasters.map(() => new SlotTargetsBuilder(workload.functions));
  for (let from = 0; from < workload.functions; ) {
    const rows = chunkFrom(workload, from);
    const keys = Int32Array.from(rows, (row) => key[row]!);
    const cold = createColdTime(options.cold, {columns, rows, key: keys, seed: options.seed});
    const coldUs = Float64Array.from(rows, (_, fn) => cold.meanUs(fn));
    const memoryMib = Float64Array.from(rows, (row) => memoryOf(workload, row, options.defaultMemoryMib));
    const shiftUs = coldUs.map(predictiveLeadUs);
    const levels = levelSeriesOf(callsOf(columns, rows, keys, options), {
      spanUs: options.untilUs,
      shiftUs,
      clock,
      trigger: Uint8Array.from(rows, (row) => trigger[row]!),
    });
    const threshold = breakEvenUs({coldUs, memoryMib, prices: options.prices}).map((us) => US_PER_MINUTE / us);
    for (const [k, forecaster] of forecasters.entries()) {
      const builder = builders[k]!;
      let done = 0;
      await forecastSlots(levels, forecaster, threshold, (fn, minute, slots) => {
        for (; done < fn; done++) builder.endRow(0);
        const fromUs = minute * US_PER_MINUTE - shiftUs[fn]!;
        if (fromUs < options.untilUs) builder.change(Math.max(0, fromUs), slots);
      });
      for (; done < rows.length; done++) builder.endRow(0);
    }
    from += rows.length;
    onProgress?.(from);
  }
  return builders.map((builder) => builder.finish());
}

/** The rows from `first` on that are forecast together: at least one. */
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
