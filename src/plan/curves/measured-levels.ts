import type {Demand} from '../demand/demand.ts';
import {GRID_TIMES, keepAliveGridUs} from '../rest/keep-alive-grid.ts';
import type {LevelRest, Levels} from './level-columns.ts';

/** The levels of a unit as they were counted, in proportion to its rate. */
export function copyMeasured(demand: Demand, unit: number, atLeast: number, rest: LevelRest, levels: Levels): void {
  const {start, ratePerSecond, wakesPerSecond, idleShare} = demand.measured;
  const f = unit % demand.functions;
  const scale = demand.ratePerSecond[unit]! / ratePerSecond[f]!;
  const from = start[f]!;
  const measured = start[f + 1]! - from;
  const count = Math.max(measured, atLeast);
  levels.reserve(count);
  for (let k = 0; k < measured; k++) {
    levels.wakesPerSecond[k] = scale * wakesPerSecond[from + k]!;
    levels.idleShare[k] = Math.max(0, 1 - scale * (1 - idleShare[from + k]!));
  }
  for (let k = measured; k < count; k++) {
    levels.wakesPerSecond[k] = levels.coldPerSecond[k] = levels.spillShare[k] = 0;
    levels.idleShare[k] = 1;
  }
  levels.count = count;
  copyMeasuredRest(demand, f, scale, rest, levels);
}

/** What was counted under the rest's keep-alive; between two times of the grid a straight line. */
export function copyMeasuredRest({measured}: Demand, f: number, scale: number, rest: LevelRest, levels: Levels): void {
  const {start, keepAliveSeconds, wakesPerSecond, coldPerSecond, spillShare, coldOnGrid, spillOnGrid} = measured;
  const {keepSeconds, idleFactor} = rest;
  const own = keepSeconds === keepAliveSeconds[f];
  const position = gridPosition(keepSeconds);
  const j = Math.floor(position);
  const after = position - j;
  for (let row = start[f]!, k = 0; row < start[f + 1]!; row++, k++) {
    let cold = coldPerSecond[row]!;
    let spill = spillShare[row]!;
    if (!own) {
      const at = row * GRID_TIMES + j;
      cold = (1 - after) * (j < 0 ? wakesPerSecond[row]! : coldOnGrid[at]!);
      spill = j < 0 ? 0 : (1 - after) * spillOnGrid[at]!;
      if (after > 0) {
        cold += after * coldOnGrid[at + 1]!;
        spill += after * spillOnGrid[at + 1]!;
      }
    }
    levels.coldPerSecond[k] = scale * cold;
    levels.spillShare[k] = Math.min(levels.idleShare[k]!, scale * spill * idleFactor);
  }
}

/** Where a time lies among those of the grid, -1 being no time at all; beyond the last: the last. */
function gridPosition(keepSeconds: number): number {
  const us = keepSeconds * 1e6;
  let j = -1;
  while (j + 1 < GRID_TIMES && keepAliveGridUs[j + 1]! <= us) j++;
  if (j === GRID_TIMES - 1) return j;
  const from = j < 0 ? 0 : keepAliveGridUs[j]!;
  return j + (us - from) / (keepAliveGridUs[j + 1]! - from);
}
