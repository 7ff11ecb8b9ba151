import {expect, test} from 'vitest';
import {CallWorth, PARTS_OF_CALL} from '../../../src/scheduler/core/call-worth.ts';

const {POSITIVE_INFINITY} = Number;

test('a start at the deadline is on time, one microsecond later is late', () => {
  const worth = new CallWorth({
    deadlineUs: Float64Array.of(100, POSITIVE_INFINITY),
    halfLifeUs: Float64Array.of(POSITIVE_INFINITY, POSITIVE_INFINITY),
  });
  worth.delayed(0, 100);
  worth.delayed(0, 101);
  worth.delayed(1, 1e12);
  expect([...worth.late]).toEqual([1, 0]);
  expect([...worth.gone]).toEqual([0, 0]);
});

test('half of the value is gone after one half-life, three quarters after two', () => {
  const worth = new CallWorth({deadlineUs: Float64Array.of(0), halfLifeUs: Float64Array.of(50)});
  worth.delayed(0, 50);
  worth.delayed(0, 100);
  expect(worth.gone[0]! / PARTS_OF_CALL).toBe(0.5 + 0.75);
  worth.reset();
  expect([worth.late[0], worth.gone[0]]).toEqual([0, 0]);
});
