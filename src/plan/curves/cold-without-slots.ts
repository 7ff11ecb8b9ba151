import {curveCodes, type Demand} from '../demand/demand.ts';
import {sharedRises} from './shared-levels.ts';

/** Cold starts a second of a unit that is unloaded after each call, as its curve counts them. */
export function coldWithoutSlots(demand: Demand, unit: number): number {
  const rate = demand.ratePerSecond[unit]!;
  if (rate === 0) return 0;
  if (demand.curve[unit] !== curveCodes.empirical) return risesOf(demand, unit, rate);
  const {start, ratePerSecond, wakesPerSecond} = demand.measured;
  const f = unit % demand.functions;
  let wakes = 0;
  for (let row = start[f]!; row < start[f + 1]!; row++) wakes += wakesPerSecond[row]!;
  return (wakes * rate) / ratePerSecond[f]!;
}

/** Every call is cold where instances serve one each. */
function risesOf({functions, holdSeconds, places, activeShare}: Demand, unit: number, rate: number): number {
  const f = unit % functions;
  const active = activeShare?.[unit] ?? 1;
  const each = places?.[f] ?? 1;
  return each === 1 ? rate : active * sharedRises(rate / active, holdSeconds[f]!, each);
}
