import {describe, expect, test} from 'vitest';
import {StartsWithin} from '../../../../src/replay/policies/predictive/starts-within.ts';

const SECOND = 1_000_000;
const COLD_S = 0.5;
/** Minutes end a start early: what is not ready by then is left to the next one. */
const END_S = 60 - COLD_S;

/** Two functions for which a warm minute costs so much of a start. */
const startsAt = (threshold: number) =>
  new StartsWithin({
    coldUs: new Float64Array(2).fill(COLD_S * SECOND),
    leadUs: new Float64Array(2).fill(COLD_S * SECOND),
    threshold: new Float64Array(2).fill(threshold),
  });

/** A rise `seconds` after the trace began, in minute 0 unless said otherwise: what its call loses, and what of the next level is there. */
function rise(starts: StartsWithin, level: number, seconds: number, {fn = 0, minute = 0} = {}) {
  starts.rise(fn, level, minute, seconds * SECOND);
  return [starts.lost, starts.nextAhead];
}

describe('what starts within a minute', () => {
  test('a level is started when the one below is reached, and loses what of the start is left when its call comes', () => {
    // Unseen, level 2 follows level 1 in a fifth of the minutes; level 3 is worth 0.2 x 0.3 x 0.6 = 0.036.
    const starts = startsAt(0.05);
    expect(rise(starts, 1, 10)).toEqual([1, (END_S - 10) / 60]);
    // Level 4 is worth 0.3 x 0.3 x 0.6 = 0.054 now: started with level 3.
    expect(rise(starts, 2, 10.125)).toEqual([0.75, (END_S - 10.125) / 60]);
    expect(rise(starts, 3, 11)).toEqual([0, (END_S - 10.125) / 60]);
    expect(rise(starts, 4, 10.25)).toEqual([0.75, expect.anything()]);
  });

  test('what no rise of the minute has started loses all of its start', () => {
    const starts = startsAt(0.05);
    expect(rise(starts, 2, 10)[0]).toBe(1);
    expect(rise(starts, 1, 70, {minute: 1})[0]).toBe(1);
    // Another minute and another function begin anew.
    expect(rise(starts, 2, 130, {minute: 2})[0]).toBe(1);
    rise(starts, 1, 131, {minute: 2});
    expect(rise(starts, 2, 131, {fn: 1, minute: 2})[0]).toBe(1);
  });

  test('nothing is started where it is worth less than what is warm till the end, nor too late to be ready by then', () => {
    expect(rise(startsAt(0.25), 1, 10)).toEqual([1, 0]);
    const late = startsAt(0.05);
    expect(rise(late, 1, END_S - COLD_S)).toEqual([1, 0]);
    expect(rise(late, 2, END_S - 0.01)).toEqual([1, 0]);
  });
});
