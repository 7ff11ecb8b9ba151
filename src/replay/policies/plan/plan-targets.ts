import {inputError} from '../../../base/errors.ts';
import type {PlanFile} from '../../../plan/file/plan-file.ts';
import {type SlotTargets, SlotTargetsBuilder} from '../../../scheduler/parts/keep-alive/targets/slot-targets.ts';

/** Changes that windows of one function may come to when their repetitions have to be written out. */
const MAX_CHANGES = 10_000_000;

/** How a plan is laid over a replay. */
export interface PlanUse {
  /** Which function of the plan each row of the workload is, -1 for none. [row] */
  readonly planRow: Int32Array;
  /** How long instances beyond the plan stay; undefined: as long as the plan says. */
  readonly spillUs: number | undefined;
  /** Time 0 of the plan less that of the workload: windows that repeat hold at the same time of day or week. */
  readonly shiftUs: number;
  /** Nothing is wanted of times from here on. */
  readonly untilUs: number;
  /** Names the plan in messages. */
  readonly place: string;
}

/**
 * The targets of a workload's rows under a plan: in each of its windows a function is to have the window's slots, the
 * largest number where windows overlap, and outside of them none. Starts begin the window's lead before it. A window
 * that begins with as many slots as before is a change as well: what has gone meanwhile is started again.
 */
export function planTargets(plan: PlanFile, use: PlanUse): SlotTargets {
  const {planRow, spillUs} = use;
  const builder = new SlotTargetsBuilder(planRow.length);
  const sweep = new WindowSweep(builder);
  for (const f of planRow) {
    const repeatUs = f < 0 ? 0 : addWindows(windowsOf(plan, f, use.shiftUs), sweep, use);
    builder.endRow(spillUs ?? (f < 0 ? plan.otherSpillUs : plan.spillUs[f]!), repeatUs);
  }
  return builder.finish();
}

/** A window of one function, on the replay's clock. */
interface Window {
  /** May lie before time 0. A window that repeats begins before the end of the first turn, or has not begun yet. */
  readonly startUs: number;
  readonly endUs: number;
  readonly leadUs: number;
  readonly slots: number;
  readonly repeatUs: number;
}

/** The windows in which the plan's function `f` has slots. */
function windowsOf({start, startUs, endUs, leadUs, slots, repeatUs}: PlanFile, f: number, shiftUs: number): Window[] {
  const windows: Window[] = [];
  for (let row = start[f]!; row < start[f + 1]!; row++) {
    if (slots[row] === 0) continue;
    const turnUs = repeatUs[row]!;
    const lengthUs = endUs[row]! - startUs[row]!;
    let beginUs = startUs[row]! + (turnUs > 0 ? shiftUs : 0);
    // Its turns before time 0 are over, but for the one that lasts till then.
    if (beginUs + lengthUs <= 0 && turnUs > 0) beginUs += Math.ceil((1 - beginUs - lengthUs) / turnUs) * turnUs;
    windows.push({
      startUs: beginUs,
      endUs: beginUs + lengthUs,
      leadUs: leadUs[row]!,
      slots: slots[row]!,
      repeatUs: turnUs,
    });
  }
  return windows;
}

/** Adds the changes of one function; returns the time after which they come again, 0 for never. */
function addWindows(windows: readonly Window[], sweep: WindowSweep, {untilUs, place}: PlanUse): number {
  if (windows.length === 0) return 0;
  const turnUs = oneTurn(windows);
  for (const {startUs, endUs, leadUs, slots, repeatUs} of windows) {
    if (turnUs > 0) {
      sweep.add(startUs, endUs, leadUs, slots);
      // What lies before time 0 comes at the end of the first turn.
      if (startUs - leadUs < 0) sweep.add(startUs + turnUs, Math.min(turnUs, endUs + turnUs), leadUs, slots);
      continue;
    }
    // Windows that do not share their turn are written out.
    const times = repeatUs === 0 ? 1 : Math.max(1, Math.ceil((untilUs + leadUs - startUs) / repeatUs));
    if (sweep.length + times > MAX_CHANGES) {
      throw inputError(place, `windows of one function that repeat at different times make ${times} changes`);
    }
    for (let k = 0; k < times; k++) sweep.add(startUs + k * repeatUs, endUs + k * repeatUs, leadUs, slots);
  }
  sweep.finish();
  return turnUs;
}

/** The time after which all windows come again, if it is one and the same and their first turn is like any other; else 0. */
function oneTurn(windows: readonly Window[]): number {
  const turnUs = windows[0]!.repeatUs;
  let beginUs = Number.POSITIVE_INFINITY;
  for (const {startUs, leadUs} of windows) beginUs = Math.min(beginUs, Math.max(0, startUs - leadUs));
  const alike = windows.every(
    ({repeatUs, leadUs, endUs}) => repeatUs === turnUs && leadUs < turnUs && endUs <= beginUs + turnUs,
  );
  return alike ? turnUs : 0;
}

interface Stretch {
  readonly fromUs: number;
  readonly untilUs: number;
  readonly slots: number;
}

/** Turns the overlapping windows of one function into changes of its target. */
class WindowSweep {
  private readonly builder: SlotTargetsBuilder;
  private readonly stretches: Stretch[] = [];
  /** Times at which missing instances are started even if the target stays what it is. */
  private readonly starts = new Set<number>();
  /** Stretches that hold at the time at hand, most slots first; those with fewer may have ended. */
  private readonly open: Stretch[] = [];
  private times = new Float64Array(64);

  constructor(builder: SlotTargetsBuilder) {
    this.builder = builder;
  }

  /** Stretches added so far. */
  get length(): number {
    return this.stretches.length;
  }

  /** `slots` from `startUs` to `endUs`, begun `leadUs` earlier. What lies before time 0 is left out. */
  add(startUs: number, endUs: number, leadUs: number, slots: number): void {
    if (endUs <= 0) return;
    this.stretches.push({fromUs: Math.max(0, startUs - leadUs), untilUs: endUs, slots});
    if (startUs >= 0) this.starts.add(startUs);
  }

  /** Hands the changes to the builder and is empty again. */
  finish(): void {
    const {stretches, starts, builder, open} = this;
    stretches.sort((a, b) => a.fromUs - b.fromUs);
    let begun = 0;
    let held = 0;
    let lastUs = Number.NEGATIVE_INFINITY;
    for (const at of this.sortedTimes()) {
      if (at === lastUs) continue;
      lastUs = at;
      while (begun < stretches.length && stretches[begun]!.fromUs <= at) insert(open, stretches[begun++]!);
      while (open.length > 0 && open[0]!.untilUs <= at) open.shift();
      const slots = open[0]?.slots ?? 0;
      if (slots !== held || (slots > 0 && starts.has(at))) builder.change(at, slots);
      held = slots;
    }
    stretches.length = open.length = 0;
    starts.clear();
  }

  /** All times at which the target may change, ascending. */
  private sortedTimes(): Float64Array {
    const {stretches, starts} = this;
    const most = 2 * stretches.length + starts.size;
    if (this.times.length < most) this.times = new Float64Array(2 * most);
    let n = 0;
    for (const {fromUs, untilUs} of stretches) {
      this.times[n++] = fromUs;
      this.times[n++] = untilUs;
    }
    for (const at of starts) this.times[n++] = at;
    return this.times.subarray(0, n).sort();
  }
}

function insert(open: Stretch[], stretch: Stretch): void {
  let low = 0;
  let high = open.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (open[middle]!.slots >= stretch.slots) low = middle + 1;
    else high = middle;
  }
  open.splice(low, 0, stretch);
}
