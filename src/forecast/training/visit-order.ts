import type {Random} from '../../base/random.ts';
import type {MinuteSeries} from '../../demand/calls/minute-series.ts';

/** How strongly rare kinds of functions are favoured: 1 draws functions evenly, 0 draws octaves of their calls evenly. */
const EVENNESS = 0.5;

/**
 * Which function training visits next. Traces to learn from hold far more busy functions than platforms do, so each
 * octave of calls is drawn with the square root of its share, then a function of it evenly: a tempered correction of
 * the shift between the two (Conneau and Lample, NeurIPS 2019, use it for rare languages).
 */
export class VisitOrder {
  private readonly octaves: readonly Uint32Array[];
  /** Chance of this octave or one before it. */
  private readonly until: Float64Array;

  constructor(series: MinuteSeries) {
    const rows: number[][] = [];
    for (let f = 0; f < series.rows; f++) {
      let calls = 0;
      for (let i = series.countStart[f]!, end = i + series.length[f]!; i < end; i++) calls += series.count[i]!;
      // Functions without a call have no row to give.
      if (calls > 0) (rows[Math.floor(Math.log2(calls))] ??= []).push(f);
    }
    this.octaves = rows.filter((octave) => octave !== undefined).map((octave) => Uint32Array.from(octave));
    this.until = Float64Array.from(this.octaves, (octave) => octave.length ** EVENNESS);
    for (let k = 1; k < this.until.length; k++) this.until[k]! += this.until[k - 1]!;
  }

  /** True when no function is ever called. */
  get empty(): boolean {
    return this.octaves.length === 0;
  }

  /** The row of the next function; there must be one. */
  next(random: Random): number {
    const at = random.next() * this.until.at(-1)!;
    let k = 0;
    while (this.until[k]! <= at) k++;
    const octave = this.octaves[k]!;
    return octave[random.below(octave.length)]!;
  }
}
