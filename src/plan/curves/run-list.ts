import {doubled} from '../../workload/columns.ts';
import {densityOf} from './segments.ts';

/** Runs of slots of many units, as columns that grow. */
export class RunList {
  count = 0;
  unit = new Int32Array(1024);
  group = new Int32Array(1024);
  slots = new Int32Array(1024);
  value = new Float64Array(1024);
  use = new Float64Array(1024);

  push(unit: number, group: number, slots: number, value: number, use: number): void {
    if (this.count === this.unit.length) this.grow();
    const at = this.count++;
    this.unit[at] = unit;
    this.group[at] = group;
    this.slots[at] = slots;
    this.value[at] = value;
    this.use[at] = use;
  }

  /** Best density first; equal ones in order of units, so that a unit's runs stay in their own order. */
  sorted(): Int32Array {
    const density = this.value.map((value, i) => densityOf(value, this.use[i]!));
    const order = Int32Array.from({length: this.count}, (_, i) => i);
    return order.sort((a, b) => (density[a] === density[b] ? a - b : density[a]! < density[b]! ? 1 : -1));
  }

  private grow(): void {
    this.unit = doubled(this.unit);
    this.group = doubled(this.group);
    this.slots = doubled(this.slots);
    this.value = doubled(this.value);
    this.use = doubled(this.use);
  }
}
