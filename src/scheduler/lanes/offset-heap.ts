/** Later than any time within a window: what an empty heap has first. */
export const NEVER = 0x7fffffff;

/** A binary min-heap of times within a window, whole microseconds since its start. */
export class OffsetHeap {
  size = 0;
  private items = new Int32Array(64);

  /** The earliest; NEVER when there is none. */
  get first(): number {
    return this.size === 0 ? NEVER : this.items[0]!;
  }

  push(at: number): void {
    if (this.size === this.items.length) {
      const larger = new Int32Array(2 * this.size);
      larger.set(this.items);
      this.items = larger;
    }
    const {items} = this;
    let place = this.size++;
    while (place > 0) {
      const parent = (place - 1) >> 1;
      if (items[parent]! <= at) break;
      items[place] = items[parent]!;
      place = parent;
    }
    items[place] = at;
  }

  /** Removes the earliest. The heap must not be empty. */
  pop(): void {
    const {items} = this;
    const size = --this.size;
    const at = items[size]!;
    let place = 0;
    for (let child = 1; child < size; child = 2 * place + 1) {
      if (child + 1 < size && items[child + 1]! < items[child]!) child++;
      if (items[child]! >= at) break;
      items[place] = items[child]!;
      place = child;
    }
    items[place] = at;
  }
}
