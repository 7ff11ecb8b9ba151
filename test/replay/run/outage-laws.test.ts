import {describe, expect, test} from 'vitest';
import {Random} from '../../../src/base/random.ts';
import {HeardWaits} from '../../../src/replay/log/heard-waits.ts';
import {poissonUs, workloadOf} from '../../../src/tasks/tradeoff/calls-of.ts';
import {SimulatedCore} from '../../../src/tasks/tradeoff/core.ts';

const SECOND = 1e6;
const DAY = 86_400 * SECOND;
/** Of all calls that were held up: how many, for how long on average and at most, seconds. */
function heldUp(heard: HeardWaits) {
  let [count, sumUs, mostUs] = [0, 0, 0];
  heard.forEach((_, waitUs) => {
    if (waitUs > 0) count++;
    sumUs += waitUs;
    mostUs = Math.max(mostUs, waitUs);
  });
  return {count, meanSeconds: sumUs / count / SECOND, mostSeconds: mostUs / SECOND};
}

describe('schedulers that fail, as the arithmetic of the design exercise has it: a lease of 3 s and a rebuild', () => {
  test('329 shards that fail every 30 days each: one every 2.2 hours', async () => {
    const days = 200;
    const atUs = [0, days * DAY];
    const workload = workloadOf(Array.from({length: 329}, (_, f) => ({name: `f${f}`, atUs, durationUs: 0})));
    const {outages} = await new SimulatedCore(1, 1).replay(workload, {
      cells: 329,
      fleet: {count: 329, slots: 2, memoryMib: Number.POSITIVE_INFINITY},
      faults: [{kind: 'mtbf', meanUs: 30 * DAY, forUs: 3.1 * SECOND, what: 'cells', work: 'lose'}],
    });
    const law = (329 * days) / 30;
    expect(24 / (law / days)).toBeCloseTo(2.19, 2);
    expect(Math.abs(outages.length - law)).toBeLessThan(3 * Math.sqrt(law));
    const shards = new Set(outages.map(({number}) => number));
    expect(shards.size).toBeGreaterThan(300);
  });

  test('one shard of 11.5 million calls a second: 108,000 are held up, for half of the outage on average, and none is lost', async () => {
    const perSecond = 11.5e6 / 329;
    const workload = workloadOf([{name: 'f', atUs: poissonUs(new Random(1), perSecond, 6 * SECOND), durationUs: 1000}]);
    const heard = new HeardWaits();
    const {counts, outages} = await new SimulatedCore(1, 1).replay(
      workload,
      {
        fleet: {count: 1, slots: 1e6, memoryMib: Number.POSITIVE_INFINITY},
        faults: [{kind: 'cell', cell: 1, atUs: 2 * SECOND, forUs: 3.1 * SECOND}],
      },
      heard,
    );
    const {count, meanSeconds, mostSeconds} = heldUp(heard);
    const law = perSecond * 3.1;
    expect(law).toBeCloseTo(108_359, 0);
    expect(Math.abs(count - law)).toBeLessThan(3 * Math.sqrt(law));
    expect(meanSeconds).toBeCloseTo(1.55, 2);
    expect(mostSeconds).toBeLessThanOrEqual(3.1);
    expect([counts.lost, outages.length, outages[0]!.feltUs]).toEqual([0, 1, 3.1 * SECOND]);
  });

  test('on average over time the share of calls that is held up is outage / (time between + outage)', async () => {
    const [meanSeconds, lastsSeconds, spanSeconds, perSecond, cells] = [300, 3.1, 10_000, 10, 20];
    const random = new Random(3);
    const each = Array.from({length: 100}, (_, f) => ({
      name: `f${f}`,
      atUs: [0, ...poissonUs(random, perSecond / 100, spanSeconds * SECOND, 1)],
      durationUs: 1000,
    }));
    const heard = new HeardWaits();
    const {counts, outages} = await new SimulatedCore(2, 1).replay(
      workloadOf(each),
      {
        ...{cells, fleet: {count: cells, slots: 1000, memoryMib: Number.POSITIVE_INFINITY}},
        faults: [
          {kind: 'mtbf', meanUs: meanSeconds * SECOND, forUs: lastsSeconds * SECOND, what: 'cells', work: 'lose'},
        ],
      },
      heard,
    );
    const expected = (cells * spanSeconds) / (meanSeconds + lastsSeconds);
    expect(Math.abs(outages.length - expected)).toBeLessThan(3 * Math.sqrt(expected));
    const held = heldUp(heard);
    // Per outage 1.55 calls of its cell are held up: a compound Poisson count.
    const callsOfOutage = (perSecond / cells) * lastsSeconds;
    const error = 3 * Math.sqrt(expected * (callsOfOutage + callsOfOutage ** 2));
    const law = counts.invocations * (lastsSeconds / (meanSeconds + lastsSeconds));
    expect(Math.abs(held.count - law)).toBeLessThan(error);
    expect(Math.abs(held.meanSeconds - lastsSeconds / 2)).toBeLessThan((3 * lastsSeconds) / Math.sqrt(12 * held.count));
    expect(counts.lost).toBe(0);
  });
});
