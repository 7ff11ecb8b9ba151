import {mixKeys} from '../../../base/random.ts';

/**
 * The bin of a key among `bins`, uniform, and the same for most keys when there is a bin more: Lamping and Veach, "A fast,
 * minimal memory, consistent hash algorithm", 2014, with a 32-bit generator.
 */
export function binOf(key: number, bins: number): number {
  let bin = -1;
  let next = 0;
  for (let draw = 0; next < bins; draw++) {
    bin = next;
    const share = ((mixKeys(key, draw) >>> 0) + 1) / 4294967296;
    next = Math.floor((bin + 1) / share);
  }
  return bin;
}

/** The most that a bin may hold of `total`, so many times the mean and rounded up; Infinity: as much as comes. */
export function capOf(bound: number, total: number, bins: number): number {
  // The product of two decimals may lie a hair above the whole number it stands for.
  return Math.ceil(((bound * total) / bins) * (1 - 1e-12));
}

/**
 * What each bin of a ring holds. A key goes to its own bin, or on around the ring to the first that has room below the cap
 * (Mirrokni, Thorup and Zadimoghaddam, "Consistent hashing with bounded loads", SODA 2018).
 */
export class BoundedBins {
  readonly held: Int32Array; // [bin]
  total = 0;
  /** The most that one bin, and that all have held since `forget`. */
  mostInOne = 0;
  most = 0;
  private readonly bound: number;

  constructor(bins: number, bound: number) {
    this.held = new Int32Array(bins);
    this.bound = bound;
  }

  /** One more, with that hash; the bin that takes it. */
  take(hash: number): number {
    const {held} = this;
    const bins = held.length;
    const cap = capOf(this.bound, ++this.total, bins);
    let bin = binOf(hash, bins);
    while (held[bin]! >= cap) bin = bin + 1 === bins ? 0 : bin + 1;
    held[bin]! += 1;
    this.note(bin);
    return bin;
  }

  /** One less in `bin`. */
  leave(bin: number): void {
    this.held[bin]! -= 1;
    this.total--;
  }

  /** What was held before counts no longer. */
  forget(): void {
    this.most = this.total;
    this.mostInOne = this.held.reduce((most, one) => Math.max(most, one), 0);
  }

  private note(bin: number): void {
    if (this.held[bin]! > this.mostInOne) this.mostInOne = this.held[bin]!;
    if (this.total > this.most) this.most = this.total;
  }
}
