import {finishedBy} from '../../../../demand/levels/finished-by.ts';
import type {Future} from '../keep-alive.ts';

/** How long each instance is idle after its calls if no call waits. */
export interface Needs {
  /** From the k-th finish to the next call that needs one instance more than run then; Infinity: never. */
  readonly idleUs: Float64Array;
  /** Calls that find no instance kept for them: when each arrives, ascending. */
  readonly opensUs: Float64Array;
}

/**
 * The calls of `fn` as an optimum sees them, `readyUs` being the earliest time at which any instance can be ready.
 * Level by level (see LevelSlots): a finish frees a level, the next call that brings the number of running calls back
 * to it ends the gap. A finish at the time of a call comes first. An instance is kept over a gap below `keepUs`; the
 * call at the end of a longer one needs a new instance.
 */
export function needsOf(future: Future, fn: number, readyUs: number, keepUs: number): Needs {
  const first = future.start[fn]!;
  const n = future.start[fn + 1]! - first;
  const arrivalUs = future.arrivalUs.subarray(first, first + n);
  const endUs = arrivalUs.map((us, k) => Math.max(readyUs, us) + future.durationUs[first + k]!);
  const finishUs = endUs.slice().sort();
  const finishedAt = finishedBy(arrivalUs, endUs, finishUs);
  const idleUs = new Float64Array(n).fill(Number.POSITIVE_INFINITY);
  // Finishes whose level has not been needed again; the top is the level next needed.
  const free = new Int32Array(n);
  let freed = 0;
  let finished = 0;
  const opensUs: number[] = [];
  for (let k = 0; k < n; k++) {
    const nowUs = arrivalUs[k]!;
    while (finished < finishedAt[k]!) free[freed++] = finished++;
    if (freed > 0) {
      const finish = free[--freed]!;
      idleUs[finish] = nowUs - finishUs[finish]!;
      if (idleUs[finish]! < keepUs) continue;
    }
    opensUs.push(nowUs);
  }
  return {idleUs, opensUs: Float64Array.from(opensUs)};
}
