/**
 * How many of the calls before each call of one function have finished when it arrives; a finish at that very time
 * counts. `arrivalUs` in order, `endUs` when each of the same calls finishes, `sortedEndUs` the same ascending.
 */
export function finishedBy(arrivalUs: Float64Array, endUs: Float64Array, sortedEndUs: Float64Array): Int32Array {
  const n = arrivalUs.length;
  const result = new Int32Array(n);
  // Calls from each on that arrive and finish at its time: they take no time and must not count as before it.
  for (let k = n - 1, instant = 0; k >= 0; k--) {
    if (k + 1 < n && arrivalUs[k + 1] !== arrivalUs[k]) instant = 0;
    if (endUs[k] === arrivalUs[k]) instant++;
    result[k] = -instant;
  }
  for (let k = 0, ended = 0; k < n; k++) {
    while (ended < n && sortedEndUs[ended]! <= arrivalUs[k]!) ended++;
    result[k]! += ended;
  }
  return result;
}
