import {describe, expect, test} from 'vitest';
import {Random} from '../../../../src/base/random.ts';
import {
  CALL_FIELDS,
  CALL_FN,
  END_US,
  START_TOOK_US,
  START_US,
  WAIT_US,
} from '../../../../src/scheduler/core/call-rows.ts';
import {Cell} from '../../../../src/scheduler/core/cell.ts';
import {semanticsPresets} from '../../../../src/scheduler/core/semantics.ts';
import {placements} from '../../../../src/scheduler/parts/placement/registry.ts';

const {POSITIVE_INFINITY} = Number;

interface Call {
  readonly fn: number;
  readonly arrivalUs: number;
  readonly coldUs: number;
  readonly durationUs: number;
}

interface Setup {
  readonly startCores: number | undefined;
  readonly hosts?: number;
  readonly keepUs?: number;
  readonly prewarmed?: number;
  readonly endUs?: number;
}

/** The log of the calls, by the core, in order of arrival; `prewarmed`: a function with an instance that starts at 0. */
function logOf(calls: readonly Call[], {startCores, hosts = 1, keepUs = 0, prewarmed, endUs = 1e12}: Setup) {
  const functions = 1 + Math.max(...calls.map(({fn}) => fn));
  const rows: {fn: number; startUs: number; endUs: number; coldUs: number; waitUs: number}[] = [];
  const cell = new Cell({
    memoryMib: new Float64Array(functions).fill(1),
    hosts: {count: hosts, slots: 1000, memoryMib: POSITIVE_INFINITY},
    placement: placements.parse('round-robin'),
    semantics: semanticsPresets.coldfront,
    coldTime: {drawUs: () => 100, meanUs: () => 100},
    maxWaitUs: POSITIVE_INFINITY,
    startCores,
    // Nothing fails, but a call may begin later than was known when it was given its instance.
    faults: {
      outages: [],
      chances: [],
      slowdowns: [],
      leaseUs: 0,
      async: new Uint8Array(functions),
      idempotent: new Uint8Array(functions),
    },
    startsPerHost: POSITIVE_INFINITY,
    startsPerSecond: POSITIVE_INFINITY,
    seed: 1,
    log: {
      fromUs: 0,
      runsOn: false,
      take(its) {
        for (let at = 0; at < its.length; at += CALL_FIELDS) {
          const [fn, startUs] = [its[at + CALL_FN]!, its[at + START_US]!];
          rows.push({
            fn,
            startUs,
            endUs: its[at + END_US]!,
            coldUs: its[at + START_TOOK_US]!,
            waitUs: its[at + WAIT_US]!,
          });
        }
      },
    },
  });
  cell.use({keepAliveUs: () => keepUs});
  if (prewarmed !== undefined) cell.control.prewarm(prewarmed, 1);
  cell.run({
    length: calls.length,
    timeUs: Float64Array.from(calls, (call) => call.arrivalUs),
    fn: Int32Array.from(calls, (call) => call.fn),
    durationUs: Float64Array.from(calls, (call) => call.durationUs),
    coldUs: Float64Array.from(calls, (call) => call.coldUs),
  });
  cell.finish(endUs);
  return {rows, cell};
}

const at = (arrivalUs: number, coldUs: number, fn: number): Call => ({fn, arrivalUs, coldUs, durationUs: 10});
const startsOf = (calls: readonly Call[], setup: Setup): number[] =>
  logOf(calls, setup)
    .rows.sort((a, b) => a.fn - b.fn)
    .map(({startUs}) => startUs);

