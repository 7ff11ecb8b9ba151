import {describe, expect, test} from 'vitest';
import {Random} from '../../src/base/random.ts';
import {US_PER_SECOND} from '../../src/base/units.ts';
import {sheetWith} from '../../src/cost/prices.ts';
import {coldTimes} from '../../src/fleet/cold-time/registry.ts';
import type {ReplayOptions} from '../../src/replay/options.ts';
import {replayReport} from '../../src/replay/report/replay-report.ts';
import {replay} from '../../src/replay/run/replay.ts';
import {placements} from '../../src/scheduler/parts/placement/registry.ts';
import {parsePolicy, testOptions} from '../helpers/options.ts';
import {type EventRow, eventWorkload} from '../helpers/workload.ts';

const AS_NEEDED = Number.POSITIVE_INFINITY;
/** A dollar a second, so that dollars are seconds. */
const prices = sheetWith({hostUsdPerHour: 3600});

const call = (name: string, second: number, seconds: number, memoryMib: number): EventRow => ({
  ...{function: name, at: second * US_PER_SECOND, duration: seconds * US_PER_SECOND, memoryMib},
});

async function run(calls: readonly EventRow[], policy: string, given: Partial<ReplayOptions>) {
  const workload = eventWorkload([...calls]);
  const options = testOptions(workload, {prices, cold: coldTimes.parse('fixed:0ms'), ...given});
  return replayReport(workload, await replay(workload, [parsePolicy(policy)], options), options, 0).runs[0]!;
}

const nodes = (memoryMib: number, count = AS_NEEDED) => ({fleet: {count, slots: AS_NEEDED, memoryMib}});

describe('hosts that are charged whole', () => {
  // Nodes of 1 GiB: a and b fill the first from 0 s on, c opens a second.
  const calls = [call('a', 0, 10, 512), call('b', 0, 20, 512), call('c', 5, 5, 512), call('d', 50, 2, 1024)];

  test('are paid for from their first instance to their last, and open as they are needed', async () => {
    const {costUsd, hostSeconds, peakHosts} = await run(calls, 'none', nodes(1024));
    // First: 0 to 20 s and 50 to 52 s. Second: 5 to 10 s.
    expect({hostSeconds, peakHosts, usd: costUsd.hosts}).toEqual({hostSeconds: 27, peakHosts: 2, usd: 27});
    expect(costUsd.total).toBe(costUsd.hosts);
  });

  test('starting and idle instances hold theirs; without a limit the fleet is one host', async () => {
    const cold = {cold: coldTimes.parse('fixed:3s')};
    expect((await run(calls, 'none', {...nodes(1024), ...cold})).hostSeconds).toBe(23 + 8 + 5);
    expect((await run(calls, 'fixed:ttl=1s', nodes(1024))).hostSeconds).toBe(21 + 6 + 3);
    expect((await run(calls, 'none', {})).hostSeconds).toBe(22);
  });

  test('before the counted part they cost nothing, and what is held as it ends is paid up to there', async () => {
    const window = {fromUs: 4 * US_PER_SECOND, untilUs: 8 * US_PER_SECOND};
    const {hostSeconds, peakHosts} = await run(calls, 'none', {...nodes(1024), ...window});
    expect([hostSeconds, peakHosts]).toEqual([4 + 3, 2]);
  });

  test('so many are paid for at least, held or not', async () => {
    // Of the minute the first holds something for 22 s, the second for 5.
    const least = (minimumHosts: number) => ({...nodes(1024), prices: {...prices, minimumHosts}});
    expect((await run(calls, 'none', least(1))).hostSeconds).toBe(60 + 5);
    expect((await run(calls, 'none', least(2))).hostSeconds).toBe(120);
    const window = {fromUs: 4 * US_PER_SECOND, untilUs: 8 * US_PER_SECOND};
    expect((await run(calls, 'none', {...least(2), ...window})).hostSeconds).toBe(8);
  });

  test('a given number of them is all there is; slots of a host count too', async () => {
    const {hostSeconds, queued} = await run(calls, 'none', nodes(1024, 1));
    // c waits until a has ended: 10 to 15 s.
    expect([hostSeconds, queued]).toEqual([22, 1]);
    const slots = {fleet: {count: AS_NEEDED, slots: 1, memoryMib: AS_NEEDED}};
    expect((await run(calls, 'none', slots)).hostSeconds).toBe(10 + 20 + 5 + 2);
  });

  test('a function that fits on no host is dropped', async () => {
    const {dropped, hostSeconds} = await run([call('big', 0, 9, 2048), call('a', 0, 1, 64)], 'none', nodes(1024));
    expect([dropped, hostSeconds]).toEqual([1, 1]);
  });
});

