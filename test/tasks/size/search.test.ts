import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {
  exceptions,
  type Ladder,
  searchAround,
  searchBetween,
  searchLadder,
  type Tried,
} from '../../../src/tasks/size/search.ts';

/** Searches where `met` says which values meet; `tells` tells values apart that do different things. */
async function searched(
  ladder: Ladder,
  met: (value: number) => boolean,
  resolution = 0,
  tells = (value: number) => value,
) {
  const tried: Tried[] = [];
  const found = await searchLadder(
    ladder,
    async (value) => {
      const one = {value, met: met(value), mark: String(tells(value))};
      tried.push(one);
      return one;
    },
    {resolution},
  );
  return {...found, tried};
}

const ladder = {least: 1, step: 1, most: 2 ** 20};

describe('the smallest value that meets', () => {
  test('is the one of an exhaustive search on any curve up to 256, monotone or not', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.boolean(), {minLength: 1, maxLength: 256}),
        fc.nat(3),
        fc.constantFrom(1, 1024),
        async (meets, least, step) => {
          const most = (least + meets.length - 1) * step;
          const {answer, tried} = await searched(
            {least: least * step, step, most},
            (value) => meets[value / step - least]!,
          );
          const naive = meets.indexOf(true);
          expect(answer).toBe(naive < 0 ? null : (least + naive) * step);
          expect(new Set(tried.map(({value}) => value)).size).toBe(tried.length);
        },
      ),
    );
  });

  test.each([257, 300, 1000, 123_456])('is found by bisection where it is %d and more is better', async (least) => {
    const {answer, exhaustive, tried} = await searched(ladder, (value) => value >= least);
    expect([answer, exhaustive]).toEqual([least, false]);
    expect(tried.length).toBeLessThan(3 * Math.log2(least));
  });

  test('every smaller one is tried up to 256, and it is said whether', async () => {
    const {exhaustive, tried} = await searched(ladder, (value) => value >= 200);
    expect(exhaustive).toBe(true);
    expect(tried.filter(({value}) => value < 200).length).toBe(199);
  });

  test('a coarse search ends within its share of the answer', async () => {
    const {answer, tried} = await searched(ladder, (value) => value >= 123_456, 0.01);
    const below = Math.max(...tried.filter(({met}) => !met).map(({value}) => value));
    expect(answer).toBeGreaterThanOrEqual(123_456);
    expect(answer! - below).toBeLessThanOrEqual(0.01 * answer!);
  });

  test('what few alone meet is found though doubling passes over it', async () => {
    expect(
      (
        await searched(
          ladder,
          (value) => value === 7,
          0,
          (value) => Math.min(value, 20),
        )
      ).answer,
    ).toBe(7);
  });

  test('the search gives up where doubling changes nothing, and at the most', async () => {
    const flat = await searched(
      ladder,
      () => false,
      0,
      (value) => Math.min(value, 9),
    );
    expect(flat.answer).toBeNull();
    expect(Math.max(...flat.tried.map(({value}) => value))).toBe(64);
    const capped = await searched({...ladder, most: 5}, () => false);
    expect([capped.answer, capped.tried.map(({value}) => value).sort()]).toEqual([null, [1, 2, 3, 4, 5]]);
  });
});

test('values that miss above one that meets are exceptions', () => {
  const tried = [false, true, false, true, true, false].map((met, value) => ({value, met, mark: ''}));
  expect(exceptions(tried)).toEqual([2, 5]);
  expect(exceptions(tried.filter(({met}) => !met))).toEqual([]);
});

describe('about an estimate', () => {
  const around = async (estimate: number, least: number, tries: number, most = 2 ** 20) => {
    const tried: number[] = [];
    const found = await searchAround(
      estimate,
      {least: 1, step: 1, most},
      async (value) => {
        tried.push(value);
        return {value, met: value >= least, mark: ''};
      },
      {resolution: 0.01, tries},
    );
    return {...found, tried};
  };

  test('the answer meets, and is within a hundredth of the least that does', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({min: 1, max: 1e6}), fc.integer({min: 1, max: 1e6}), async (estimate, least) => {
        const {answer, tried} = await around(estimate, least, Number.POSITIVE_INFINITY);
        expect(answer!).toBeGreaterThanOrEqual(least);
        expect(answer! - least).toBeLessThanOrEqual(Math.max(0, Math.ceil(answer! * 0.01)));
        expect(new Set(tried).size).toBe(tried.length);
      }),
    );
  });

  test('what leaves room for everybody and misses all the same ends the search', async () => {
    const tried: number[] = [];
    const {answer} = await searchAround(
      100,
      {least: 1, step: 1, most: 2 ** 20},
      async (value) => {
        tried.push(value);
        return {value, met: false, mark: '', isPlenty: value >= 103};
      },
      {resolution: 0.01, tries: 2},
    );
    expect([answer, tried]).toEqual([null, [100, 102, 106]]);
  });

  test('a near estimate takes two replays: one that meets, and one below that misses', async () => {
    expect(await around(10_050, 10_000, 2)).toMatchObject({answer: 10_050, tried: [10_050, 9849]});
    // Where the estimate is too low it goes on till something meets.
    const low = await around(9000, 10_000, 2);
    expect(low.answer).toBeGreaterThanOrEqual(10_000);
    expect(await around(9000, 10_000, 2, 9500)).toMatchObject({answer: null});
  });
});

test('between one that misses and one that meets, the answer is within a fiftieth of the least that meets', async () => {
  const numbers = fc.tuple(
    fc.nat(1e6),
    fc.integer({min: 1, max: 1e6}),
    fc.integer({min: 1, max: 1e6}),
    fc.constantFrom(1, 1024),
  );
  await fc.assert(
    fc.asyncProperty(numbers, async ([low, more, less, step]) => {
      const [missed, meets] = [low * step, (low + more) * step];
      const least = (low + 1 + (less % more)) * step;
      let tries = 0;
      const probe = async (value: number) => ({value, met: ++tries > 0 && value >= least, mark: ''});
      const found = await searchBetween(missed, meets, step, probe, 0.02);
      expect(found % step).toBe(0);
      expect(found).toBeGreaterThanOrEqual(least);
      expect(found - least).toBeLessThan(Math.max(step, 0.02 * found));
      expect(tries).toBeLessThan(24);
    }),
  );
});