describe('starts that share the cores of their host, by hand', () => {
  test.each([1, 2, 3, 5, 8])('%i at once on two cores take T(1) x max(1, k / 2)', (k) => {
    const calls = Array.from({length: k}, (_, fn) => at(0, 100, fn));
    expect(startsOf(calls, {startCores: 2})).toEqual(calls.map(() => 100 * Math.max(1, k / 2)));
  });

  test('they lengthen each other as they come and go', () => {
    // On one core the first has 40 left at 60, which takes 80 beside the second: 140. That has 10 left then: 150.
    const calls = [at(0, 100, 0), at(60, 50, 1)];
    expect(startsOf(calls, {startCores: 1})).toEqual([140, 150]);
    expect(startsOf(calls, {startCores: undefined})).toEqual([100, 110]);
    expect(startsOf(calls, {startCores: 2})).toEqual([100, 110]);
    // On hosts of their own they do not feel each other.
    expect(startsOf(calls, {startCores: 1, hosts: 2})).toEqual([100, 110]);
  });

  test('the log, the tally and the time charged say how long a start really took', () => {
    const {rows, cell} = logOf([at(0, 100, 0), at(60, 50, 1)], {startCores: 1});
    expect(rows.map(({coldUs, waitUs}) => [coldUs, waitUs])).toEqual([
      [140, 0],
      [90, 0],
    ]);
    expect([cell.tally.cold, cell.tally.coldTime.sum, cell.tally.startDelay.sum]).toEqual([2, 230, 230]);
    expect([...cell.account.totals().startingUs]).toEqual([140, 90]);
    expect([...cell.account.totals().busyUs]).toEqual([10, 10]);
  });

  test('a call that joins an instance which starts ahead of it waits as long as that takes', () => {
    // Ahead of calls 100 of work at 0; another at 50, when it has 50 left: ready at 150, the other at 200.
    const calls = [at(50, 100, 1), at(60, 100, 0)];
    const {rows, cell} = logOf(calls, {startCores: 1, prewarmed: 0, keepUs: POSITIVE_INFINITY});
    expect(rows.map(({fn, startUs, coldUs, waitUs}) => [fn, startUs, coldUs, waitUs])).toEqual([
      [0, 150, 0, 90],
      [1, 200, 150, 0],
    ]);
    expect([cell.tally.warm + 0, cell.tally.cold]).toEqual([1, 1]);
    expect([...cell.account.totals().startingUs]).toEqual([150, 150]);
  });

  test('one that is ready idles from then on', () => {
    const {cell} = logOf([at(50, 100, 1)], {startCores: 1, prewarmed: 0, keepUs: POSITIVE_INFINITY, endUs: 500});
    // Ready at 150, so idle for 350; function 1 is ready at 200, busy till 210, idle for 290.
    expect([...cell.account.totals().idleUs]).toEqual([350, 290]);
  });

  test('a run that ends before a start is over counts its call all the same', () => {
    const {cell} = logOf([at(0, 100, 0), at(0, 100, 1)], {startCores: 1, endUs: 150});
    expect([cell.tally.cold, cell.tally.startDelay.count, cell.tally.coldTime.sum]).toEqual([2, 2, 400]);
    expect([...cell.account.totals().startingUs]).toEqual([150, 150]);
  });
});

/** The same world: what each start has still to do, moved from event to event. When each call starts. */
function naive(calls: readonly Call[], cores: number, hosts: number): number[] {
  const starts = calls.map(() => Number.NaN);
  for (let host = 0; host < hosts; host++) {
    const its = [...calls.keys()].filter((k) => k % hosts === host);
    const left = new Map<number, number>();
    let nowUs = 0;
    let next = 0;
    while (next < its.length || left.size > 0) {
      const speed = Math.min(1, cores / left.size);
      const firstUs = Math.min(...[...left.values()].map((us) => us / speed));
      const arrivalUs = next < its.length ? calls[its[next]!]!.arrivalUs : POSITIVE_INFINITY;
      const untilUs = Math.min(arrivalUs, nowUs + firstUs);
      for (const [k, us] of left) left.set(k, us - (untilUs - nowUs) * speed);
      nowUs = untilUs;
      for (const [k, us] of left) {
        if (us > 1e-6) continue;
        starts[k] = nowUs;
        left.delete(k);
      }
      while (next < its.length && calls[its[next]!]!.arrivalUs <= nowUs)
        left.set(its[next]!, calls[its[next++]!]!.coldUs);
    }
  }
  return starts;
}

test('on 300 random workloads calls start when a naive simulation says, within 2 microseconds', () => {
  for (let seed = 0; seed < 300; seed++) {
    const random = new Random(seed);
    // A function a call, so that each opens an instance of its own.
    const calls = Array.from({length: 1 + random.below(60)}, (_, fn) => ({
      fn,
      arrivalUs: random.below(20_000),
      coldUs: random.below(4) === 0 ? 0 : random.below(5000),
      durationUs: random.below(3000),
    }))
      .sort((a, b) => a.arrivalUs - b.arrivalUs)
      .map((call, fn) => ({...call, fn}));
    const [startCores, hosts] = [[0.7, 1, 2, 3.5][random.below(4)]!, 1 + random.below(3)];
    const {rows, cell} = logOf(calls, {startCores, hosts});
    const expected = naive(calls, startCores, hosts);
    expect(rows.length).toBe(calls.length);
    for (const {fn, startUs, endUs, coldUs} of rows) {
      expect(Math.abs(startUs - expected[fn]!), `seed ${seed}, call ${fn}`).toBeLessThanOrEqual(2);
      expect([endUs, coldUs]).toEqual([startUs + calls[fn]!.durationUs, startUs - calls[fn]!.arrivalUs]);
    }
    const startingUs = cell.account.totals().startingUs.reduce((sum, us) => sum + us, 0);
    expect(startingUs).toBe(rows.reduce((sum, {coldUs}) => sum + coldUs, 0));
  }
});
