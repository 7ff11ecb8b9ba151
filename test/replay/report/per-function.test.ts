import {expect, test} from 'vitest';
import {Ledger} from '../../../src/replay/ledger.ts';
import {perFunctionHeader, perFunctionLines} from '../../../src/replay/report/per-function.ts';
import {eventWorkload} from '../../helpers/workload.ts';

const workload = eventWorkload([
  {function: 'plain', app: 'a', owner: 'o', at: 0},
  {function: 'twice', app: 'a', owner: 'o', at: 0},
  {function: 'twice', app: 'b', owner: 'o', at: 0},
  {function: 'idle', app: 'b', owner: 'p', at: 0},
  {function: 'with,comma', app: 'b', owner: 'p', at: 0},
]);

/** What became of the calls of each function. */
function ledgerOf(
  policy: string,
  rows: Readonly<Record<'calls' | 'cold' | 'dropped' | 'abandoned' | 'stillQueued', number[]>>,
) {
  const ledger = new Ledger(policy, workload.functions);
  for (const [name, values] of Object.entries(rows)) ledger.functions[name as keyof typeof rows].set(values);
  return ledger;
}

test('a line a policy and called function; warm is what is left; a name that recurs is told by owner and app', () => {
  const first = ledgerOf('none', {
    calls: [10, 7, 3, 0, 1],
    cold: [4, 1, 3, 0, 1],
    dropped: [2, 0, 0, 0, 0],
    abandoned: [1, 2, 0, 0, 0],
    stillQueued: [1, 3, 0, 0, 0],
  });
  const second = ledgerOf('infinite', {
    calls: [0, 0, 0, 5, 0],
    cold: [0, 0, 0, 0, 0],
    dropped: [0, 0, 0, 0, 0],
    abandoned: [0, 0, 0, 0, 0],
    stillQueued: [0, 0, 0, 0, 0],
  });
  expect(perFunctionHeader).toBe('policy,function,invocations,warm,cold,dropped\n');
  expect([...perFunctionLines(workload, [first, second])].join('')).toBe(
    [
      'none,plain,10,2,4,2',
      'none,o/a/twice,7,1,1,0',
      'none,o/b/twice,3,0,3,0',
      'none,"with,comma",1,0,1,0',
      'infinite,idle,5,5,0,0',
      '',
    ].join('\n'),
  );
});
