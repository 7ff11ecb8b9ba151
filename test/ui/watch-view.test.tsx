import {render} from 'ink-testing-library';
import {expect, test} from 'vitest';
import {WatchView} from '../../src/ui/watch-view.tsx';

const idle = {
  ...{
    policy: 'adaptive',
    atMs: Number.NaN,
    cell: 1,
    cells: 1,
    callsPerSecond: 0,
    busy: 0,
    idle: 0,
    starting: 0,
    waiting: 0,
  },
  ...{coldShare: Number.NaN, p99DelayMs: Number.NaN, usd: 0, instances: []},
};

test('a row a policy: where it is, what it does, and dashes for one that waits for its turn', () => {
  const busy = {
    ...{
      policy: 'none',
      atMs: 90_000,
      cell: 1,
      cells: 1,
      callsPerSecond: 12.345,
      busy: 3,
      idle: 1.5,
      starting: 0.25,
      waiting: 1200,
    },
    ...{coldShare: 0.125, p99DelayMs: 500, usd: 1.5, instances: [1, 2]},
  };
  const frame = render(<WatchView spanMs={3_600_000} paused={false} policies={[busy, idle]} />).lastFrame()!;
  const [head, first, second, keys] = frame.split('\n').map((line) => line.trim().split(/\s{2,}|(?<=\S) (?=▁|█|▅)/));
  expect(head).toEqual([
    'policy',
    'at',
    'calls/s',
    'busy',
    'idle',
    'starting',
    'queue',
    'cold',
    'p99 delay',
    'dollars',
  ]);
  expect(first!.slice(0, 10)).toEqual([
    'none',
    '1.5 min',
    '12.3',
    '3',
    '1.5',
    '0.25',
    '1,200',
    '12.5 %',
    '500 ms',
    '$1.50',
  ]);
  expect(second).toEqual(['adaptive', ...new Array(9).fill('-')]);
  expect(keys).toEqual(['p pauses, q quits; 1 h in all']);
});

test('says how to go on while it is paused', () => {
  const frame = render(<WatchView spanMs={1000} paused policies={[idle]} />).lastFrame()!;
  expect(frame).toContain('paused; p goes on, q quits');
});

test('says which cell is at hand where there are several', () => {
  const policies = [
    {...idle, atMs: 60_000, cell: 2, cells: 16},
    {...idle, policy: 'none', cells: 16},
  ];
  const frame = render(<WatchView spanMs={1000} paused={false} policies={policies} />).lastFrame()!;
  expect(frame).toMatch(/policy +cell +at /);
  expect(frame).toMatch(/adaptive +2\/16 +1 min /);
  expect(frame).toMatch(/none +- +- /);
});

test('keeps each policy on one line where it is narrow, its name cut if need be', () => {
  const policies = ['fixed:ttl=10m', 'hybrid:range=4h,head=0,tail=100'].map((policy) => ({
    ...{...idle, policy, atMs: 60_000, callsPerSecond: 1234, busy: 1011, idle: 736},
    ...{starting: 0.664, waiting: 12, coldShare: 0.000425, p99DelayMs: 500, usd: 12_345},
  }));
  // The library's terminal has 100 columns, ten less than what long names and wide columns want.
  const frame = render(<WatchView spanMs={1000} paused={false} policies={policies} />).lastFrame()!;
  expect(frame.split('\n')).toEqual([
    'policy                            at calls/s  busy  idle start queue     cold     p99 dollars',
    'fixed:ttl=10m                  1 min   1,234 1,011   736 0.664    12 0.0425 %  500 ms $12,345',
    'hybrid:range=4h,head=0,tail…   1 min   1,234 1,011   736 0.664    12 0.0425 %  500 ms $12,345',
    'p pauses, q quits; 1 s in all',
  ]);
});
