import type {Constraint} from '../bounds/constraints.ts';
import {type TimedDemand, TimedUnits} from './timed-units.ts';

/** What a unit may have. */
interface Option {
  readonly keepSeconds: number;
  readonly slots: number;
  readonly use: number;
  readonly value: number;
}

/** One unit: everything that it may have, and what it has. */
interface UnitOptions {
  readonly unit: number;
  readonly options: readonly Option[];
  now: Option;
}

/** A change of one unit: what it gains and takes beyond what the unit has. */
interface Move {
  readonly of: UnitOptions;
  readonly to: Option;
  readonly gain: number;
  readonly takes: number;
}

/** Choices of units, changed in place. */
export interface Choices {
  readonly slots: Int32Array; // [unit]
  readonly keepSeconds: Float64Array; // [function]
}

/** A unit's slots are changed by so many at most. */
const REACH = 32;
/** Changes of up to three units that are made. */
const MOST_CHANGES = 60;
/** A budget that is used to the last slot is not exceeded, however its parts add up: by this share of it. */
const ROUNDING = 1e-12;
/** States that are kept of a group before its gap is left open. */
const MOST_STATES = 200_000;
/** Moves of which three are combined. */
const TRIPLED = 400;

/** What closing a gap came to. */
export interface Closed {
  /** No plan is better by more; of some functions alone it says nothing of the others. */
  readonly open: number;
  /** What the changes gained, and took of the resource. [group] */
  readonly gain: number;
  readonly taken: Float64Array;
}

/** A plan whose gap is to be closed. */
export interface OpenPlan {
  readonly constraint: Constraint;
  readonly price: Float64Array; // [group]
  /** What the plan takes of the resource. [group] */
  readonly used: Float64Array;
  /** How far it is from its bound; groups whose own is `enough` or less are left as they are. */
  readonly gap: number;
  readonly enough: number;
  /** Functions whose choices may change, the others' being settled; undefined: all. */
  readonly some: readonly number[] | undefined;
}

/**
 * Closes the gap between a plan and its bound where one resource is short. At its price each unit's choice loses
 * something against its best one, and a plan loses the sum of that and of what is left of the resource. First up to
 * three units are changed together while that gains; then, unless only some functions may change, all combinations are
 * looked at that lose less than the plan.
 */
export function closeGap(
  problem: TimedDemand,
  {constraint, price, used, gap, enough, some}: OpenPlan,
  choices: Choices,
): Closed {
  const groups = Array.from(price, (): UnitOptions[] => []);
  const timed = new TimedUnits(problem);
  const {functions} = problem.demand;
  const each = (unit: number): void => {
    const options: Option[] = [];
    const p = price[constraint.groups.of(unit)]!;
    let best = Number.NEGATIVE_INFINITY;
    timed.eachOption(unit, choices.slots[unit]!, REACH, constraint, (keepSeconds, slots, value, use) => {
      best = Math.max(best, value - p * use);
      options.push({keepSeconds, slots, value, use});
    });
    const now = options.find(
      (one) => one.slots === choices.slots[unit] && one.keepSeconds === choices.keepSeconds[unit % functions],
    );
    // What loses more than the plan does is in none that is better.
    const few = options.filter((one) => one === now || best - one.value + p * one.use <= gap);
    if (now) groups[constraint.groups.of(unit)]!.push({unit, options: few, now});
  };
  for (let from = 0; from < choices.slots.length; from += functions) {
    if (some) for (const f of some) each(from + f);
    else for (let f = 0; f < functions; f++) each(from + f);
  }
  const taken = new Float64Array(price.length);
  let [open, gain] = [0, 0];
  groups.forEach((units, g) => {
    if (units.length === 0) return;
    const room = constraint.limit[g]! * (1 + ROUNDING) - used[g]!;
    const group = new GroupGap(units, price[g]!, room);
    const before = group.value();
    open += group.close(enough / groups.length, some === undefined);
    gain += group.value() - before;
    taken[g] = room - group.room;
    for (const {unit, now} of units) {
      choices.slots[unit] = now.slots;
      choices.keepSeconds[unit % functions] = now.keepSeconds;
    }
  });
  return {open, gain, taken};
}

/** The gap of one group. */
class GroupGap {
  private readonly units: UnitOptions[];
  private readonly price: number;
  /** What is left of the resource. */
  room: number;
  /** What the best choices at the price come to. */
  private readonly bound: number;

