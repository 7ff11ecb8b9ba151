import {expect, test} from 'vitest';
import {playFaultSchedules} from './fault-schedules.ts';

test('over 800 random fault schedules no asynchronous call is lost, no more are duplicated than were in flight', () => {
  const {lost, retried, duplicated, lostUs} = playFaultSchedules(0, 800);
  expect(Math.min(lost, retried, duplicated)).toBeGreaterThan(40);
  expect(lostUs).toBeGreaterThan(0);
});
