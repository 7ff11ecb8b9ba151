import {expect, test} from 'vitest';
import {chargeLines, chargesHeader, chargesOf, payers} from '../../../src/replay/report/chargeback.ts';
import {replayReport} from '../../../src/replay/report/replay-report.ts';
import {replay} from '../../../src/replay/run/replay.ts';
import {parsePolicy, testOptions} from '../../helpers/options.ts';
import {eventWorkload} from '../../helpers/workload.ts';

const calls = [
  {function: 'plain', app: 'a', owner: 'o', at: 0},
  {function: 'twice', app: 'a', owner: 'o', at: 1e6},
  {function: 'twice', app: 'a', owner: 'o', at: 5e6},
  {function: 'twice', app: 'b', owner: 'o', at: 3e6},
  {function: 'with,comma', app: 'b', owner: 'p', at: 4e6},
];
const workload = eventWorkload(calls);
const options = testOptions(workload);

async function chargesBy(by: (typeof payers)[number], policy = 'fixed:ttl=10s') {
  const [ledger] = await replay(workload, [parsePolicy(policy)], options);
  const [run] = replayReport(workload, [ledger!], options, 10).runs;
  return {charges: chargesOf(workload, ledger!, run!.costUsd.total, options, by), run: run!};
}

test('every way of sharing the bill out adds up to it, and calls and memory-time to those of the run', async () => {
  for (const by of payers) {
    const {charges, run} = await chargesBy(by);
    const sum = (of: (charge: (typeof charges)[number]) => number) => charges.reduce((all, one) => all + of(one), 0);
    expect(sum(({usd}) => usd)).toBeCloseTo(run.costUsd.total, 12);
    expect(sum(({invocations}) => invocations)).toBe(5);
    expect(sum(({cold}) => cold)).toBe(run.cold);
    expect(sum(({warm}) => warm)).toBe(run.warm);
    expect(sum(({idleGbSeconds}) => idleGbSeconds)).toBeCloseTo(run.gbSeconds.idle, 12);
    expect(charges.some(({payer}) => payer === '(unallocated)')).toBe(false);
  }
});

test('a line a function says whose it is; names that recur are told apart by app and owner', async () => {
  const {charges} = await chargesBy('function');
  expect(chargesHeader('function')).toBe(
    'policy,function,app,owner,team,invocations,warm,cold,dropped,throttled,cold_share,p50_delay_ms,p99_delay_ms,p999_delay_ms,busy_gb_seconds,idle_gb_seconds,usd\n',
  );
  const lines = [...chargeLines('p', charges, 'function')].map((line) => line.split(',').slice(0, 10).join());
  expect(lines).toEqual([
    'p,plain,a,o,o,1,0,1,0,0',
    'p,twice,a,o,o,2,1,1,0,0',
    'p,twice,b,o,o,1,0,1,0,0',
    'p,"with,comma",b,p,p,1,0,1,0',
  ]);
  const twice = charges[1]!;
  // One of its two calls waited for a start of half a second.
  expect([twice.coldShare, twice.p50DelayMs, twice.p99DelayMs]).toEqual([0.5, 0, 500]);
});

test('calls that are not served are neither warm nor among those whose delays are told', async () => {
  // One slot, nobody waits: the first call of f has it for two seconds, and one of the others is dropped.
  const crowded = eventWorkload([
    {function: 'f', at: 0, duration: 2e6},
    {function: 'f', at: 1e6, duration: 2e6},
    {function: 'f', at: 4e6, duration: 2e6},
  ]);
  const one = testOptions(crowded, {
    fleet: {count: 1, slots: 1, memoryMib: Number.POSITIVE_INFINITY},
    semantics: {...options.semantics, full: 'drop'},
  });
  const [ledger] = await replay(crowded, [parsePolicy('infinite')], one);
  const [run] = replayReport(crowded, [ledger!], one, 10).runs;
  const [charge] = chargesOf(crowded, ledger!, run!.costUsd.total, one, 'owner');
  expect(charge).toMatchObject({invocations: 3, cold: 1, warm: 1, dropped: 1, p99DelayMs: 500});
  // Of two that started one waited for half a second.
  expect(charge!.p50DelayMs).toBe(0);
});

test('what belongs to nobody is a charge of its own', async () => {
  const [ledger] = await replay(workload, [parsePolicy('none')], options);
  const {run, charges} = await chargesBy('team', 'none');
  const more = chargesOf(workload, ledger!, run.costUsd.total + 0.25, options, 'team');
  expect(more.slice(0, -1)).toEqual(charges);
  expect(more.at(-1)).toMatchObject({payer: '(unallocated)', invocations: 0});
  expect(more.at(-1)!.usd).toBeCloseTo(0.25, 12);
});
