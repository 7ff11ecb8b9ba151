import {describe, expect, test} from 'vitest';
import {Random} from '../../../../src/base/random.ts';
import {noClass} from '../../../../src/fleet/contention/contention-class.ts';
import type {Isolation} from '../../../../src/fleet/contention/isolation.ts';
import {alone, type Call, cellOf, ends, type Setup} from '../../../helpers/contention.ts';

const {POSITIVE_INFINITY} = Number;

describe('calls that share the cores of their host, by hand', () => {
  test('two calls on one core run at half speed while both are there', () => {
    const calls = [
      {fn: 0, arrivalUs: 0, workUs: 1000},
      {fn: 1, arrivalUs: 400, workUs: 300},
    ];
    // At 400 the first has 600 to do. The second needs 600 at half speed and ends at 1000; then 300 are left: 1300.
    expect(ends(calls, {cores: 1, classes: [], classOf: [-1, -1]})).toEqual([
      {fn: 1, atUs: 1000},
      {fn: 0, atUs: 1300},
    ]);
  });

  test('as many calls as cores do not feel each other, one more slows all', () => {
    const calls = [0, 1, 2].map((fn) => ({fn, arrivalUs: 0, workUs: 600}));
    const setup = {classes: [], classOf: [-1, -1, -1]};
    expect(ends(calls, {...setup, cores: 3}).map(({atUs}) => atUs)).toEqual([600, 600, 600]);
    expect(ends(calls, {...setup, cores: 2}).map(({atUs}) => atUs)).toEqual([900, 900, 900]);
  });

  test('an instance that starts uses no core', () => {
    const calls = [
      {fn: 0, arrivalUs: 0, workUs: 1000},
      {fn: 1, arrivalUs: 600, workUs: 100},
    ];
    // Both start for 500. The second runs from 1100 on: by then the first has done 600 of its 1000.
    expect(ends(calls, {cores: 1, classes: [], classOf: [-1, -1], coldUs: 500})).toEqual([
      {fn: 1, atUs: 1300},
      {fn: 0, atUs: 1600},
    ]);
  });

  test('the time of an instance is charged as long as its call really takes', () => {
    const calls = [0, 1].map((fn) => ({fn, arrivalUs: 0, workUs: 1000}));
    const {cell} = cellOf(calls, {cores: 1, classes: [], classOf: [-1, -1], endUs: 5000});
    expect([...cell.account.totals().busyUs]).toEqual([2000, 2000]);
    expect(cell.contention!.coreUs).toBeCloseTo(2000, 6);
    expect([...cell.contention!.outcomes.workUs]).toEqual([2000]);
    expect([...cell.contention!.outcomes.serviceUs]).toEqual([4000]);
  });

  test('a neighbour that presses on the cache makes calls longer by sensitivity times pressure', () => {
    const classes = [
      alone('video', {pressure: [0.8, 0.3, 0]}),
      alone('web', {sensitivity: [0.5, 1, 0], pressure: [0.1, 0, 0]}),
    ];
    const calls = [
      {fn: 0, arrivalUs: 0, workUs: 1e6},
      {fn: 1, arrivalUs: 0, workUs: 1700},
    ];
    // web: 1 + 0.5 x 0.8 + 1 x 0.3 = 1.7 times as long; video feels nothing.
    expect(ends(calls, {cores: 8, classes, classOf: [0, 1]})).toEqual([
      {fn: 1, atUs: 2890},
      {fn: 0, atUs: 1e6},
    ]);
    // Alone on the host it feels nothing of itself.
    expect(ends([calls[1]!], {cores: 8, classes, classOf: [0, 1]})).toEqual([{fn: 1, atUs: 1700}]);
  });

  test('hosts do not feel each other', () => {
    const calls = [0, 1].map((fn) => ({fn, arrivalUs: 0, workUs: 1000}));
    const setup = {cores: 1, classes: [], classOf: [-1, -1], hosts: 2, slots: 1};
    expect(ends(calls, setup).map(({atUs}) => atUs)).toEqual([1000, 1000]);
  });

  test('a quota of half a core stalls an instance until its next period', () => {
    const classes = [alone('small', {quotaUs: 50_000, periodUs: 100_000})];
    // Runs from 20 to 70 ms, stalls, from 100 to 150, stalls, and has 20 ms to do from 200 on.
    const calls = [{fn: 0, arrivalUs: 20_000, workUs: 120_000}];
    expect(ends(calls, {cores: 4, classes, classOf: [0]})).toEqual([{fn: 0, atUs: 220_000}]);
  });

  test('what an instance has used of a quota it has not for its next call in the same period', () => {
    const classes = [alone('small', {quotaUs: 50_000, periodUs: 100_000})];
    const calls = [
      {fn: 0, arrivalUs: 0, workUs: 30_000},
      {fn: 0, arrivalUs: 40_000, workUs: 30_000},
    ];
    expect(ends(calls, {cores: 4, classes, classOf: [0]}).map(({atUs}) => atUs)).toEqual([30_000, 110_000]);
  });

  test('a month later, when doubles tell microseconds apart by thousandths, calls and quotas still end', () => {
    const classes = [alone('small', {quotaUs: 50_000 / 3, periodUs: 100_000}), alone('loud', {pressure: [0.7, 0, 0]})];
    const meek = alone('meek', {sensitivity: [0.3, 0, 0]});
    const monthUs = 30 * 86_400e6;
    const calls = Array.from({length: 300}, (_, k) => ({
      fn: k % 3,
      arrivalUs: monthUs + k * 777,
      workUs: 10_000 / 7 + k,
    }));
    const found = ends(calls, {cores: 2, classes: [...classes, meek], classOf: [0, 1, 2], endUs: 2 * monthUs});
    expect(found.length).toBe(300);
    // The same calls at time 0 end when those do, less a month.
    const early = ends(
      calls.map((call) => ({...call, arrivalUs: call.arrivalUs - monthUs})),
      {
        ...{cores: 2, classes: [...classes, meek], classOf: [0, 1, 2]},
      },
    );
    const inOrder = (its: typeof found) => its.toSorted((a, b) => a.fn - b.fn || a.atUs - b.atUs);
    inOrder(early).forEach(({fn, atUs}, k) => {
      const {fn: same, atUs: later} = inOrder(found)[k]!;
      expect([same, Math.abs(later - monthUs - atUs) <= 1]).toEqual([fn, true]);
    });
  });

  test('a call of two cores slows its neighbours as two do', () => {
    const classes = [alone('wide', {cpu: 2})];
    const calls = [
      {fn: 0, arrivalUs: 0, workUs: 1000},
      {fn: 1, arrivalUs: 0, workUs: 1000},
    ];
    // Three cores are wanted, two are there.
    expect(ends(calls, {cores: 2, classes, classOf: [0, -1]}).map(({atUs}) => atUs)).toEqual([1500, 1500]);
  });

  test('a call that would take no longer than it may alone is cut where its neighbours slow it down', () => {
    const calls = [0, 1].map((fn) => ({fn, arrivalUs: 0, workUs: 1000 + fn * 100}));
    const {cell, ended} = cellOf(calls, {cores: 1, classes: [], classOf: [-1, -1], timeoutUs: 2000});
    // The first ends at 2000 exactly, which is not too long; the second has 100 left then.
    expect(ended.map(({atUs}) => atUs)).toEqual([2000, 2000]);
    expect(cell.tally.timeouts).toBe(1);
    expect(cell.fleet.pool.alive).toBe(1);
  });
});

