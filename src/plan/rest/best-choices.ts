import type {Demand} from '../demand/demand.ts';
import type {GroupPrices} from './known-choices.ts';
import type {Response, TimePricing} from './price-times.ts';
import type {TimedUnits} from './timed-units.ts';

/** So much lower a price is looked at to see which functions change. */
const NEARBY = 1e-3;
/** So many that change are taken one by one, at most. */
const MOST = 20_000;

/** A choice of one function: what it is worth against unloading after each call, and what it takes. */
interface Choice {
  readonly f: number;
  readonly keepSeconds: number;
  readonly slots: Int32Array; // [window]
  readonly value: number;
  readonly use: number;
}

/** What is best for each function at a price, and then a little below it as far as the budget goes. */
export class BestChoices {
  readonly keepSeconds: Float64Array; // [function]
  readonly slots: Int32Array; // [unit]
  private readonly functions: number;

  constructor({functions, ratePerSecond}: Demand) {
    this.functions = functions;
    this.keepSeconds = new Float64Array(functions);
    this.slots = new Int32Array(ratePerSecond.length);
  }

  readonly take = (f: number, {keepSeconds, slots}: TimedUnits): void => this.put({f, keepSeconds, slots});

  /**
   * Functions that are alike change their choice at one price, all at once. Lets those that change just below the price
   * do so one by one, at the highest price first, while there is room: what is left of the budget is less than the next
   * one takes, and at its price the bound is as low as it gets. Of one budget for all; `at` is what all choices come to at
   * the price, within the budget. Returns the same after the changes, and what they gained.
   */
  fill(pricing: TimePricing, {constraint, price}: GroupPrices, at: Response): Response & {readonly gain: number} {
    const [p, limit, used] = [price[0]!, constraint.limit[0]!, at.used[0]![0]!];
    const priced = (to: number): GroupPrices[] => [{constraint, price: Float64Array.of(to)}];
    const choiceAt = (f: number, units: TimedUnits, paid: number): Choice => {
      const use = new Float64Array(1);
      units.addUse(f, constraint, 1, use);
      const {keepSeconds, slots, net} = units;
      return {f, keepSeconds, slots: slots.slice(), value: net + paid * use[0]!, use: use[0]!};
    };
    const low = p * (1 - NEARBY);
    const after: Choice[] = [];
    const below = pricing.respond(priced(low), 1, (f, units) => {
      // Of what is not called there is nothing to choose.
      if (units.net > 0 && this.differs(f, units)) after.push(choiceAt(f, units, low));
    });
    const bound = Math.min(at.bound, below.bound);
    if (after.length > MOST) return {...at, bound, gain: 0};
    const changed = after.map(({f}) => f);
    const before: Choice[] = [];
    pricing.respondOf(changed, priced(p), (f, units) => before.push(choiceAt(f, units, p)));
    const moves = after.map((to, i) => {
      const [takes, gain] = [to.use - before[i]!.use, to.value - before[i]!.value];
      return {to, takes, gain, price: gain / takes};
    });
    moves.sort((a, b) => b.price - a.price || a.to.f - b.to.f);
    let [left, gain, next] = [limit - used, 0, low];
    for (const move of moves) {
      if (!(move.takes > 0 && move.gain > 0)) continue;
      if (move.takes > left) {
        next = Math.max(next, move.price);
        continue;
      }
      left -= move.takes;
      gain += move.gain;
      this.put(move.to);
    }
    // All others have the same choice at every price between the two.
    let others = used;
    let atNext = at.bound;
    for (const {value, use} of before) {
      others -= use;
      atNext -= value - p * use;
    }
    atNext += (p - next) * (others - limit);
    pricing.respondOf(changed, priced(next), (_, units) => {
      atNext += units.net;
    });
    return {bound: Math.min(bound, atNext), used: [Float64Array.of(limit - left)], gain};
  }

  private put({f, keepSeconds, slots}: Pick<Choice, 'f' | 'keepSeconds' | 'slots'>): void {
    this.keepSeconds[f] = keepSeconds;
    for (let w = 0, u = f; u < this.slots.length; w++, u += this.functions) this.slots[u] = slots[w]!;
  }

  private differs(f: number, {keepSeconds, slots}: TimedUnits): boolean {
    return keepSeconds !== this.keepSeconds[f] || slots.some((n, w) => n !== this.slots[w * this.functions + f]);
  }
}