  constructor(units: UnitOptions[], price: number, room: number) {
    this.units = units;
    this.price = price;
    this.room = room;
    const limit = units.reduce((sum, {now}) => sum + now.use, room);
    this.bound = units.reduce((sum, {options}) => sum + this.best(options), price * limit);
  }

  /** With `searches` all that is better is looked at, else changes of a few units alone. */
  close(enough: number, searches: boolean): number {
    for (let left = MOST_CHANGES; left > 0 && this.gap() > enough; left--) if (!this.improve()) break;
    const isProven = searches && this.gap() > enough && this.searched(enough);
    return Math.max(0, isProven ? Math.min(enough, this.gap()) : this.gap());
  }

  value(): number {
    return this.units.reduce((sum, {now}) => sum + now.value, 0);
  }

  private gap(): number {
    return this.bound - this.value();
  }

  private best(options: readonly Option[]): number {
    return options.reduce((most, one) => Math.max(most, one.value - this.price * one.use), Number.NEGATIVE_INFINITY);
  }

  /** Changes one, two or three units where that gains most; false where nothing does. */
  private improve(): boolean {
    const gap = this.gap();
    const moves = this.units.flatMap((of) => {
      const least = this.best(of.options) - gap;
      return of.options
        .filter((to) => to !== of.now && to.value - this.price * to.use >= least)
        .map((to): Move => ({of, to, gain: to.value - of.now.value, takes: to.use - of.now.use}));
    });
    moves.sort((a, b) => a.takes - b.takes);
    const ahead = new BestUpTo(moves);
    let best: readonly Move[] = [];
    let most = 1e-15 * Math.abs(this.bound);
    const consider = (gain: number, ...chosen: Move[]): void => {
      if (gain <= most) return;
      most = gain;
      best = chosen;
    };
    for (const a of moves) {
      if (a.takes <= this.room) consider(a.gain, a);
      const b = ahead.find(this.room - a.takes, a.of);
      if (b) consider(a.gain + b.gain, a, b);
    }
    if (best.length === 0) this.triples(moves, ahead, consider);
    for (const {of, to, takes} of best) {
      of.now = to;
      this.room -= takes;
    }
    return best.length > 0;
  }

  private triples(moves: readonly Move[], ahead: BestUpTo, consider: (gain: number, ...chosen: Move[]) => void): void {
    const few = [...moves].sort((a, b) => this.loss(a) - this.loss(b)).slice(0, TRIPLED);
    for (let i = 0; i < few.length; i++) {
      for (let j = 0; j < i; j++) {
        const [a, b] = [few[i]!, few[j]!];
        if (a.of === b.of) continue;
        const c = ahead.find(this.room - a.takes - b.takes, a.of, b.of);
        if (c) consider(a.gain + b.gain + c.gain, a, b, c);
      }
    }
  }

  private loss({gain, takes}: Move): number {
    return this.price * takes - gain;
  }

  /** Looks at every plan that loses less than this one, but for `enough`; false where there are too many. */
  private searched(enough: number): boolean {
    const limit = this.room + this.units.reduce((sum, {now}) => sum + now.use, 0);
    const isSearched = new Core(this.units, this.price).search(limit, this.gap(), enough);
    this.room = this.units.reduce((left, {now}) => left - now.use, limit);
    return isSearched;
  }
}

/** A choice for the units of the core looked at so far, those after them having their best. */
interface State {
  /** Of the resource, beyond what all best choices take. */
  readonly takes: number;
  /** Lost against all best choices, at the price. */
  readonly loss: number;
  readonly of: UnitOptions;
  readonly to: Option | undefined;
  readonly before: State | undefined;
}

/** One unit of the core: its best choice, and the others by what they lose against it and take beyond it. */
interface CoreUnit {
  readonly of: UnitOptions;
  readonly best: Option;
  readonly others: readonly {readonly to: Option; readonly loss: number; readonly takes: number}[];
  /** Least that is lost for a unit of the resource more, and less. */
  readonly up: number;
  readonly down: number;
}

/**
 * Dynamic programming over the units that may differ from their best choice, those first that do so for least (the
 * expanding core of Pisinger, 1995): a state is dropped that another one beats with no more of the resource, or whose
 * rest of it, or lack, cannot be made up for by the units to come for less than the best plan loses.
 */
class Core {
  private readonly units: CoreUnit[];
  private readonly price: number;
  /** Over the units from each on. [unit] */
  private readonly up: Float64Array;
  private readonly down: Float64Array;
  private readonly base: number;

