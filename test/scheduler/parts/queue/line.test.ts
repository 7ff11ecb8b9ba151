import {describe, expect, test} from 'vitest';
import {Random} from '../../../../src/base/random.ts';
import {ARRIVAL_US, AT_HAND} from '../../../../src/scheduler/core/at-hand.ts';
import {Leaving} from '../../../../src/scheduler/parts/queue/leaving.ts';
import {Line} from '../../../../src/scheduler/parts/queue/line.ts';

const NONE = -1;
const FUNCTIONS = 4;

interface Call {
  readonly call: number;
  readonly fn: number;
  readonly arrivalUs: number;
  readonly came: number;
}

/** A line of four functions beside a list of the calls that wait, in the order in which they came. */
class Watched {
  readonly line = new Line(new Int32Array(FUNCTIONS), 1);
  waiting: Call[] = [];
  private came = 0;
  private readonly atHand = new Float64Array(AT_HAND);

  add(fn: number, arrivalUs: number): void {
    this.atHand[ARRIVAL_US] = arrivalUs;
    this.waiting.push({call: this.line.add(fn, this.atHand), fn, arrivalUs, came: this.came++});
  }

  replace(call: number, arrivalUs: number): void {
    this.atHand[ARRIVAL_US] = arrivalUs;
    this.line.replace(call, this.atHand);
    this.waiting = this.waiting.map((one) => (one.call === call ? {...one, arrivalUs} : one));
  }

  remove(call: number): void {
    this.line.remove(call);
    this.waiting = this.waiting.filter((one) => one.call !== call);
  }
}

describe('the line', () => {
  test.each([1, 2, 3])('knows who came first, whoever left in between; seed %s', (seed) => {
    const random = new Random(seed);
    const watched = new Watched();
    for (let step = 0; step < 5000; step++) {
      const {waiting} = watched;
      // Longer and shorter by turns.
      const grows = random.next() < (step % 1000 < 500 ? 0.7 : 0.3);
      if (grows || waiting.length === 0) watched.add(random.below(FUNCTIONS), step);
      else watched.remove(waiting[random.below(waiting.length)]!.call);
      // Not asked every time: who has gone may be many.
      if (step % 7 < 4) expect(watched.line.first).toBe(watched.waiting[0]?.call ?? NONE);
    }
  });
});

describe('who leaves', () => {
  const order = (longestUs: Float64Array) => (a: Call, b: Call) =>
    a.arrivalUs + longestUs[a.fn]! - b.arrivalUs - longestUs[b.fn]! || a.fn - b.fn || a.came - b.came;

  test.each([
    ['all wait equally long', [50, 50, 50, 50], 0, false],
    ['each function has its own patience, one for ever', [50, 20, Number.POSITIVE_INFINITY, 90], 0, false],
    ['calls come again that arrived long ago', [50, 50, 50, 50], 0.02, false],
    ['calls take the place of others', [6, 6, 6, 6], 0, true],
  ])('%s: each at its time, of one time by function and as they came', (_, longest, late, replaces) => {
    const longestUs = Float64Array.from(longest);
    const random = new Random(9);
    const watched = new Watched();
    const leaving = Leaving.of(watched.line, longestUs)!;
    let left = 0;
    for (let nowUs = 0; nowUs < 3000; nowUs++) {
      for (let due = leaving.due(nowUs); due !== NONE; due = leaving.due(nowUs), left++) {
        // A function's calls leave as they came.
        const heads = watched.waiting.filter(({fn, call}) => watched.line.oldest[fn] === call);
        const next = heads.sort(order(longestUs))[0]!;
        expect([due, next.arrivalUs + longestUs[next.fn]! <= nowUs]).toEqual([next.call, true]);
        watched.remove(due);
        leaving.changed(next.fn);
      }
      const ends = watched.waiting
        .filter(({fn, call}) => watched.line.oldest[fn] === call)
        .map(({arrivalUs, fn}) => arrivalUs + longestUs[fn]!);
      expect(leaving.nextUs()).toBe(Math.min(...ends, Number.POSITIVE_INFINITY));
      for (let k = random.below(3); k > 0; k--) {
        const fn = random.below(FUNCTIONS);
        const old = watched.line.oldest[fn]!;
        if (replaces && old !== NONE) watched.replace(old, nowUs);
        else watched.add(fn, random.next() < late ? nowUs - random.below(40) : nowUs);
        leaving.changed(fn);
      }
      const {waiting} = watched;
      if (waiting.length === 0 || random.next() < 0.5) continue;
      const served = waiting[random.below(waiting.length)]!;
      watched.remove(served.call);
      leaving.changed(served.fn);
    }
    expect(left).toBeGreaterThan(100);
  });

  test('nobody does where all wait for ever', () => {
    expect(Leaving.of(new Line(new Int32Array(2), 1), new Float64Array(2).fill(Number.POSITIVE_INFINITY))).toBe(
      undefined,
    );
  });
});
