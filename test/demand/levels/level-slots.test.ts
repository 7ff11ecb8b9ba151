import fc from 'fast-check';
import {expect, test} from 'vitest';
import {LevelSlots} from '../../../src/demand/levels/level-slots.ts';

test('every level of every function has a slot of its own, which knows whose it is', () => {
  // A call of function f arrives, or one of those that run finishes.
  const step = fc.record({fn: fc.nat({max: 3}), arrives: fc.integer({min: 0, max: 3}).map((x) => x > 0)});
  fc.assert(
    fc.property(fc.array(step, {maxLength: 200}), (steps) => {
      const slots = new LevelSlots(4);
      const running = [0, 0, 0, 0];
      const known = new Map<string, number>();
      for (const {fn, arrives} of steps) {
        if (!arrives && running[fn] === 0) continue;
        const level = arrives ? slots.rise(fn) : slots.fall(fn);
        expect(level).toBe(arrives ? ++running[fn]! : running[fn]!--);
        expect(slots.level(fn)).toBe(running[fn]);
        const slot = slots.slotOf(fn, level);
        expect(slot).toBeLessThan(slots.size);
        expect([slots.fnOf(slot), slots.levelOf(slot)]).toEqual([fn, level]);
        // A slot stays where it is while others come.
        expect(known.get(`${fn} ${level}`) ?? slot).toBe(slot);
        known.set(`${fn} ${level}`, slot);
        slots.roseUs[slot] = fn + 10 * level;
      }
      expect(new Set(known.values()).size).toBe(known.size);
      for (const [who, slot] of known) {
        const [fn, level] = who.split(' ').map(Number);
        expect(slots.roseUs[slot]).toBe(fn! + 10 * level!);
      }
    }),
  );
});

test('levels of one octave share a block, level 1 and other functions do not', () => {
  const slots = new LevelSlots(2);
  for (let k = 0; k < 8; k++) slots.rise(0);
  slots.rise(1);
  const block = (fn: number, level: number) => slots.blockOf(slots.slotOf(fn, level));
  expect(block(0, 3)).toBe(block(0, 4));
  expect(block(0, 5)).toBe(block(0, 8));
  expect(new Set([block(0, 1), block(0, 2), block(0, 3), block(0, 5), block(1, 1)]).size).toBe(5);
  expect(slots.slotOf(1, 2)).toBe(-1);
});

test('with several places a call that finds one beside others rises to no level', () => {
  const slots = new LevelSlots(2, Int32Array.of(3, 1));
  expect([0, 1, 2, 3, 4].map(() => slots.rise(0))).toEqual([1, 0, 0, 2, 0]);
  expect([slots.rise(1), slots.rise(1)]).toEqual([1, 2]);
  expect(slots.level(0)).toBe(2);
  expect([0, 1, 2, 3, 4].map(() => slots.fall(0))).toEqual([0, 2, 0, 0, 1]);
  expect([slots.level(0), slots.fall(1), slots.level(1)]).toEqual([0, 2, 1]);
});
