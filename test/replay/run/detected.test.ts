import {describe, expect, test} from 'vitest';
import {US_PER_MINUTE} from '../../../src/base/units.ts';
import {detectedOf} from '../../../src/replay/run/detected.ts';
import {SlowedMinutes} from '../../../src/scheduler/parts/contention/slowed-minutes.ts';

const workUs = 1000;

/** A call a minute, which takes so much longer than alone; NaN: none. */
function minutes(...factors: readonly number[]): SlowedMinutes {
  const slowed = new SlowedMinutes();
  factors.forEach((factor, minute) => {
    if (!Number.isNaN(factor)) slowed.ended(0, workUs, workUs * factor, minute * US_PER_MINUTE + 1);
  });
  return slowed;
}

const found = (slowed: SlowedMinutes, minutes: number, from = 0) =>
  detectedOf(
    slowed,
    1,
    {slower: 0.1, learnMinutes: undefined},
    {
      fromUs: from * US_PER_MINUTE,
      untilUs: minutes * US_PER_MINUTE,
    },
  );

describe('who would find what neighbours slow down, by hand', () => {
  test('a spell of four minutes after ten calm ones is found in its third minute, by either rule', () => {
    const its = found(minutes(...Array(14).fill(1), 1.5, 1.5, 1.5, 1.5, 1, 1), 20);
    // The alarm goes on while three of the last five minutes were slowed: from the third minute to the last but none.
    const expected = {alarms: 4, right: 4, spells: 1, found: 1, minutes: 3};
    expect(its).toMatchObject({watched: 1, shortSpells: 0, cpi: expected, robust: expected});
    expect([its.workUs[0], its.serviceUs[0]]).toEqual([20 * workUs, 22 * workUs]);
  });

  test('what is always slowed down is usual: nobody finds it', () => {
    const its = found(minutes(...Array(20).fill(1.5)), 20);
    expect(its.cpi).toEqual({alarms: 0, right: 0, spells: 1, found: 0, minutes: 0});
  });

  test('a spell below three minutes is told as one, and a rise below what counts is an alarm that is not right', () => {
    const brief = found(minutes(...Array(12).fill(1), 1.5, 1.5, ...Array(6).fill(1)), 20);
    expect(brief).toMatchObject({shortSpells: 1, cpi: {alarms: 0, spells: 1, found: 0}});
    const slight = found(minutes(...Array(12).fill(1), 1.05, 1.05, 1.05, 1, 1, 1, 1, 1), 20);
    expect(slight.cpi).toMatchObject({alarms: 3, right: 0, spells: 0});
  });

  test('minutes without a call are of the spell around them; too few to learn from, and nobody watches', () => {
    const gaps = [1.5, Number.NaN, 1.5, Number.NaN, 1.5];
    const its = found(minutes(...Array(12).fill(1), ...gaps, 1, 1, 1), 20);
    expect(its.cpi).toMatchObject({spells: 1, found: 1, minutes: 5});
    const rare = found(minutes(1, 1, 1, 1, ...Array(8).fill(Number.NaN), 1.5, 1.5, 1.5, 1, 1, 1, 1, 1), 20);
    expect(rare).toMatchObject({watched: 0, cpi: {alarms: 0, spells: 1, found: 0}});
  });

  test('what comes before the counted part teaches and does not count', () => {
    const its = found(minutes(...Array(12).fill(1), 1.5, 1.5, 1.5, 1, 1, 1, 1, 1, 1, 1), 22, 18);
    expect(its.cpi).toEqual({alarms: 0, right: 0, spells: 0, found: 0, minutes: 0});
    expect(its.workUs[0]).toBe(4 * workUs);
  });
});
