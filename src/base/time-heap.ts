/** A binary min-heap of numbers. */
export class TimeHeap {
  size = 0;
  /** [0] is the least; Infinity when there is none. An array, so that reading it boxes nothing. */
  items = new Float64Array(64).fill(Number.POSITIVE_INFINITY);

  push(value: number): void {
    if (this.size + 1 >= this.items.length) {
      const larger = new Float64Array(2 * this.items.length);
      larger.set(this.items);
      this.items = larger;
    }
    const {items} = this;
    let at = this.size++;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (items[parent]! <= value) break;
      items[at] = items[parent]!;
      at = parent;
    }
    items[at] = value;
  }

  /** Removes the least. The heap must not be empty. */
  pop(): void {
    const {items} = this;
    const size = --this.size;
    const value = items[size]!;
    items[size] = Number.POSITIVE_INFINITY;
    if (size === 0) return;
    let at = 0;
    for (let child = 1; child < size; child = 2 * at + 1) {
      if (child + 1 < size && items[child + 1]! < items[child]!) child++;
      if (items[child]! >= value) break;
      items[at] = items[child]!;
      at = child;
    }
    items[at] = value;
  }

  clear(): void {
    this.items.fill(Number.POSITIVE_INFINITY, 0, this.size);
    this.size = 0;
  }
}
