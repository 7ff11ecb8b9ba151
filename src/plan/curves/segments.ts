/**
 * The concave benefit curve of one unit: runs of slots that are bought together, best value for the resource first.
 * Scratch space, filled anew for each unit.
 */
export class Segments {
  count = 0;
  /** Objective gained by the run. */
  value = new Float64Array(256);
  /** Resource that the run takes. */
  use = new Float64Array(256);
  /** Slots in the run: 1 unless single slots of it would not be worth it by themselves. */
  slots = new Int32Array(256);

  reserve(runs: number): void {
    if (runs <= this.value.length) return;
    const room = Math.max(runs, this.value.length * 2);
    const {value, use, slots} = this;
    this.value = new Float64Array(room);
    this.value.set(value);
    this.use = new Float64Array(room);
    this.use.set(use);
    this.slots = new Int32Array(room);
    this.slots.set(slots);
  }

  /** Adds a slot behind the others and restores concavity: a better slot pulls worse ones before it into its run. */
  push(value: number, use: number): void {
    this.reserve(this.count + 1);
    let last = this.count++;
    this.value[last] = value;
    this.use[last] = use;
    this.slots[last] = 1;
    for (; last > 0 && worse(this, last - 1, last); last--) {
      this.value[last - 1]! += this.value[last]!;
      this.use[last - 1]! += this.use[last]!;
      this.slots[last - 1]! += this.slots[last]!;
      this.count--;
    }
  }

  /** Forgets the runs at the end that lose more than they gain. */
  dropWorthless(): void {
    while (this.count > 0 && this.value[this.count - 1]! <= 0) this.count--;
  }
}

/** Whether run `a` gains less for its resource than the run `b` after it. */
function worse({value, use}: Segments, a: number, b: number): boolean {
  // A slot that is never idle costs nothing: it gains nothing by itself and goes with the next. One that idles less than
  // the rest would, by the clock, takes less than nothing.
  if (use[a]! <= 0) return value[a]! <= 0;
  if (use[b]! <= 0) return value[b]! >= 0;
  return value[a]! * use[b]! < value[b]! * use[a]!;
}

/** Value for the resource; what takes none goes first. */
export function densityOf(value: number, use: number): number {
  return use > 0 ? value / use : Number.POSITIVE_INFINITY;
}

/** A density as an order-preserving 32-bit integer: the upper half of its floating-point form. */
const word = new Float64Array(1);
const halves = new Uint32Array(word.buffer);

export function densityKey(value: number, use: number): number {
  word[0] = densityOf(value, use);
  return halves[1]!;
}
