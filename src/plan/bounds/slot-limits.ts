import {missedError} from '../../base/errors.ts';
import type {FunctionSettings} from '../../fleet/settings/columns.ts';
import {type SlotBounds, UNBOUNDED_SLOTS} from '../curves/valuation.ts';

/** No wish of the user about any function. */
export function freeBounds(functions: number): SlotBounds {
  return {atLeast: new Int32Array(functions), atMost: new Int32Array(functions).fill(UNBOUNDED_SLOTS)};
}

/**
 * The bounds that settings of single functions make: `min` and `max` instances, those of its calls in flight (`reserved`),
 * and `pin`, exactly so many slots, before all others. A function with a time to live of its own has no slots but its
 * minimum: its instances go by that time alone. `places` as `Demand` has them.
 */
export function boundsOf(
  functions: number,
  {numbers: {min, max, pin, reserved, ttl}}: FunctionSettings,
  places: Int32Array | undefined,
): SlotBounds {
  const bounds = freeBounds(functions);
  const {atLeast, atMost} = bounds;
  for (let f = 0; f < functions; f++) {
    const pinned = said(pin, f);
    const inUse = Math.ceil((said(reserved, f) ?? UNBOUNDED_SLOTS) / (places?.[f] ?? 1));
    atLeast[f] = pinned ?? said(min, f) ?? 0;
    atMost[f] = pinned ?? Math.max(atLeast[f]!, Math.min(said(max, f) ?? UNBOUNDED_SLOTS, inUse));
    if (said(ttl, f) !== undefined) atMost[f] = atLeast[f]!;
  }
  return bounds;
}

/** What a column says of a function, if it does. */
function said(column: Float64Array | undefined, f: number): number | undefined {
  const value = column?.[f] ?? Number.NaN;
  return Number.isNaN(value) ? undefined : value;
}

/** The bounds where a function whose instance fits no host gets no slot. Exit 4 if it is to have some. */
export function withinHost(
  bounds: SlotBounds,
  memoryMib: Float64Array,
  hostMib: number,
  nameOf: (f: number) => string,
): SlotBounds {
  const atMost = bounds.atMost.map((most, f) => (memoryMib[f]! > hostMib ? 0 : most));
  const misfit = atMost.findIndex((most, f) => bounds.atLeast[f]! > most);
  if (misfit >= 0) {
    throw missedError(
      `no plan exists: function '${nameOf(misfit)}' is to keep ${bounds.atLeast[misfit]} slots of ${memoryMib[misfit]} MiB, a host has ${hostMib} MiB`,
      'raise --memory or lower its minimum',
    );
  }
  return {...bounds, atMost};
}
