import {expect, test} from 'vitest';
import {playFaultSchedules} from './fault-schedules.ts';

test('over 10,000 random fault schedules no asynchronous call is lost, and every call is told of once', () => {
  const {lost, retried, duplicated} = playFaultSchedules(1_000_000, 1_010_000);
  expect(Math.min(lost, retried, duplicated)).toBeGreaterThan(500);
});
