import type {Random} from '../../base/random.ts';
import {features, writeFeatures} from '../features/features.ts';
import type {CallHistory} from '../history.ts';
import {logAnchor} from '../network/anchor.ts';
import {CLIP, type Standardisation} from '../network/inference-graph.ts';
import {SEGMENTS, segmentOf} from '../segments.ts';

/** Rows as the training graph takes them, and the segment of each. */
export class TrainingRows {
  readonly capacity: number;
  readonly x: Float32Array;
  readonly active: Float32Array;
  readonly target: Float32Array;
  readonly weight: Float32Array;
  readonly countWeight: Float32Array;
  readonly segment: Uint8Array;
  private readonly horizons: readonly number[];
  private readonly countFactor: number;

  /** `countWeight` is that of TrainOptions; `levels` the number of quantiles that share it. */
  constructor(capacity: number, horizons: readonly number[], levels: number, countWeight: number) {
    this.capacity = capacity;
    this.horizons = horizons;
    this.countFactor = countWeight / levels;
    this.x = new Float32Array(capacity * features.length);
    this.active = new Float32Array(capacity * horizons.length);
    this.target = new Float32Array(capacity * horizons.length);
    this.weight = new Float32Array(capacity * horizons.length);
    this.countWeight = new Float32Array(capacity * horizons.length);
    this.segment = new Uint8Array(capacity).fill(SEGMENTS);
  }

  /**
   * Writes the row that `history` stands at: features, and for each window that ends by `limit` what came in it.
   * Weights are a share of `rowsPerBatch`; shorter windows weigh more, as they can be forecast better.
   */
  write(row: number, history: CallHistory, limit: number, rowsPerBatch: number, random: Random): void {
    const {horizons} = this;
    writeFeatures(history, this.x, row * features.length);
    this.segment[row] = segmentOf(history);
    let calls = 0;
    let counted = history.now;
    for (let h = 0; h < horizons.length; h++) {
      const minutes = horizons[h]!;
      const at = row * horizons.length + h;
      const end = history.now + minutes;
      if (end > limit) {
        this.weight[at] = this.countWeight[at] = this.active[at] = this.target[at] = 0;
        continue;
      }
      calls += history.callsBetween(counted, end);
      counted = end;
      this.active[at] = calls > 0 ? 1 : 0;
      this.target[at] = Math.log1p(calls + random.next()) - logAnchor(this.x, row * features.length, minutes);
      this.weight[at] = 1 / Math.sqrt(minutes) / rowsPerBatch;
      this.countWeight[at] = this.weight[at]! * this.countFactor;
    }
  }

  /** Standardises the features of the first `rows` rows in place. */
  standardise(rows: number, {offset, factor}: Standardisation): void {
    const {x} = this;
    const width = features.length;
    for (let i = 0, row = 0; row < rows; row++) {
      for (let j = 0; j < width; j++, i++) {
        const value = (x[i]! - offset[j]!) * factor[j]!;
        x[i] = value > CLIP ? CLIP : value < -CLIP ? -CLIP : value;
      }
    }
  }
}
