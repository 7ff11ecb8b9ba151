import {expect, test} from 'vitest';
import {invocationsOf} from '../../../src/workload/workload.ts';
import {callsOf, readFiles, temporaryFolder} from '../../helpers/traces.ts';

const folder = temporaryFolder();
const header = 'app,func,end_timestamp,duration\n';

test('names of any length that differ in a single byte are functions of their own', async () => {
  const names = Array.from({length: 70}, (_, length) =>
    ['x', 'y'].flatMap((byte) =>
      [0, 7, 15, 16, 31, length - 1]
        .filter((at) => at >= 0 && at < length)
        .map((at) => `${'x'.repeat(at)}${byte}${'x'.repeat(length - at - 1)}`),
    ),
  ).flat();
  const all = [...new Set(names)];
  const rows = [1, 2, 3].flatMap((second) => all.map((name) => `app${name.length % 3},${name},${second},0.5`));
  const {workload} = await readFiles(folder, {'names.csv': `${header}${rows.join('\n')}\n`});
  expect(workload.functions).toBe(all.length);
  for (let f = 0; f < all.length; f++) expect(invocationsOf(workload, f)).toBe(3);
});

// The first row of a function is read as text, all others as bytes.
test.each([
  ['1', '0', 1_000_000, 0],
  ['1.5', '0.25', 1_250_000, 250_000],
  ['999999999.9999994', '0.000001', 999_999_999_999_998, 1],
  ['999999999.9999995', '0.0000005', 999_999_999_999_999, 1],
  ['12.', '3.00000049', 9_000_000, 3_000_000],
  ['00012.000000', '1.0000005', 10_999_999, 1_000_001],
  ['4503599000.5', '0.5', 4_503_599_000_000_000, 500_000],
  ['1e2', '2E-1', 99_800_000, 200_000],
])('ends of %s s after %s s are exact', async (end, duration, arrivalUs, durationUs) => {
  const {workload} = await readFiles(folder, {'times.csv': `${header}a,f,1,0\na,f,${end},${duration}\n`});
  const calls = callsOf({workload} as never)
    .values()
    .next().value as Map<string, number>;
  expect(calls.get(`${arrivalUs}:${durationUs}`)).toBe(arrivalUs === 1_000_000 ? 2 : 1);
});
