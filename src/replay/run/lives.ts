/** Lives of instances, to know how many there were at most at a time within [fromUs, untilUs). */
export class Lives {
  private readonly fromUs: number;
  private readonly untilUs: number;
  private readonly bornUs: Float64Array;
  private readonly goneUs: Float64Array;
  private readonly fn: Int32Array;
  private count = 0;

  /** No more than `most` will be added. */
  constructor(fromUs: number, untilUs: number, most: number) {
    this.fromUs = fromUs;
    this.untilUs = untilUs;
    this.bornUs = new Float64Array(most);
    this.goneUs = new Float64Array(most);
    this.fn = new Int32Array(most);
  }

  /** One of `fn` in [bornUs, goneUs). */
  add(fn: number, bornUs: number, goneUs: number): void {
    if (goneUs <= this.fromUs || bornUs >= this.untilUs || goneUs <= bornUs) return;
    this.bornUs[this.count] = Math.max(bornUs, this.fromUs);
    this.goneUs[this.count] = goneUs;
    this.fn[this.count++] = fn;
  }

  /** The most at a time, each as much as its function weighs; without weights, their number. [function] */
  peak(weights?: Float64Array): number {
    const weigh = (k: number): number => (weights === undefined ? 1 : weights[this.fn[k]!]!);
    const born = this.order(this.bornUs);
    const gone = this.order(this.goneUs);
    let [now, most] = [0, 0];
    for (let b = 0, g = 0; b < this.count; b++) {
      const bornUs = this.bornUs[born[b]!]!;
      // Whoever goes at that time makes room first.
      for (; this.goneUs[gone[g]!]! <= bornUs; g++) now -= weigh(gone[g]!);
      now += weigh(born[b]!);
      if (now > most) most = now;
    }
    return most;
  }

  private order(us: Float64Array): Uint32Array {
    return Uint32Array.from({length: this.count}, (_, k) => k).sort((a, b) => us[a]! - us[b]!);
  }
}
