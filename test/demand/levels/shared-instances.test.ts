import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {LevelMeter} from '../../../src/demand/levels/level-meter.ts';
import {SharedInstances} from '../../../src/demand/levels/shared-instances.ts';

interface Call {
  readonly at: number;
  readonly hold: number;
}

/** Instances as objects, none of them ever destroyed: who had a place to give last serves. */
function naive(calls: readonly Call[], places: number, until: number) {
  const instances: {ends: number[]; freed: number}[] = [];
  const log: string[] = [];
  let order = 0;
  const finish = (at: number): void => {
    for (;;) {
      const next = Math.min(...instances.flatMap(({ends}) => ends));
      if (!(next <= at)) return;
      const one = instances.find(({ends}) => ends.includes(next))!;
      one.ends.splice(one.ends.indexOf(next), 1);
      one.freed = order++;
      if (one.ends.length === 0) log.push(`fall ${next}`);
    }
  };
  for (const {at, hold} of calls) {
    finish(at);
    const free = instances.filter(({ends}) => ends.length < places).sort((a, b) => b.freed - a.freed);
    let one = free[0];
    if (one === undefined) {
      one = {ends: [], freed: order++};
      instances.push(one);
    }
    if (one.ends.length === 0) log.push(`rise ${at}`);
    one.ends.push(at + hold);
  }
  finish(until);
  return log;
}

/** Calls at distinct times that end at distinct times. */
const anyCalls = fc
  .array(fc.record({gap: fc.integer({min: 1, max: 6}), hold: fc.integer({min: 1, max: 40})}), {maxLength: 60})
  .map((steps) => {
    let at = 0;
    return steps.map(({gap, hold}, k) => {
      at += gap;
      return {at, hold: hold + (k + 1) / 128};
    });
  });

describe('instances of several places', () => {
  test('rise and fall as instances do that serve last in, first out', () => {
    fc.assert(
      fc.property(anyCalls, fc.integer({min: 2, max: 5}), (calls, places) => {
        const log: string[] = [];
        const fellAt: number[] = [];
        let [busy, opened] = [0, 0];
        const shared = new SharedInstances({
          get lastIdleAt() {
            return busy < opened ? fellAt[busy]! : Number.NEGATIVE_INFINITY;
          },
          rise(at) {
            log.push(`rise ${at}`);
            opened = Math.max(opened, ++busy);
            return true;
          },
          fall(at) {
            log.push(`fall ${at}`);
            fellAt[--busy] = at;
          },
        });
        shared.reset(places, 0);
        for (const {at, hold} of calls) shared.call(at, at + hold);
        shared.finishUntil(1000);
        expect(log).toEqual(naive(calls, places, 1000));
      }),
    );
  });

  test('by hand: three calls in two places, and the waits that a cold start brings', () => {
    const meter = new LevelMeter(10, 50);
    meter.reset(10, 2, 4);
    // The first instance from 0 to 8 with two calls, the second from 2 to 3 with the third, the first again at 20.
    for (const [at, until] of [
      [0, 8],
      [1, 5],
      [2, 3],
      [20, 21],
    ] as const) {
      expect(meter.call(at, until)).toBe(true);
    }
    meter.finish(100);
    expect(meter.levels).toBe(2);
    expect([...meter.rises.subarray(0, 2)]).toEqual([2, 1]);
    expect([...meter.coldRises.subarray(0, 2)]).toEqual([2, 1]);
    expect([...meter.idleSeconds.subarray(0, 2)]).toEqual([12 + 79, 2 + 97]);
    // The second call comes one second after a start of four has begun, so it waits for three quarters of it.
    expect(meter.waitsPerRise).toBe(1 + 0.75 / 3);
  });

  test('with one place nothing is shared, whatever was measured before', () => {
    const meter = new LevelMeter(10, 50);
    meter.reset(10, 3);
    meter.call(0, 5);
    meter.call(1, 5);
    expect(meter.levels).toBe(1);
    meter.reset();
    meter.call(0, 5);
    meter.call(1, 5);
    expect([meter.levels, meter.waitsPerRise]).toEqual([2, 1]);
  });
});
