import {expect, test} from 'vitest';
import {HeardHosts} from '../../../src/replay/log/heard-hosts.ts';
import {CALL_FIELDS, CALL_FN, END_US, ON_HOST, START_US} from '../../../src/scheduler/core/call-rows.ts';

function heard(...calls: readonly [host: number, fn: number, startUs: number, endUs: number][]): HeardHosts {
  const rows = new Float64Array(calls.length * CALL_FIELDS).fill(Number.NaN);
  calls.forEach(([host, fn, startUs, endUs], k) => {
    const at = k * CALL_FIELDS;
    [rows[at + ON_HOST], rows[at + CALL_FN], rows[at + START_US], rows[at + END_US]] = [host, fn, startUs, endUs];
  });
  const hosts = new HeardHosts();
  hosts.take(0, 0, '', rows);
  return hosts;
}

test('hosts with a call that runs on, by hand: calls that overlap count once, other functions if they are asked for', () => {
  const hosts = heard([1, 0, 10, 40], [0, 0, 0, 50], [0, 0, 20, 80], [0, 1, 90, 100], [1, 0, 60, Number.NaN]);
  // Host 0 has one for 80 of 100, host 1 for 30.
  expect(hosts.hostsHeld(0, 0, 0, 100)).toBeCloseTo(1.1, 12);
  // For 25 more: [0, 25) and [20, 55) on host 0, [10, 15) on host 1.
  expect(hosts.hostsHeld(0, 25, 0, 100)).toBeCloseTo(0.6, 12);
  expect(hosts.hostsHeld(undefined, 0, 0, 100)).toBeCloseTo(1.2, 12);
  // Of [30, 100): 50 of 70 on host 0, 10 on host 1.
  expect(hosts.hostsHeld(0, 0, 30, 100)).toBeCloseTo(60 / 70, 12);
});
