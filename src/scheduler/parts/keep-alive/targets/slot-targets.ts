import {doubled} from '../../../../workload/columns.ts';

/**
 * How many instances each function of a workload is to have, as columns in shared memory that threads read without a
 * copy. A plan makes them, and so can forecasts made minute by minute; `FollowTargets` keeps to them.
 */
export interface SlotTargets {
  /** Row f of the workload has changes `start[f] .. start[f + 1]`. [row + 1] */
  readonly start: Float64Array;
  /**
   * From this time on the function is to have `slots` instances, starting and busy ones included. Whole microseconds,
   * ascending within a row; before the first one no instance is asked for. [change]
   */
  readonly fromUs: Float64Array;
  readonly slots: Int32Array; // [change]
  /** A row's changes come again after this time, for good; 0: they come once and the last one stays. [row] */
  readonly repeatUs: Float64Array;
  /** How long an idle instance beyond the target stays; 0: not at all, Infinity: for good. [row] */
  readonly spillUs: Float64Array;
}

/** The targets of one cell's functions. A function split over cells has its share of the slots in each. */
export interface CellTargets {
  readonly targets: SlotTargets;
  /** Row of each of the cell's functions in the workload, and which of how many equal parts of it is here. */
  readonly row: Int32Array; // [function]
  readonly part: Int32Array; // [function]
  readonly parts: Int32Array; // [function]
  /** When the time 0 of the targets is; before it that holds which holds then. Undefined: as the replay begins. */
  readonly originUs?: number | undefined;
}

/** Builds targets row by row: the changes of a row in order of time, then `endRow`, for every row of the workload. */
export class SlotTargetsBuilder {
  private readonly start: Float64Array;
  private readonly repeatUs: Float64Array;
  private readonly spillUs: Float64Array;
  private fromUs = new Float64Array(1024);
  private slots = new Int32Array(1024);
  private row = 0;
  private changes = 0;

  constructor(rows: number) {
    this.start = shared(Float64Array, rows + 1);
    this.repeatUs = shared(Float64Array, rows);
    this.spillUs = shared(Float64Array, rows);
  }

  /** From `fromUs` on the row at hand is to have `slots` instances. */
  change(fromUs: number, slots: number): void {
    if (this.changes === this.slots.length) {
      this.fromUs = doubled(this.fromUs);
      this.slots = doubled(this.slots);
    }
    this.fromUs[this.changes] = fromUs;
    this.slots[this.changes++] = slots;
  }

  /** The row at hand is complete. See SlotTargets for the times. */
  endRow(spillUs: number, repeatUs = 0): void {
    this.spillUs[this.row] = spillUs;
    this.repeatUs[this.row] = repeatUs;
    this.start[++this.row] = this.changes;
  }

  /** The next rows are those of other targets. */
  append({start, fromUs, slots, spillUs, repeatUs}: SlotTargets): void {
    for (let row = 0; row < spillUs.length; row++) {
      for (let at = start[row]!; at < start[row + 1]!; at++) this.change(fromUs[at]!, slots[at]!);
      this.endRow(spillUs[row]!, repeatUs[row]!);
    }
  }

  /** The columns; the builder is done with. */
  finish(): SlotTargets {
    const {start, repeatUs, spillUs, row, changes} = this;
    if (row !== spillUs.length) throw new Error(`targets of ${row} rows, ${spillUs.length} were announced`);
    const fromUs = shared(Float64Array, changes);
    const slots = shared(Int32Array, changes);
    fromUs.set(this.fromUs.subarray(0, changes));
    slots.set(this.slots.subarray(0, changes));
    return {start, fromUs, slots, repeatUs, spillUs};
  }
}

function shared<T extends Float64Array | Int32Array>(
  Column: {new (buffer: SharedArrayBuffer): T; readonly BYTES_PER_ELEMENT: number},
  length: number,
): T {
  return new Column(new SharedArrayBuffer(length * Column.BYTES_PER_ELEMENT));
}

/** Slots of part `part` of `parts`: as even as whole numbers allow, and together `slots`. */
export function shareOfSlots(slots: number, part: number, parts: number): number {
  return Math.floor((slots + parts - 1 - part) / parts);
}
