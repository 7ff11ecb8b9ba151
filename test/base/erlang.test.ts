import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {
  erlangB,
  erlangC,
  erlangsForBlocking,
  erlangWait,
  serversForBlocking,
  serversForWait,
} from '../../src/base/erlang.ts';
import {Random} from '../../src/base/random.ts';

/** Erlang's sum as printed in textbooks; small numbers only. */
function textbookErlangB(servers: number, erlangs: number): number {
  let sum = 0;
  let term = 1;
  for (let k = 0; k <= servers; k++) {
    if (k > 0) term *= erlangs / k;
    sum += term;
  }
  return term / sum;
}

describe('Erlang B', () => {
  test.each([
    {servers: 0, erlangs: 3, blocking: 1},
    {servers: 5, erlangs: 0, blocking: 0},
    {servers: 1, erlangs: 1, blocking: 1 / 2},
    {servers: 2, erlangs: 1, blocking: 1 / 5},
    {servers: 3, erlangs: 1, blocking: 1 / 16},
    {servers: 3, erlangs: Number.POSITIVE_INFINITY, blocking: 1},
  ])('of $servers servers at $erlangs erlangs is $blocking', ({servers, erlangs, blocking}) => {
    expect(erlangB(servers, erlangs)).toBeCloseTo(blocking, 14);
  });

  test('agrees with the textbook sum', () => {
    fc.assert(
      fc.property(fc.integer({min: 0, max: 60}), fc.double({min: 0.001, max: 60, noNaN: true}), (servers, erlangs) => {
        const expected = textbookErlangB(servers, erlangs);
        expect(Math.abs(erlangB(servers, erlangs) / expected - 1)).toBeLessThan(1e-12);
      }),
    );
  });

  test('agrees with adding one server after the other', () => {
    for (const erlangs of [0.3, 7, 90, 1000]) {
      for (let k = 1, blocking = 1; k < 1200; k++) {
        blocking = (erlangs * blocking) / (k + erlangs * blocking);
        if (blocking > 1e-300) expect(Math.abs(erlangB(k, erlangs) / blocking - 1)).toBeLessThan(1e-11);
      }
    }
  });

  test('far beyond the load is 0 rather than not a number', () => {
    expect(erlangB(5000, 1)).toBe(0);
    expect(erlangB(1e6, 1e3)).toBe(0);
  });

  test('is a finite share at loads where factorials overflow', () => {
    expect(erlangB(10_000, 10_000)).toBeCloseTo(0.00792, 4);
  });

  test('the fewest servers for a blocking meet it, and one fewer does not', () => {
    fc.assert(
      fc.property(
        fc.double({min: 0, max: 300, noNaN: true}),
        fc.double({min: 1e-6, max: 1, noNaN: true}),
        (erlangs, target) => {
          const servers = serversForBlocking(erlangs, target);
          expect(erlangB(servers, erlangs)).toBeLessThanOrEqual(target);
          if (servers > 0) expect(erlangB(servers - 1, erlangs)).toBeGreaterThan(target);
        },
      ),
    );
  });

  test('100 x 1 erlang at 1 % blocking: 5 slots each alone, 117 together (METHODS E3.3d)', () => {
    expect(serversForBlocking(1, 0.01)).toBe(5);
    expect(serversForBlocking(100, 0.01)).toBe(117);
  });

  test('erlangsForBlocking inverts erlangB', () => {
    fc.assert(
      fc.property(fc.integer({min: 1, max: 400}), fc.double({min: 1e-6, max: 0.99, noNaN: true}), (servers, target) => {
        expect(Math.abs(erlangB(servers, erlangsForBlocking(servers, target)) / target - 1)).toBeLessThan(1e-8);
      }),
      {numRuns: 50},
    );
    expect(erlangsForBlocking(0, 0.01)).toBe(0);
    expect(erlangsForBlocking(3, 1)).toBe(Number.POSITIVE_INFINITY);
  });

  test.each([
    [256, 234],
    [224, 203],
    [160, 141],
    [96, 80],
  ])('%i slots carry %i erlangs at 1 %% blocking (METHODS E4.3a)', (servers, erlangs) => {
    expect(Math.abs(erlangsForBlocking(servers, 0.01) / erlangs - 1)).toBeLessThan(0.01);
  });
});

