/**
 * Calls of each function: whole numbers that add up to `total` exactly and lie less than one from their share of it
 * (systematic sampling: the running sum, shifted by `offset` in [0, 1), is cut to whole numbers). A function expected 0.1
 * times is called in one case of ten. `order` is the order of the running sum: functions of like rates should be
 * neighbours in it, so that of ten such functions one is called.
 */
export function wholeCalls(expected: Float64Array, order: Uint32Array, total: number, offset: number): Float64Array {
  const calls = new Float64Array(expected.length);
  let sum = 0;
  for (const f of order) sum += expected[f]!;
  if (!(sum > 0)) return calls;
  let [running, given] = [0, 0];
  for (const f of order) {
    running += expected[f]!;
    // The last running sum is `sum` itself, to the bit: everything is given.
    const until = running >= sum ? total : Math.min(total, Math.floor((running / sum) * total + offset));
    calls[f] = Math.max(0, until - given);
    given = Math.max(given, until);
  }
  return calls;
}