/** The same world, one object a call, remaining work instead of virtual time. */
function oracle(calls: readonly Call[], {cores, classes, classOf, isolation}: Setup): number[] {
  const endsUs = calls.map(() => Number.NaN);
  const left = calls.map((call) => call.workUs);
  const usedUs = calls.map(() => 0);
  const order = [...calls.keys()].sort((a, b) => calls[a]!.arrivalUs - calls[b]!.arrivalUs);
  const running: number[] = [];
  let nowUs = 0;
  let next = 0;
  const kindOf = (k: number) => classes[classOf[calls[k]!.fn]!] ?? noClass;
  const isStalled = (k: number) => usedUs[k]! >= kindOf(k).quotaUs - 1e-6;
  while (next < order.length || running.length > 0) {
    const awake = running.filter((k) => !isStalled(k));
    const groupOf = (k: number) => isolation?.coreGroup?.at(classOf[calls[k]!.fn]!) ?? 0;
    const shareOf = (k: number): number => {
      const its = awake.filter((other) => groupOf(other) === groupOf(k));
      const coresThere = isolation?.coresOf?.[groupOf(k)] ?? cores;
      return Math.min(1, coresThere / its.reduce((sum, other) => sum + kindOf(other).cpu, 0));
    };
    const speedOf = (k: number): number => {
      if (!awake.includes(k)) return 0;
      let slower = 1;
      for (const other of awake) {
        if (other === k) continue;
        kindOf(k).sensitivity.forEach((its, d) => {
          const apart = isolation?.splitsCache && d === 0 && kindOf(other) !== kindOf(k);
          if (!apart) slower += its * kindOf(other).pressure[d]!;
        });
      }
      return shareOf(k) / slower;
    };
    const speeds = running.map(speedOf);
    let untilUs = next < order.length ? calls[order[next]!]!.arrivalUs : POSITIVE_INFINITY;
    running.forEach((k, at) => {
      const {quotaUs, periodUs, cpu} = kindOf(k);
      const speed = speeds[at]!;
      if (speed > 0) untilUs = Math.min(untilUs, nowUs + left[k]! / speed);
      if (quotaUs === POSITIVE_INFINITY) return;
      untilUs = Math.min(untilUs, (Math.floor((nowUs + 1e-6) / periodUs) + 1) * periodUs);
      if (speed > 0) untilUs = Math.min(untilUs, nowUs + (quotaUs - usedUs[k]!) / (speed * cpu));
    });
    running.forEach((k, at) => {
      const {periodUs, cpu} = kindOf(k);
      left[k]! -= speeds[at]! * (untilUs - nowUs);
      usedUs[k]! += speeds[at]! * cpu * (untilUs - nowUs);
      if (Math.floor((untilUs + 1e-6) / periodUs) > Math.floor((nowUs + 1e-6) / periodUs)) usedUs[k] = 0;
    });
    nowUs = untilUs;
    for (const k of [...running]) {
      if (left[k]! > 1e-6) continue;
      endsUs[k] = nowUs;
      running.splice(running.indexOf(k), 1);
    }
    while (next < order.length && calls[order[next]!]!.arrivalUs <= nowUs) running.push(order[next++]!);
  }
  return endsUs;
}

