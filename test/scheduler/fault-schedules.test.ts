import {expect, test} from 'vitest';
import {playFaultSchedules} from './fault-schedules.ts';

test('over 600 random fault schedules no asynchronous call is lost, and every call is told of once', () => {
  const {lost, retried, lostUs} = playFaultSchedules(0, 600);
  expect(Math.min(lost, retried)).toBeGreaterThan(100);
  expect(lostUs).toBeGreaterThan(0);
});
