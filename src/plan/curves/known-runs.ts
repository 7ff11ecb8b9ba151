import {doubled} from '../../workload/columns.ts';
import type {Segments} from './segments.ts';

/** The runs of units, worked out once and kept as columns that grow. */
export class KnownRuns {
  /** Where the runs of each unit begin, and how many there are; -1: not known yet. [unit] */
  private readonly start: Int32Array;
  private readonly count: Int32Array;
  private value = new Float64Array(1024);
  private use = new Float64Array(1024);
  private slots = new Int32Array(1024);
  private length = 0;

  constructor(units: number) {
    this.start = new Int32Array(units);
    this.count = new Int32Array(units).fill(-1);
  }

  /** Writes the runs of a unit; false where they are not known. */
  read(unit: number, segments: Segments): boolean {
    const count = this.count[unit]!;
    if (count < 0) return false;
    segments.reserve(count);
    segments.count = count;
    const {value, use, slots} = segments;
    for (let j = 0, at = this.start[unit]!; j < count; j++, at++) {
      value[j] = this.value[at]!;
      use[j] = this.use[at]!;
      slots[j] = this.slots[at]!;
    }
    return true;
  }

  keep(unit: number, {count, value, use, slots}: Segments): void {
    while (this.length + count > this.value.length) {
      this.value = doubled(this.value);
      this.use = doubled(this.use);
      this.slots = doubled(this.slots);
    }
    this.start[unit] = this.length;
    this.count[unit] = count;
    for (let j = 0; j < count; j++, this.length++) {
      this.value[this.length] = value[j]!;
      this.use[this.length] = use[j]!;
      this.slots[this.length] = slots[j]!;
    }
  }
}