  constructor(units: readonly UnitOptions[], price: number) {
    this.price = price;
    this.units = units.map((of) => coreUnit(of, price));
    this.units.sort((a, b) => Math.min(a.up, a.down) - Math.min(b.up, b.down));
    this.base = this.units.reduce((sum, {best}) => sum + best.use, 0);
    const count = this.units.length;
    this.up = new Float64Array(count + 1).fill(price);
    this.down = new Float64Array(count + 1).fill(Number.POSITIVE_INFINITY);
    for (let i = count - 1; i >= 0; i--) {
      this.up[i] = Math.min(this.up[i + 1]!, this.units[i]!.up);
      this.down[i] = Math.min(this.down[i + 1]!, this.units[i]!.down);
    }
  }

  /**
   * Gives the units the best plan within `limit` that loses less than `lowest`, but for `enough`. False: there were too
   * many to look at them all.
   */
  search(limit: number, lowest: number, enough: number): boolean {
    const room = limit - this.base;
    const each = enough / Math.max(1, this.units.length);
    const root: State = {takes: 0, loss: 0, of: this.units[0]!.of, to: undefined, before: undefined};
    let least = lowest;
    let best = undefined as State | undefined;
    let states: State[] = [root];
    const finish = (state: State): void => {
      const total = state.loss + this.price * (room - state.takes);
      if (state.takes > room || total >= least) return;
      least = total;
      best = state;
    };
    finish(root);
    for (let i = 0; i < this.units.length && states.length > 0; i++) {
      const {of, others} = this.units[i]!;
      const next = states.slice();
      for (const {to, loss, takes} of others) {
        for (const before of states) {
          if (before.loss + loss >= least) continue;
          const state = {takes: before.takes + takes, loss: before.loss + loss, of, to, before};
          finish(state);
          next.push(state);
        }
      }
      const [up, down] = [this.up[i + 1]!, this.down[i + 1]!];
      const alive = next.filter(({takes, loss}) => {
        const left = room - takes;
        return loss + (left >= 0 ? (left > 0 ? left * up : 0) : -left * down) < least - each;
      });
      states = undominated(alive, this.price, each);
      if (states.length > MOST_STATES) break;
    }
    if (best) for (const {of, best: own} of this.units) of.now = own;
    for (let at = best; at; at = at.before) if (at.to) at.of.now = at.to;
    return states.length <= MOST_STATES;
  }
}

function coreUnit(of: UnitOptions, price: number): CoreUnit {
  const net = (one: Option): number => one.value - price * one.use;
  const best = of.options.reduce((most, one) => (net(one) > net(most) ? one : most));
  const others = of.options
    .filter((to) => to !== best)
    .map((to) => ({to, loss: net(best) - net(to), takes: to.use - best.use}));
  const rate = (sign: number): number =>
    others.reduce(
      (least, {loss, takes}) => (sign * takes > 0 ? Math.min(least, loss / (sign * takes)) : least),
      Number.POSITIVE_INFINITY,
    );
  return {of, best, others, up: rate(1), down: rate(-1)};
}

/** Those states that no other beats by `each` or more with as little of the resource. */
function undominated(states: State[], price: number, each: number): State[] {
  states.sort((a, b) => a.takes - b.takes || a.loss - b.loss);
  let most = Number.NEGATIVE_INFINITY;
  return states.filter(({takes, loss}) => {
    const value = price * takes - loss;
    if (value <= most + each) return false;
    most = value;
    return true;
  });
}

/** The moves that gain most of all that take so much or less, by different units. */
class BestUpTo {
  private readonly moves: readonly Move[];
  /** Up to each move the three best of different units, best first. */
  private readonly best: readonly (readonly Move[])[];

  constructor(moves: readonly Move[]) {
    this.moves = moves;
    let top: readonly Move[] = [];
    this.best = moves.map((move) => {
      const others = top.filter(({of}) => of !== move.of);
      const own = top.find(({of}) => of === move.of);
      const kept = own && own.gain >= move.gain ? own : move;
      top = [...others, kept].sort((a, b) => b.gain - a.gain).slice(0, 3);
      return top;
    });
  }

  /** The best that takes `room` or less and is of none of these units. */
  find(room: number, ...not: readonly UnitOptions[]): Move | undefined {
    let low = 0;
    let high = this.moves.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.moves[middle]!.takes <= room) low = middle + 1;
      else high = middle;
    }
    return low === 0 ? undefined : this.best[low - 1]!.find(({of}) => !not.includes(of));
  }
}
