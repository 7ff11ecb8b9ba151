import {mixKeys} from '../../../base/random.ts';
import {NONE} from '../../core/instances.ts';
import {BoundedBins} from './bounded-hash.ts';
import {KeyedRows} from './keyed-rows.ts';
import type {SessionRule} from './session-rule.ts';

/** Where sessions were bound, at their most, in a function whose instances they are bound to. */
export interface Spread {
  /** Of the cell. */
  readonly fn: number;
  readonly seats: number;
  readonly most: number;
  readonly mostInOne: number;
}

/** Which seat of its function each session, or room, is bound to: from its first action until it is put away. */
export class Bindings {
  private readonly rule: SessionRule;
  private readonly rows = new KeyedRows();
  private readonly bins: readonly (BoundedBins | undefined)[]; // [function]
  private seat = new Int32Array(1024).fill(NONE); // [row]
  private owner = new Int32Array(1024); // [row] function
  /** Calls without a session take turns. */
  private turn = 0;

  constructor(rule: SessionRule) {
    this.rule = rule;
    const {bound} = rule.terms.routing;
    this.bins = Array.from({length: rule.functions}, (_, fn) =>
      rule.seats[fn]! > 0 ? new BoundedBins(rule.seats[fn]!, bound) : undefined,
    );
  }

  /** True where calls of `fn` go to seats. */
  binds(fn: number): boolean {
    return this.bins[fn] !== undefined;
  }

  /** A call of `fn` has come, of that session or room: its row. */
  comes(fn: number, key: number): number {
    const row = this.rows.rowOf(fn, key);
    this.rows.comes(row);
    if (row >= this.seat.length) this.grow();
    if (this.seat[row] === NONE) {
      this.owner[row] = fn;
      this.seat[row] = this.bins[fn]!.take(mixKeys(mixKeys(this.rule.key[fn]!, this.rule.seed), key));
    }
    return row;
  }

  /** The function that stands for the seat of `row`. */
  functionOf(row: number): number {
    return this.seated(this.owner[row]!, this.seat[row]!);
  }

  /** The same of the seat that a call of `fn` without session takes. */
  next(fn: number): number {
    return this.seated(fn, this.turn++ % this.rule.seats[fn]!);
  }

  private seated(fn: number, seat: number): number {
    return seat === 0 ? fn : this.rule.secondSeat[fn]! + seat - 1;
  }

  /** A call of `row` is over. */
  goes(row: number, nowUs: number): void {
    this.rows.goes(row, nowUs);
  }

  /** Who has rested for long is bound no longer. */
  letGo(nowUs: number): void {
    const {passivateUs} = this.rule.terms;
    for (;;) {
      const row = this.rows.takeRested(passivateUs, nowUs);
      if (row === NONE) return;
      this.bins[this.owner[row]!]!.leave(this.seat[row]!);
      this.seat[row] = NONE;
    }
  }

  beginCounting(): void {
    for (const bins of this.bins) bins?.forget();
  }

  get spreads(): Spread[] {
    return this.bins.flatMap((bins, fn) => {
      if (bins === undefined) return [];
      const {held, most, mostInOne} = bins;
      return [{fn, seats: held.length, most, mostInOne}];
    });
  }

  private grow(): void {
    const seat = new Int32Array(2 * this.seat.length).fill(NONE);
    seat.set(this.seat);
    this.seat = seat;
    const owner = new Int32Array(seat.length);
    owner.set(this.owner);
    this.owner = owner;
  }
}
