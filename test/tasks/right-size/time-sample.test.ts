import {expect, test} from 'vitest';
import {US_PER_HOUR, US_PER_MINUTE} from '../../../src/base/units.ts';
import {ClockHours} from '../../../src/tasks/right-size/clock-hours.ts';
import {timeSampleOf} from '../../../src/tasks/right-size/time-sample.ts';
import {invocationsOf, invocationsTotal} from '../../../src/workload/workload.ts';
import {parsePolicy, testOptions} from '../../helpers/options.ts';
import {type MinuteRow, minutesOf, minuteWorkload} from '../../helpers/workload.ts';

const DAYS = 4;

/** A function with 600 calls each minute, and one that is called three times. */
function busyTrace(perMinute: number) {
  const rows: MinuteRow[] = Array.from({length: DAYS * 1440}, (_, minute) => ({
    function: 'hot',
    minute,
    count: perMinute,
  }));
  for (const minute of [77, 1500, 4000]) rows.push({function: 'rare', minute, count: 1});
  return minuteWorkload(rows);
}

const hot = busyTrace(600);
const options = testOptions(hot);

test('a trace of two million calls is small enough to be replayed whole', () => {
  const small = busyTrace(300);
  expect(timeSampleOf(small, testOptions(small), new ClockHours(options, true))).toBeUndefined();
});

test('every hour of the day has a quarter that stands for all of it, in whole minutes', () => {
  const hours = new ClockHours(options, true);
  const {blocks, weight, cut} = timeSampleOf(hot, options, hours)!;
  expect(new Set(blocks.map(({sum}) => sum)).size).toBe(24);
  for (const {fromUs, untilUs, sum} of blocks) {
    expect([fromUs % US_PER_MINUTE, untilUs - fromUs]).toEqual([0, 15 * US_PER_MINUTE]);
    expect(Math.floor(fromUs / US_PER_HOUR) % 24).toBe(sum);
  }
  const told = blocks.reduce((us, {fromUs, untilUs, sum}) => us + weight[sum]! * (untilUs - fromUs), 0);
  expect(told).toBeCloseTo(options.untilUs, 0);
  expect([...cut]).toEqual([1, 0]);
});

test('what is called rarely stays whole, of the rest there are the quarters and what comes shortly before', () => {
  const {blocks, of} = timeSampleOf(hot, options, new ClockHours(options, false))!;
  const sampled = of(hot);
  expect(of(hot).arrivals).toBe(sampled.arrivals);
  expect(invocationsOf(sampled, 1)).toBe(3);
  expect(invocationsTotal(sampled)).toBeLessThan(1.1e6);
  if (sampled.arrivals.kind !== 'minute') throw new Error('counts stay counts');
  const kept = minutesOf(sampled.arrivals, 0).map(([minute]) => minute);
  const within = (minute: number): boolean =>
    blocks.some(({fromUs, untilUs}) => {
      const us = minute * US_PER_MINUTE;
      return us >= fromUs - 10 * US_PER_MINUTE && us < untilUs;
    });
  expect(kept).toEqual(Array.from({length: DAYS * 1440}, (_, minute) => minute).filter(within));
});

test('sums over a sample come near those of the whole, where hours are alike', async () => {
  const hours = new ClockHours(options, true);
  const sample = timeSampleOf(hot, options, hours)!;
  const sums = await hours.replayed(hot, parsePolicy('fixed:ttl=10m'), options, sample);
  const calls = (row: number): number =>
    sums.reduce(
      (all, {parts}) =>
        all + parts.reduce((sum, {ledger, weight}) => sum + ledger.functions.calls[row]! * weight[row]!, 0),
      0,
    );
  expect(calls(1)).toBe(3);
  expect(calls(0)).toBeCloseTo(DAYS * 1440 * 600, 0);
});
