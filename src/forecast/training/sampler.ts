import {mixKeys, Random} from '../../base/random.ts';
import type {MinuteSeries} from '../../demand/calls/minute-series.ts';
import {CallHistory} from '../history.ts';
import {Augmenter} from './augment.ts';
import type {TrainingRows} from './rows.ts';
import {VisitOrder} from './visit-order.ts';

/** Rows drawn from a function at one visit: loading it costs about as much as these. */
const ROWS_PER_VISIT = 32;
/** Visits to functions without a row to give, in a row, after which there is nothing to learn from. */
const PATIENCE = 10_000;

/** Where rows may lie: minutes in [from, until), whose windows may end by `limit`. */
export interface RowRange {
  readonly from: number;
  readonly until: number;
  readonly limit: number;
}

/** Draws training rows at random, function by function. What is drawn depends on (seed, draw number) alone. */
export class RowSampler {
  private readonly series: MinuteSeries;
  private readonly history: CallHistory;
  private readonly augmenter: Augmenter;
  private readonly order: VisitOrder;
  private readonly seed: number;

  constructor(series: MinuteSeries, augment: number, seed: number) {
    this.series = series;
    this.history = new CallHistory(series.span, series.clock);
    this.augmenter = new Augmenter(augment);
    this.order = new VisitOrder(series);
    this.seed = seed;
  }

  /**
   * Fills all of `rows` from random functions (see VisitOrder) and minutes of `range`, in random order, weighted for batches of
   * `rowsPerBatch`. Returns false if the series hold no row there at all.
   */
  fill(rows: TrainingRows, draw: number, range: RowRange, rowsPerBatch: number): boolean {
    if (this.order.empty) return false;
    const random = new Random(mixKeys(this.seed, draw) >>> 0);
    const place = shuffled(rows.capacity, random);
    const minutes = new Uint32Array(ROWS_PER_VISIT);
    let written = 0;
    for (let idle = 0; written < rows.capacity; ) {
      this.augmenter.load(this.history, this.series, this.order.next(random), random);
      const from = Math.max(range.from, this.history.firstMinute() + 1);
      if (from >= range.until) {
        if (++idle > PATIENCE) return false;
        continue;
      }
      idle = 0;
      const visit = Math.min(ROWS_PER_VISIT, range.until - from, rows.capacity - written);
      for (let i = 0; i < visit; i++) minutes[i] = from + random.below(range.until - from);
      const ordered = minutes.subarray(0, visit).sort();
      for (const minute of ordered) {
        this.history.seek(minute);
        rows.write(place[written++]!, this.history, range.limit, rowsPerBatch, random);
      }
    }
    return true;
  }
}

/** The numbers 0 .. n - 1 in random order (Fisher and Yates). */
function shuffled(n: number, random: Random): Uint32Array {
  const order = Uint32Array.from({length: n}, (_, i) => i);
  for (let i = n - 1; i > 0; i--) {
    const j = random.below(i + 1);
    const swapped = order[i]!;
    order[i] = order[j]!;
    order[j] = swapped;
  }
  return order;
}