test('on 150 random workloads of up to four classes, cores and caches shared or not, calls end when a naive simulation says, within 2 microseconds', () => {
  for (let seed = 0; seed < 150; seed++) {
    const random = new Random(seed);
    const between = (low: number, high: number) => low + random.next() * (high - low);
    const classes = Array.from({length: Math.floor(between(0, 4))}, (_, k) =>
      alone(`c${k}`, {
        cpu: random.next() < 0.5 ? 1 : between(0.2, 3),
        pressure: [between(0, 1), between(0, 1), 0],
        sensitivity: [between(0, 0.5), 0, between(0, 1)],
        ...(random.next() < 0.4 && {quotaUs: Math.floor(between(5000, 60_000)), periodUs: 50_000}),
      }),
    );
    const functions = 60;
    const classOf = Array.from({length: functions}, () => Math.floor(between(-1, classes.length)));
    // A function a call, so that each has an instance of its own.
    const calls = Array.from({length: functions}, (_, fn) => ({
      fn,
      arrivalUs: Math.floor(between(0, 400_000)),
      workUs: Math.floor(between(1, 80_000)),
    })).sort((a, b) => a.arrivalUs - b.arrivalUs);
    const cores = Math.floor(between(1, 9));
    const pinned = Float64Array.from([0, ...classes.map(() => 0)], () => between(0.2, 4));
    const isolation: Isolation | undefined = [
      undefined,
      {text: 'cat', splitsCache: true},
      // Every class for itself, functions of none the last.
      {text: 'pin', coreGroup: Int32Array.from(pinned, (_, k) => k), coresOf: pinned},
    ][seed % 3];
    const setup = {cores, classes, classOf, isolation};
    const found = new Map(ends(calls, setup).map(({fn, atUs}) => [fn, atUs]));
    oracle(calls, setup).forEach((endUs, k) => {
      expect(Math.abs(found.get(calls[k]!.fn)! - endUs), `seed ${seed}, call ${k}`).toBeLessThanOrEqual(2);
    });
  }
});

test('work is conserved: core time used is what calls have done, whatever the speeds', () => {
  const random = new Random(5);
  const calls = Array.from({length: 500}, (_, k) => ({
    fn: k % 20,
    arrivalUs: k * 1000 + Math.floor(random.next() * 1000),
    workUs: Math.floor(random.next() * 30_000),
  }));
  const setup = {cores: 3, classes: [], classOf: new Array<number>(20).fill(-1), hosts: 2, slots: 8, coldUs: 700};
  const {cell, ended} = cellOf(calls, setup);
  expect(ended.length).toBe(500);
  const workUs = calls.reduce((sum, call) => sum + call.workUs, 0);
  expect(cell.contention!.coreUs / workUs).toBeCloseTo(1, 9);
});
