import type {Constraint} from '../bounds/constraints.ts';

/** A price for each group of a constraint, objective for a unit of the resource. */
export interface GroupPrices {
  readonly constraint: Constraint;
  readonly price: Float64Array;
}

const UNKNOWN = 255;

/**
 * The choice that was best for each function, what the next best came to, and the prices of then. At prices p' with
 * p <= (1 + d) p' a choice worth v that takes u comes to v - p'u <= (v - pu + d v) / (1 + d): while prices move little,
 * that shows most functions to have nothing better than they had, and the other choices need no look.
 */
export class KnownChoices {
  private readonly choice: Uint8Array; // [function]
  private readonly nextBest: Float64Array; // [function]
  private readonly knownAt: Int32Array; // [function], an index of `seen`
  /** Prices that something was remembered at, constraint after constraint; and by how much they exceed those of now. */
  private readonly seen: Float64Array[] = [];
  private excess = new Float64Array(0); // NaN: not looked at yet
  private now = new Float64Array(0);

  constructor(functions: number) {
    this.choice = new Uint8Array(functions).fill(UNKNOWN);
    this.nextBest = new Float64Array(functions);
    this.knownAt = new Int32Array(functions);
  }

  /** Prices of all that follows. */
  setPrices(prices: readonly GroupPrices[]): void {
    this.now = Float64Array.from(prices.flatMap(({price}) => Array.from(price)));
    this.excess = new Float64Array(this.seen.length).fill(Number.NaN);
  }

  /** The choice of a function that may still be its best; -1: nothing is known. */
  of(f: number): number {
    return this.choice[f] === UNKNOWN || this.excessOf(f) === Number.POSITIVE_INFINITY ? -1 : this.choice[f]!;
  }

  /** What any other choice of a function comes to at most, none being worth more than `most` before it pays. */
  othersAtMost(f: number, most: number): number {
    const excess = this.excessOf(f);
    return (this.nextBest[f]! + excess * most) / (1 + excess);
  }

  remember(f: number, choice: number, nextBest: number): void {
    if (this.seen.at(-1) !== this.now) {
      this.seen.push(this.now);
      const excess = new Float64Array(this.seen.length);
      excess.set(this.excess);
      this.excess = excess;
    }
    this.choice[f] = choice;
    this.nextBest[f] = nextBest;
    this.knownAt[f] = this.seen.length - 1;
  }

  private excessOf(f: number): number {
    const at = this.knownAt[f]!;
    if (Number.isNaN(this.excess[at]!)) this.excess[at] = excessOver(this.seen[at]!, this.now);
    return this.excess[at]!;
  }
}

/** The share by which the prices `then` exceed those of `now` at most; 0: none does. */
function excessOver(then: Float64Array, now: Float64Array): number {
  if (then.length !== now.length) return Number.POSITIVE_INFINITY;
  let excess = 0;
  for (let i = 0; i < now.length; i++) if (then[i]! > now[i]!) excess = Math.max(excess, then[i]! / now[i]! - 1);
  return excess;
}
