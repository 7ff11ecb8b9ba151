import {describe, expect, test} from 'vitest';
import {fleetOf, hostsOfCell, pooled} from '../../src/fleet/host-shape.ts';

const {POSITIVE_INFINITY} = Number;

describe('hosts', () => {
  test('are dealt to cells in turn, so that cells differ by at most one', () => {
    const ten = {count: 10, slots: 3, memoryMib: 512};
    expect([0, 1, 2, 3].map((cell) => hostsOfCell(ten, 4, cell))).toEqual([
      {...ten, count: 3},
      {...ten, count: 3},
      {...ten, count: 2},
      {...ten, count: 2},
    ]);
    for (let cells = 1; cells <= 10; cells++) {
      const counts = Array.from({length: cells}, (_, cell) => hostsOfCell(ten, cells, cell).count);
      expect(counts.reduce((a, b) => a + b)).toBe(10);
      expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1);
    }
  });

  test('are dealt where slots or memory alone are limited; without limits every cell has the one unlimited host', () => {
    const count = (slots: number, memoryMib: number) => hostsOfCell({count: 1, slots, memoryMib}, 2, 1).count;
    expect(count(4, POSITIVE_INFINITY)).toBe(0);
    expect(count(POSITIVE_INFINITY, 512)).toBe(0);
    expect(count(POSITIVE_INFINITY, POSITIVE_INFINITY)).toBe(1);
  });

  test('are one host of all their slots where nothing else is limited', () => {
    const slots = {count: 5, slots: 3, memoryMib: POSITIVE_INFINITY};
    expect(pooled(slots, POSITIVE_INFINITY)).toEqual({count: 1, slots: 15, memoryMib: POSITIVE_INFINITY});
    // Half a slot of each holds nothing.
    expect(pooled({...slots, slots: 3.5}, POSITIVE_INFINITY).slots).toBe(15);
    for (const hosts of [
      {...slots, memoryMib: 512},
      {...slots, slots: POSITIVE_INFINITY},
    ]) {
      expect(pooled(hosts, POSITIVE_INFINITY)).toEqual(hosts);
    }
    expect(pooled(slots, 2)).toEqual(slots);
  });

  test('are one where the flags give limits alone, unlimited where they give none, and none without a limit', () => {
    expect(fleetOf(undefined, 8, undefined)).toEqual({count: 1, slots: 8, memoryMib: POSITIVE_INFINITY});
    expect(fleetOf(undefined, undefined, 512)).toEqual({count: 1, slots: POSITIVE_INFINITY, memoryMib: 512});
    expect(fleetOf(3, 8, 512)).toEqual({count: 3, slots: 8, memoryMib: 512});
    expect(fleetOf(undefined, undefined, undefined)).toEqual({
      count: 1,
      slots: POSITIVE_INFINITY,
      memoryMib: POSITIVE_INFINITY,
    });
    expect(() => fleetOf(3, undefined, undefined)).toThrow('--hosts is 3 but a host has no limit');
  });
});
