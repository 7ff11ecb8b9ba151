import fc from 'fast-check';
import {expect, test} from 'vitest';
import {type Candidate, chosenCounts} from '../../../src/tasks/right-size/chosen-counts.ts';

const candidate = (count: number, usd: number[][], late: number[][], started = 100): Candidate => ({
  count,
  usd: usd.map((hour) => Float64Array.from(hour)),
  late: late.map((hour) => Float64Array.from(hour)),
  started,
});

test('without a limit each function and hour has what is cheapest there, of equals the fewest', () => {
  const none = candidate(0, [[5, 1], [5, 2]], [[9, 9], [9, 9]]); // biome-ignore format: a table
  const one = candidate(1, [[4, 1], [6, 2]], [[0, 0], [0, 0]]); // biome-ignore format: a table
  expect([...chosenCounts([none, one], Number.POSITIVE_INFINITY)]).toEqual([1, 0, 0, 0]);
});

test('the cheapest late calls are avoided first, as many as the limit asks for', () => {
  // A dollar avoids 10 late calls of the first function, 5 of the second, 1 of the third; 100 may be late of 1,000.
  const none = candidate(0, [[0, 0, 0]], [[60, 50, 40]], 1000);
  const one = candidate(1, [[6, 10, 40]], [[0, 0, 0]], 1000);
  expect([...chosenCounts([none, one], 0.1)]).toEqual([1, 0, 0]);
  expect([...chosenCounts([none, one], 0.04)]).toEqual([1, 1, 0]);
  expect([...chosenCounts([none, one], 0)]).toEqual([1, 1, 1]);
});

test('no choice within the limit is cheaper by more than one function costs', () => {
  const amounts = fc.array(fc.integer({min: 0, max: 30}), {minLength: 3, maxLength: 3});
  fc.assert(
    fc.property(amounts, amounts, amounts, fc.integer({min: 0, max: 60}), (usd, late, better, allowed) => {
      const none = candidate(0, [[0, 0, 0]], [late]);
      const one = candidate(1, [usd], [late.map((n, f) => Math.max(0, n - better[f]!))]);
      const counts = chosenCounts([none, one], allowed / 100);
      const outcome = (chosen: ArrayLike<number>) =>
        [0, 1, 2].reduce(
          (sum, f) => {
            const {usd: dollars, late: calls} = chosen[f] === 1 ? one : none;
            return {usd: sum.usd + dollars[0]![f]!, late: sum.late + calls[0]![f]!};
          },
          {usd: 0, late: 0},
        );
      const all = Array.from({length: 8}, (_, bits) => outcome([bits & 1, (bits >> 1) & 1, (bits >> 2) & 1]));
      const possible = all.filter((one) => one.late <= allowed);
      const found = outcome(counts);
      if (possible.length === 0) expect(found.late).toBe(Math.min(...all.map((one) => one.late)));
      else {
        expect(found.late).toBeLessThanOrEqual(allowed);
        expect(found.usd).toBeLessThanOrEqual(Math.min(...possible.map((one) => one.usd)) + Math.max(...usd));
      }
    }),
  );
});
