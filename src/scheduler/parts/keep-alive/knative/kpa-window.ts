/** How Knative averages a window: all seconds alike, or the last ones most. */
export type WindowAverage = 'linear' | 'weightedExponential';

/** Weight that the seconds of a window leave to those before it under `weightedExponential`. */
const LEFT_WEIGHT = 0.0001;
/** However long the window, a second weighs at least so much of what the seconds after it leave. */
const LEAST_WEIGHT = 0.2;
/** Linear averages are cut to whole parts of this. */
const PARTS = 1e6;

/**
 * One window of Knative's autoscaler: values by second, each overwriting the one a window before it. Averages are over
 * the seconds since the first value where the window is not full yet. Rule of knative.dev/serving
 * `pkg/autoscaler/aggregation` (Apache-2.0), written anew.
 */
export class KpaWindow {
  private readonly values: Float64Array; // [second mod length]
  private readonly weight: number; // of the last second; 0 if all weigh alike
  private sum = 0;
  private first = Number.NEGATIVE_INFINITY;
  private last = Number.NEGATIVE_INFINITY;

  constructor(lengthS: number, average: WindowAverage) {
    this.values = new Float64Array(Math.max(1, Math.ceil(lengthS)));
    const {length} = this.values;
    this.weight = average === 'linear' ? 0 : Math.max(LEAST_WEIGHT, 1 - LEFT_WEIGHT ** (1 / length));
  }

  /** Adds to a second, not before the last one recorded. */
  record(second: number, value: number): void {
    const {length} = this.values;
    if (second - this.last >= length) {
      this.values.fill(0);
      this.sum = 0;
      this.first = second;
    } else this.forget(this.last + 1, second);
    this.last = second;
    this.values[second % length]! += value;
    this.sum += value;
  }

  /** Nothing was recorded in the window that ends with this second. */
  isEmpty(second: number): boolean {
    return second - this.last > this.values.length;
  }

  /** Over the window that ends with this second, not before the last recorded; 0 where it is empty. */
  average(second: number): number {
    if (this.isEmpty(second)) return 0;
    return this.weight === 0 ? this.linear(second) : this.weighted(second);
  }

  private forget(from: number, to: number): void {
    const {values} = this;
    for (let second = from; second <= to; second++) {
      const at = second % values.length;
      this.sum -= values[at]!;
      values[at] = 0;
    }
  }

  /** Seconds after the last one recorded are left out, not counted as 0. */
  private linear(second: number): number {
    const {values} = this;
    let [sum, seconds] = [this.sum, Math.min(this.last - this.first + 1, values.length)];
    if (second > this.last) {
      for (let gone = this.last + 1; gone <= second; gone++) sum -= values[gone % values.length]!;
      seconds = Math.min(seconds, values.length - (second - this.last));
    }
    return seconds > 0 ? Math.floor((sum / seconds) * PARTS) / PARTS : 0;
  }

  private weighted(second: number): number {
    const {values, weight} = this;
    let share = weight * (1 - weight) ** (second - this.last);
    let sum = 0;
    for (let at = this.last; at > second - values.length; at--) {
      sum += values[(at + values.length) % values.length]! * share;
      share *= 1 - weight;
    }
    return sum;
  }
}
