import type {PlanFile} from '../../src/plan/file/plan-file.ts';

/**
 * A plan's rows read one by one, beside the readers of src/: slots of function `f` that should be kept or starting at `timeUs`: those of its window, from the lead time before it;
 * the most where windows overlap, 0 outside of all. O(rows of the function).
 */
export function slotsAt(plan: PlanFile, f: number, timeUs: number): number {
  let slots = 0;
  for (let row = plan.start[f]!; row < plan.start[f + 1]!; row++) {
    const since = timeUs - (plan.startUs[row]! - plan.leadUs[row]!);
    const turn = plan.repeatUs[row]!;
    const phase = turn > 0 && since >= 0 ? since % turn : since;
    if (phase >= 0 && phase < lengthUs(plan, row)) slots = Math.max(slots, plan.slots[row]!);
  }
  return slots;
}

/** The next time after `timeUs` at which `slotsAt` may change for function `f`; Infinity when it stays as it is. */
export function nextChangeUs(plan: PlanFile, f: number, timeUs: number): number {
  let next = Number.POSITIVE_INFINITY;
  for (let row = plan.start[f]!; row < plan.start[f + 1]!; row++) {
    const begin = plan.startUs[row]! - plan.leadUs[row]!;
    const length = lengthUs(plan, row);
    const turn = plan.repeatUs[row]!;
    if (timeUs < begin) next = Math.min(next, begin);
    else if (turn > 0) {
      const phase = (timeUs - begin) % turn;
      next = Math.min(next, timeUs - phase + (phase < length ? length : turn));
    } else if (timeUs < begin + length) next = Math.min(next, begin + length);
  }
  return next;
}

/** From the first start to the end of the window; a window that repeats at once is one without end. */
function lengthUs(plan: PlanFile, row: number): number {
  const length = plan.endUs[row]! - plan.startUs[row]! + plan.leadUs[row]!;
  return plan.repeatUs[row]! > 0 ? Math.min(length, plan.repeatUs[row]!) : length;
}
