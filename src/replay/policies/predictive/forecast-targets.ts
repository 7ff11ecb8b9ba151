import {US_PER_MINUTE} from '../../../base/units.ts';
import type {Forecaster} from '../../../forecast/forecaster.ts';
import {forecastSlots} from '../../../forecast/slot-forecast.ts';
import {type SlotTargets, SlotTargetsBuilder} from '../../../scheduler/parts/keep-alive/targets/slot-targets.ts';
import type {Workload} from '../../../workload/workload.ts';
import type {ReplayOptions} from '../../options.ts';
import {chunksOf, type LevelChunk, type LevelSource, levelSource, levelsOf} from './level-chunks.ts';

/**
 * What the policy `predictive` follows: for every function and minute of a replay with those options, how many
 * instances are worth having, forecast from the calls that came before the minute. Made once for the whole fleet, so
 * neither cells nor threads change it. A forecast costs some 3 microseconds, and fewer than half of the minutes of a level
 * need one. `onProgress` is told how many functions are done.
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
  const source = levelSource(workload, options);
  const builders = forecasters.map(() => new SlotTargetsBuilder(workload.functions));
  for (const rows of chunksOf(workload.functions, source.options.untilUs)) {
    const chunk = levelsOf(source, rows);
    for (const [k, forecaster] of forecasters.entries()) {
      builders[k]!.append(await chunkTargets(chunk, source, forecaster));
    }
    onProgress?.(rows.at(-1)! + 1);
  }
  return builders.map((builder) => builder.finish());
}

/** The targets of a chunk's functions, in their order. */
export async function chunkTargets(
  {levels, rows, shiftUs, threshold}: LevelChunk,
  {options}: LevelSource,
  forecaster: Forecaster,
): Promise<SlotTargets> {
  const builder = new SlotTargetsBuilder(rows.length);
  let done = 0;
  await forecastSlots(levels, forecaster, threshold, (fn, minute, slots) => {
    for (; done < fn; done++) builder.endRow(0);
    const fromUs = minute * US_PER_MINUTE - shiftUs[fn]!;
    if (fromUs < options.untilUs) builder.change(Math.max(0, fromUs), slots);
  });
  for (; done < rows.length; done++) builder.endRow(0);
  return builder.finish();
}
