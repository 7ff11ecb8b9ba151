import {describe, expect, test} from 'vitest';
import {Random} from '../../../src/base/random.ts';
import {WholePeak} from '../../../src/replay/run/whole-peak.ts';
import {type CellChanges, Changes} from '../../../src/scheduler/core/changes.ts';

const MEMORY_MIB = [100, 300, 0.5];

interface Life {
  readonly fn: number;
  readonly cameUs: number;
  readonly wentUs: number;
}

function notedBy(lives: readonly Life[], make: () => Changes): CellChanges {
  const changes = make();
  changes.beginCounting(0, 0);
  for (const {fn, cameUs, wentUs} of lives) {
    changes.came(fn, cameUs);
    changes.went(fn, wentUs);
  }
  return changes.noted();
}

/** The most that are there at the moment at which one comes. */
function naivePeak(lives: readonly Life[], weight: (fn: number) => number): number {
  const at = (us: number) =>
    lives.reduce((sum, {fn, cameUs, wentUs}) => (cameUs <= us && us < wentUs ? sum + weight(fn) : sum), 0);
  return lives.reduce((most, {cameUs}) => Math.max(most, at(cameUs)), 0);
}

describe('the peak of parts together', () => {
  test('is no sum of their peaks, and whoever goes at a time makes room for who comes', () => {
    const untilUs = 100;
    const whole = new WholePeak((row) => MEMORY_MIB[row]!, 0, untilUs);
    const make = () => new Changes(Float64Array.from(MEMORY_MIB), untilUs);
    const one = notedBy([{fn: 0, cameUs: 10, wentUs: 20}], make);
    const other = notedBy([{fn: 1, cameUs: 20, wentUs: 30}], make);
    expect(whole.add(one, Int32Array.of(0, 1))).toBe(true);
    // The second part's function 1 is the workload's row 2.
    expect(whole.add(other, Int32Array.of(1, 2))).toBe(true);
    expect(whole.peaks()).toEqual({slots: 1, memoryMib: 100});
  });

  test('counts what was there as the counted part began', () => {
    const changes = new Changes(Float64Array.from(MEMORY_MIB), 100);
    changes.came(0, 3);
    changes.beginCounting(4, 900);
    changes.went(1, 50);
    changes.came(0, 60);
    const whole = new WholePeak((row) => MEMORY_MIB[row]!, 10, 100);
    whole.add(changes.noted(), Int32Array.of(0, 1, 2));
    expect(whole.peaks()).toEqual({slots: 4, memoryMib: 900});
  });

  test.for([
    {seed: 1, lives: 5, span: 60, rounds: 60},
    {seed: 2, lives: 60, span: 3e4, rounds: 30},
    {seed: 3, lives: 300, span: 3e6, rounds: 20},
    {seed: 4, lives: 300, span: 86.4e9, rounds: 4},
  ])('is what counting one by one finds, noted one by one or asked again: $lives lives in $span us', (given) => {
    const random = new Random(given.seed);
    let again = 0;
    for (let round = 0; round < given.rounds; round++) {
      const parts = Array.from({length: 1 + random.below(4)}, () =>
        Array.from({length: random.below(given.lives)}, (): Life => {
          // Half of them in a burst.
          const cameUs = random.below(2) ? random.below(given.span) : Math.floor(given.span / 2) + random.below(20);
          return {fn: random.below(3), cameUs, wentUs: cameUs + 1 + random.below(given.span / 5)};
        }),
      );
      const memoryMib = Float64Array.from(MEMORY_MIB);
      const rows = Int32Array.of(0, 1, 2);
      const whole = new WholePeak((row) => MEMORY_MIB[row]!, 0, given.span);
      const few = random.below(3) === 0 ? 1 << 20 : random.below(40);
      const asked = parts.filter(
        (lives) =>
          !whole.add(
            notedBy(lives, () => new Changes(memoryMib, given.span, undefined, few)),
            rows,
          ),
      );
      const {watched} = whole;
      for (const lives of asked)
        whole.addWatched(
          notedBy(lives, () => new Changes(memoryMib, given.span, {marked: watched})),
          rows,
        );
      again += asked.length;
      const within = parts.flat().filter(({cameUs}) => cameUs < given.span);
      expect(whole.peaks()).toEqual({
        slots: naivePeak(within, () => 1),
        memoryMib: naivePeak(within, (fn) => MEMORY_MIB[fn]!),
      });
    }
    expect(again).toBeGreaterThan(1);
  });
});
