/**
 * Timers of a cell (expiries, pre-warms becoming ready, policy wake-ups): a binary min-heap ordered by
 * (time, order), in parallel arrays that grow to the peak number of pending timers and allocate nothing after.
 * `order` is made of kind and sequence (events.ts), so equal times come out in one defined order on every machine.
 */
export class EventHeap {
  size = 0;
  /** [0]: time of the earliest timer in us; Infinity when there is none. An array, so that reading it boxes nothing. */
  readonly top = new Float64Array([Number.POSITIVE_INFINITY]);
  private times: Float64Array;
  private orders: Float64Array;
  private payloads: Int32Array;

  constructor(capacity = 1024) {
    this.times = new Float64Array(capacity);
    this.orders = new Float64Array(capacity);
    this.payloads = new Int32Array(capacity);
  }

  /** Order and payload of the earliest timer. The heap must not be empty. */
  get topOrder(): number {
    return this.orders[0]!;
  }

  get topPayload(): number {
    return this.payloads[0]!;
  }

  push(timeUs: number, order: number, payload: number): void {
    if (this.size === this.times.length) this.grow();
    const {times, orders, payloads} = this;
    let i = this.size++;
    while (i > 0) {
      const parent = (i - 1) >> 1;
      const parentUs = times[parent]!;
      if (timeUs > parentUs || (timeUs === parentUs && order >= orders[parent]!)) break;
      times[i] = parentUs;
      orders[i] = orders[parent]!;
      payloads[i] = payloads[parent]!;
      i = parent;
    }
    times[i] = timeUs;
    orders[i] = order;
    payloads[i] = payload;
    this.top[0] = times[0]!;
  }

  /** Removes the earliest timer. The heap must not be empty. */
  pop(): void {
    const {times, orders, payloads} = this;
    const size = --this.size;
    if (size === 0) {
      this.top[0] = Number.POSITIVE_INFINITY;
      return;
    }
    const timeUs = times[size]!;
    const order = orders[size]!;
    const payload = payloads[size]!;
    const half = size >> 1;
    let i = 0;
    while (i < half) {
      let child = 2 * i + 1;
      const right = child + 1;
      if (right < size && this.before(right, child)) child = right;
      const childUs = times[child]!;
      if (childUs > timeUs || (childUs === timeUs && orders[child]! >= order)) break;
      times[i] = childUs;
      orders[i] = orders[child]!;
      payloads[i] = payloads[child]!;
      i = child;
    }
    times[i] = timeUs;
    orders[i] = order;
    payloads[i] = payload;
    this.top[0] = times[0]!;
  }

  clear(): void {
    this.size = 0;
    this.top[0] = Number.POSITIVE_INFINITY;
  }

  private before(a: number, b: number): boolean {
    const {times, orders} = this;
    return times[a]! < times[b]! || (times[a]! === times[b]! && orders[a]! < orders[b]!);
  }

  private grow(): void {
    const capacity = this.times.length * 2;
    const times = new Float64Array(capacity);
    times.set(this.times);
    this.times = times;
    const orders = new Float64Array(capacity);
    orders.set(this.orders);
    this.orders = orders;
    const payloads = new Int32Array(capacity);
    payloads.set(this.payloads);
    this.payloads = payloads;
  }
}
