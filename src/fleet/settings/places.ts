import {type FunctionSettings, settingOf} from './columns.ts';

/** Places of an instance that takes as many calls as come. */
export const UNLIMITED_PLACES = 2 ** 31 - 1;

/** Calls that an instance of each of those rows serves at once; undefined: one, everywhere. `concurrency`: where nothing is said. */
export function placesOf(
  concurrency: number,
  settings: FunctionSettings | undefined,
  rows: Int32Array,
): Int32Array | undefined {
  const places = Int32Array.from(rows, (row) =>
    Math.min(settingOf(settings, 'concurrency', row, concurrency), UNLIMITED_PLACES),
  );
  return places.some((n) => n !== 1) ? places : undefined;
}
