import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {US_PER_MINUTE} from '../../../src/base/units.ts';
import {Ledger} from '../../../src/replay/ledger.ts';
import {callsWithin, checkAllCalls, checkSums} from '../../../src/replay/run/all-calls.ts';
import {replay} from '../../../src/replay/run/replay.ts';
import {parsePolicy, testOptions} from '../../helpers/options.ts';
import {eventWorkload, minuteWorkload} from '../../helpers/workload.ts';

const span = fc
  .tuple(fc.nat(10 * US_PER_MINUTE), fc.nat(10 * US_PER_MINUTE))
  .map(([a, b]) => [Math.min(a, b), Math.max(a, b)]);

describe('calls within a part of the span', () => {
  test('of single calls are those whose arrivals lie in it', () => {
    const calls = fc.array(fc.record({f: fc.nat(3), at: fc.nat(9 * US_PER_MINUTE)}), {minLength: 1, maxLength: 40});
    fc.assert(
      fc.property(calls, span, (rows, [fromUs, untilUs]) => {
        const workload = eventWorkload(rows.map(({f, at}) => ({function: `f${f}`, at})));
        const origin = workload.meta.originUs;
        const {least, most} = callsWithin(workload, fromUs!, untilUs!);
        for (let f = 0; f < workload.functions; f++) {
          const own = rows.filter((row) => `f${row.f}` === workload.name.at(f)).map(({at}) => at - origin);
          const within = own.filter((at) => at >= fromUs! && at < untilUs!).length;
          expect([least[f], most[f]]).toEqual([within, within]);
        }
      }),
    );
  });

  test('of counted ones are those of whole minutes, and perhaps of minutes that it cuts', () => {
    const workload = minuteWorkload([0, 1, 2, 3].map((minute) => ({function: 'f', minute, count: 10 ** minute})));
    const within = (from: number, until: number): number[] => {
      const {least, most} = callsWithin(workload, from * US_PER_MINUTE, until * US_PER_MINUTE);
      return [least[0]!, most[0]!];
    };
    expect(within(0, 4)).toEqual([1111, 1111]);
    expect(within(0, 9)).toEqual([1111, 1111]);
    expect(within(1, 3)).toEqual([110, 110]);
    expect(within(0.5, 3)).toEqual([110, 111]);
    expect(within(1.25, 1.5)).toEqual([0, 10]);
    expect(within(2, 2)).toEqual([0, 0]);
  });
});

describe('every run', () => {
  const workload = minuteWorkload([
    {function: 'f', minute: 0, count: 7},
    {function: 'g', minute: 0, count: 5},
  ]);
  const all = callsWithin(workload, 0, workload.meta.spanUs);

  test('counts the calls of the workload, function by function, or ends by saying so', () => {
    const message = "broken invariant: the replay counts 6 calls of 'f', the workload has 7";
    expect(() => checkAllCalls(workload, all, Float64Array.of(7, 5))).not.toThrow();
    expect(() => checkAllCalls(workload, all, Float64Array.of(6, 6))).toThrow(message);
    expect(() => checkAllCalls(workload, all, Float64Array.of(6, 5), true)).not.toThrow();
    expect(() => checkAllCalls(workload, all, Float64Array.of(6, 6), true)).toThrow("6 calls of 'g'");
  });

  test('counts them whatever becomes of them, within a cut minute, too', async () => {
    const busy = minuteWorkload(
      Array.from({length: 60}, (_, k) => ({
        function: `f${k % 12}`,
        minute: Math.floor(k / 12),
        count: 1 + ((7 * k) % 90),
      })),
    );
    const fleet = {count: 2, slots: 3, memoryMib: Number.POSITIVE_INFINITY};
    for (const given of [
      {fleet, maxWaitUs: 1e6},
      {fleet, cells: 2, coalesce: true},
      {fleet, startsPerSecond: 0.5, fromUs: 1.5 * US_PER_MINUTE},
      {cells: 7, untilUs: 3.3 * US_PER_MINUTE, fromUs: 0.1 * US_PER_MINUTE},
    ]) {
      const [ledger] = await replay(busy, [parsePolicy('fixed:ttl=1m')], testOptions(busy, given));
      expect(ledger!.counts.invocations).toBeGreaterThan(0);
    }
  });

  test('is refused when the time of one function is more than whole microseconds can be summed', () => {
    const ledger = new Ledger('infinite', 2);
    expect(() => checkSums(workload, ledger)).not.toThrow();
    ledger.functions.idleUs[1] = 2 ** 53;
    expect(() => checkSums(workload, ledger)).toThrow(
      "instances of 'g' are idle for more than 285 years in all under infinite",
    );
  });
});
