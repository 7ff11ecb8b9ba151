const BLOCK = 16;

/**
 * Sorts `times[from, to)` ascending, stable, and `order` along with them. Calls come nearly in order, so pieces that
 * are in order already are left alone and only where two overlap are they merged.
 */
export class TimeSorter {
  private spareTimes = new Float64Array(0);
  private spareOrder = new Uint32Array(0);

  sort(times: Float64Array, order: Uint32Array, from: number, to: number): void {
    for (let block = from; block < to; block += BLOCK) insertionSort(times, order, block, Math.min(block + BLOCK, to));
    for (let width = BLOCK; width < to - from; width *= 2) {
      for (let left = from; left + width < to; left += 2 * width) {
        const middle = left + width;
        if (times[middle - 1]! > times[middle]!) this.merge(times, order, left, middle, Math.min(middle + width, to));
      }
    }
  }

  /** Merges [left, middle) and [middle, to), of which the ends that already lie right stay where they are. */
  private merge(times: Float64Array, order: Uint32Array, left: number, middle: number, to: number): void {
    const from = upperBound(times, left, middle, times[middle]!);
    const end = lowerBound(times, middle, to, times[middle - 1]!);
    const length = middle - from;
    if (length > this.spareTimes.length) {
      this.spareTimes = new Float64Array(2 * length);
      this.spareOrder = new Uint32Array(2 * length);
    }
    const {spareTimes, spareOrder} = this;
    spareTimes.set(times.subarray(from, middle));
    spareOrder.set(order.subarray(from, middle));
    let [a, b, at] = [0, middle, from];
    while (a < length) {
      if (b < end && times[b]! < spareTimes[a]!) {
        times[at] = times[b]!;
        order[at++] = order[b++]!;
      } else {
        times[at] = spareTimes[a]!;
        order[at++] = spareOrder[a++]!;
      }
    }
  }
}

function insertionSort(times: Float64Array, order: Uint32Array, from: number, to: number): void {
  for (let i = from + 1; i < to; i++) {
    const time = times[i]!;
    if (times[i - 1]! <= time) continue;
    const row = order[i]!;
    let at = i;
    for (; at > from && times[at - 1]! > time; at--) {
      times[at] = times[at - 1]!;
      order[at] = order[at - 1]!;
    }
    times[at] = time;
    order[at] = row;
  }
}

/** First index in [from, to) with a time above `time`, else `to`. */
function upperBound(times: Float64Array, from: number, to: number, time: number): number {
  let [low, high] = [from, to];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (times[middle]! > time) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** First index in [from, to) with a time of at least `time`, else `to`. */
function lowerBound(times: Float64Array, from: number, to: number, time: number): number {
  let [low, high] = [from, to];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (times[middle]! >= time) high = middle;
    else low = middle + 1;
  }
  return low;
}