describe('Erlang C', () => {
  test.each([
    {servers: 8, erlangs: 4, wait: 0.059},
    {servers: 4, erlangs: 2, wait: 0.174},
    {servers: 8, erlangs: 2, wait: 0.001},
    {servers: 4, erlangs: 1, wait: 0.02},
  ])('of $servers servers at $erlangs erlangs is $wait (METHODS E2.2a)', ({servers, erlangs, wait}) => {
    expect(erlangC(servers, erlangs)).toBeCloseTo(wait, 3);
  });

  test('one server waits with probability rho', () => {
    expect(erlangC(1, 0.3)).toBeCloseTo(0.3, 14);
  });

  test('all wait at full load and beyond', () => {
    expect(erlangC(4, 4)).toBe(1);
    expect(erlangC(4, 5)).toBe(1);
  });

  test('10,000 erlangs need 10,239 servers for 1 % waiting (METHODS E3.1d)', () => {
    expect(serversForWait(10_000, 0.01)).toBe(10_239);
  });

  test('the fewest servers for a wait meet it, and one fewer does not', () => {
    fc.assert(
      fc.property(
        fc.double({min: 0.01, max: 100, noNaN: true}),
        fc.double({min: 1e-4, max: 0.9, noNaN: true}),
        (erlangs, target) => {
          const servers = serversForWait(erlangs, target);
          expect(erlangC(servers, erlangs)).toBeLessThanOrEqual(target);
          expect(erlangC(servers - 1, erlangs)).toBeGreaterThan(target);
        },
      ),
    );
  });
});

/** Shares lost and delayed of `calls` Poisson calls, exponential holding, on `servers`, by brute force. */
function simulate(servers: number, erlangs: number, calls: number, queue: boolean, seed: number): number {
  const random = new Random(seed);
  const free = new Float64Array(servers);
  let hit = 0;
  for (let call = 0, now = 0; call < calls; call++) {
    now += random.exponential() / erlangs;
    let best = 0;
    for (let s = 1; s < servers; s++) if (free[s]! < free[best]!) best = s;
    const hold = random.exponential();
    if (free[best]! <= now) free[best] = now + hold;
    else {
      hit++;
      if (queue) free[best]! += hold;
    }
  }
  return hit / calls;
}

describe('Erlang C of very many servers', () => {
  test('goes over into its expansion within 1e-5', () => {
    // B by adding one server after the other, C from it.
    const exact = (servers: number, erlangs: number): number => {
      let blocking = 1;
      for (let k = 1; k <= servers; k++) blocking = (erlangs * blocking) / (k + erlangs * blocking);
      return blocking / (1 - (erlangs / servers) * (1 - blocking));
    };
    for (const spare of [500, 1000, 3000]) {
      const erlangs = 1_000_001;
      expect(Math.abs(erlangC(erlangs + spare, erlangs) / exact(erlangs + spare, erlangs) - 1)).toBeLessThan(1e-5);
    }
    expect(erlangC(2e15, 1e15)).toBe(0);
    expect(erlangC(1e15 + 1, 1e15)).toBeGreaterThan(0.999);
  });
});

describe('a seeded simulation', () => {
  test('loses the share of calls that Erlang B says', () => {
    expect(Math.abs(simulate(8, 5, 400_000, false, 1) / erlangB(8, 5) - 1)).toBeLessThan(0.04);
  });

  test('delays the share of calls that Erlang C says', () => {
    expect(Math.abs(simulate(8, 5, 400_000, true, 2) / erlangC(8, 5) - 1)).toBeLessThan(0.04);
  });

  test('lets calls of M/M/1 wait beyond a limit as often and as long as said', () => {
    const random = new Random(3);
    const calls = 2_000_000;
    let [longer, beyond] = [0, 0];
    for (let i = 0, now = 0, free = 0; i < calls; i++) {
      now += random.exponential() / 0.7;
      const wait = Math.max(0, free - now);
      free = now + wait + random.exponential();
      if (wait > 5) longer++;
      beyond += Math.max(0, wait - 5);
    }
    const {share, excess} = erlangWait(1, 0.7, 5);
    expect(share).toBeCloseTo(0.7 * Math.exp(-1.5), 12);
    expect(Math.abs(longer / calls / share - 1)).toBeLessThan(0.04);
    expect(Math.abs(beyond / calls / excess - 1)).toBeLessThan(0.06);
    expect(erlangWait(1, 0.7, 0)).toEqual({share: 0.7, excess: 0.7 / (1 - 0.7)});
    expect(erlangWait(2, 2, 5)).toEqual({share: 1, excess: Number.POSITIVE_INFINITY});
  });
});
