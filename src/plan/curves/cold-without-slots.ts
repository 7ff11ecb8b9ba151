import {curveCodes, type Demand} from '../demand/demand.ts';

/** Cold starts a second of a unit that is unloaded after each call, as its curve counts them. */
export function coldWithoutSlots(demand: Demand, unit: number): number {
  const rate = demand.ratePerSecond[unit]!;
  if (demand.curve[unit] !== curveCodes.empirical || rate === 0) return rate;
  const {start, ratePerSecond, wakesPerSecond} = demand.measured;
  const f = unit % demand.functions;
  let wakes = 0;
  for (let row = start[f]!; row < start[f + 1]!; row++) wakes += wakesPerSecond[row]!;
  return (wakes * rate) / ratePerSecond[f]!;
}