/** Calls of some functions of different sizes at random. */
function anyCalls(seed: number): EventRow[] {
  const random = new Random(seed);
  return Array.from({length: 400}, () => {
    const fn = random.below(12);
    return call(`f${fn}`, random.below(600), 1 + random.below(40), [128, 256, 300, 512, 900][fn % 5]!);
  }).sort((a, b) => a.at - b.at);
}

/** Host seconds and peak where every call has its own instance, on the first of endless hosts that has room. */
function naive(calls: readonly EventRow[], memoryMib: number): [number, number] {
  const hosts: {free: number; instances: number; since: number}[] = [];
  const running: {end: number; host: number; mib: number}[] = [];
  let [us, peak] = [0, 0];
  const endAll = (until: number): void => {
    running.sort((a, b) => a.end - b.end);
    while (running.length > 0 && running[0]!.end <= until) {
      const {end, host, mib} = running.shift()!;
      hosts[host]!.free += mib;
      if (--hosts[host]!.instances === 0) us += end - hosts[host]!.since;
    }
  };
  const end = Math.ceil((calls.at(-1)!.at + 1) / 60e6) * 60e6;
  for (const {at, duration, memoryMib: mib} of calls) {
    endAll(at);
    let host = hosts.findIndex(({free}) => free >= mib!);
    if (host < 0) host = hosts.push({free: memoryMib, instances: 0, since: 0}) - 1;
    const its = hosts[host]!;
    if (its.instances++ === 0) its.since = at;
    its.free -= mib!;
    running.push({end: at + duration!, host, mib: mib!});
    peak = Math.max(peak, hosts.filter(({instances}) => instances > 0).length);
  }
  endAll(end - 1);
  for (const {instances, since} of hosts) if (instances > 0) us += end - since;
  return [us / 1e6, peak];
}

describe('at random', () => {
  test.each([1, 2, 3, 4, 5, 6, 7, 8])('case %i: host time is that of one object a host', async (seed) => {
    const calls = anyCalls(seed);
    const {hostSeconds, peakHosts} = await run(calls, 'none', nodes(1024));
    expect([hostSeconds, peakHosts]).toEqual(naive(calls, 1024));
  });

  test.each([11, 12, 13])('case %i: hosts that open as needed do what more than enough hosts do', async (seed) => {
    const calls = anyCalls(seed);
    for (const placement of ['first-fit', 'best-fit']) {
      const given = {placement: placements.parse(placement), concurrency: 2};
      const grown = await run(calls, 'fixed:ttl=30s', {...nodes(1024), ...given});
      const many = await run(calls, 'fixed:ttl=30s', {...nodes(1024, 500), ...given});
      const same = placement === 'first-fit';
      expect(grown.cold).toBe(many.cold);
      if (same) expect(grown).toEqual(many);
      expect(grown.dropped + grown.queued).toBe(0);
    }
  });

  test.each(placements.names)('%s places every instance on hosts that open as needed', async (name) => {
    const {queued, dropped, peakHosts} = await run(anyCalls(21), 'fixed:ttl=5m', {
      ...nodes(1024),
      placement: placements.parse(name),
    });
    expect([queued, dropped]).toEqual([0, 0]);
    expect(peakHosts).toBeGreaterThan(5);
  });
});
