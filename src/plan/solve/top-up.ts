import type {Constraint} from '../bounds/constraints.ts';
import {RunList} from '../curves/run-list.ts';
import type {PricedUnits} from '../curves/valuation.ts';

/** A constraint with its prices and with what is left of it. */
export interface Remainder {
  /** The units as they use this constraint's resource. */
  readonly units: PricedUnits;
  readonly constraint: Constraint;
  readonly price: Float64Array; // [group]
  /** Lowered by what is bought. [group] */
  readonly room: Float64Array;
}

/** Runs worth this share of what they would pay are tried: the first share that leaves few enough to sort. */
const nearMargin = [0, 0.5, 0.99, 1 - 1e-6];
const SORTED_RUNS = 1 << 18;

/**
 * Spends what prices leave over: several functions can be equally good at the margin, and a price takes all of them or
 * none; a slot too large for the rest may be followed by one that fits. Buys the runs nearest to the margin that fit
 * into every constraint; `slots` grows in place.
 */
export function topUp(remainders: readonly Remainder[], slots: Int32Array): void {
  let candidates = new RunList();
  for (const share of nearMargin) {
    const most = share === nearMargin.at(-1) ? Number.POSITIVE_INFINITY : SORTED_RUNS;
    candidates = runsNearMargin(remainders, slots, share, most);
    if (candidates.count <= SORTED_RUNS) break;
  }
  const full = new Set<number>();
  for (const i of candidates.sorted()) {
    const unit = candidates.unit[i]!;
    if (full.has(unit)) continue;
    const mayFit = hasRoom(remainders, unit, candidates.use[i]!);
    if (!mayFit || !buy(remainders, slots, unit, candidates.slots[i]!)) full.add(unit);
  }
}

/** The runs behind what each unit has, with what they pay at the prices as their use; no further once there are more than `most`. */
function runsNearMargin(remainders: readonly Remainder[], slots: Int32Array, share: number, most: number): RunList {
  const {units} = remainders[0]!;
  const candidates = new RunList();
  for (let unit = 0; unit < units.units && candidates.count <= most; unit++) {
    const {count, value, use, slots: lengths} = units.runs(unit);
    let bought = units.forced(unit);
    for (let j = 0; j < count; j++) {
      const from = bought;
      bought += lengths[j]!;
      if (from < slots[unit]!) {
        // Part of a run was bought: the rest of it cannot be had by itself.
        if (bought > slots[unit]!) break;
        continue;
      }
      const pays = price(remainders, unit, use[j]!, from, bought);
      if (value[j]! < share * pays) break;
      candidates.push(unit, 0, lengths[j]!, value[j]!, pays);
    }
  }
  return candidates;
}

/** What slots `from` to `to` of the unit pay, taking `use` of the first resource. */
function price(remainders: readonly Remainder[], unit: number, use: number, from: number, to: number): number {
  const [{constraint, price: first}, ...others] = remainders as [Remainder, ...Remainder[]];
  let pays = first[constraint.groups.of(unit)]! * use;
  for (const remainder of others) {
    const p = remainder.price[remainder.constraint.groups.of(unit)]!;
    if (p > 0) pays += p * takenBetween(remainder.units, unit, from, to);
  }
  return pays;
}

/** Whether what slots pay may fit, rounding aside: of one resource that says how much of it they take. */
function hasRoom(remainders: readonly Remainder[], unit: number, pays: number): boolean {
  const [{constraint, price: prices, room}] = remainders as [Remainder];
  const g = constraint.groups.of(unit);
  return remainders.length > 1 || pays <= prices[g]! * Math.max(0, room[g]!) * (1 + 1e-9);
}

/** Buys `more` slots for the unit if every constraint has room for them. */
function buy(remainders: readonly Remainder[], slots: Int32Array, unit: number, more: number): boolean {
  const from = slots[unit]!;
  const uses = remainders.map(({units}) => takenBetween(units, unit, from, from + more));
  const fits = remainders.every(({constraint, room}, i) => uses[i]! <= room[constraint.groups.of(unit)]!);
  if (!fits) return false;
  remainders.forEach(({constraint, room}, i) => {
    room[constraint.groups.of(unit)]! -= uses[i]!;
  });
  slots[unit] = from + more;
  return true;
}

const lower = {value: 0, use: 0};
const upper = {value: 0, use: 0};

function takenBetween(units: PricedUnits, unit: number, from: number, to: number): number {
  units.exact(unit, from, lower);
  units.exact(unit, to, upper);
  return upper.use - lower.use;
}
