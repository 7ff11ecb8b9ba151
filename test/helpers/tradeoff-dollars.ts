import {writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {expect} from 'vitest';
import {coldfront} from './cli.ts';

/** The report of a run of `tradeoff` that must have ended well and quietly. */
export function tradeoff(args: string[]) {
  const {status, stdout, stderr} = coldfront(['tradeoff', ...args, '--json']);
  expect([status, stderr]).toEqual([0, '']);
  return JSON.parse(stdout.toString());
}

/** Answers by id, and dollars a day of what is replayed, on one trace. */
export function proofOf(trace: string) {
  const answersOf = (...args: string[]): Record<string, number> =>
    Object.fromEntries(
      tradeoff([...args, '--workload', trace]).answers.map(({id, value}: {id: string; value: number}) => [id, value]),
    );
  const replayed = (...policies: string[]): number[] => {
    const given = policies.flatMap((policy) => ['--policy', policy]);
    const {stdout} = coldfront(['replay', trace, ...given, '--json', '--quiet']);
    return JSON.parse(stdout.toString()).runs.map((run: {usdPerDay: number}) => run.usdPerDay);
  };
  return {answersOf, replayed};
}

/** A plan of one slot for each function of the trace and nothing else. */
function oneSlotPlan(trace: string, folder: string): string {
  const rows: {function: string}[] = tradeoff(['break-even', '--workload', trace]).tables[0].rows;
  const [limits, plan] = [join(folder, 'one.limits.csv'), join(folder, 'one.plan.arrow')];
  writeFileSync(limits, ['function,min,max', ...rows.map((row) => `${row.function},1,1`), ''].join('\n'));
  const made = ['plan', trace, '--no-trials', '--limits', limits, '--spill', '0s', '--no-timers', '--out', plan];
  expect(coldfront([...made, '--force', '--quiet']).status).toBe(0);
  return plan;
}

/** Dollars a day that `break-even` and `prediction` tell of a trace are those of its replays. */
export function expectDollarsOfReplays(trace: string, folder: string): void {
  const {answersOf, replayed} = proofOf(trace);
  const plan = oneSlotPlan(trace, folder);
  const keeping = ['none', 'clairvoyant-keep', 'fixed:ttl=10m', 'fixed:ttl=5m'];
  const planned = [`plan:file=${plan}`, `plan:file=${plan},spill=5m`];
  const [none, best, ten, five, one, oneAndFive] = replayed(...keeping, ...planned);
  const pairs: [number | undefined, number | undefined][] = [];
  const breakEven = answersOf('break-even');
  pairs.push([breakEven['E1.2.usdPerDayCold'], none]);
  pairs.push([breakEven['E1.2.usdPerDayWarm'], one]);
  pairs.push([breakEven['E1.2.usdPerDayBest'], best]);
  pairs.push([breakEven['E1.2.usdPerDayKeepAlive'], ten]);
  const prediction = answersOf('prediction', '--window', '5m');
  pairs.push([prediction['E1.3.usdPerDayNever'], five]);
  pairs.push([prediction['E1.3.usdPerDayAlways'], oneAndFive]);
  for (const [said, found] of pairs) expect(Math.abs(said! / found! - 1)).toBeLessThan(1e-9);
  // What is decided for each function is one of three things that were replayed.
  const decided = breakEven['E1.2.usdPerDayDecided']!;
  expect(decided).toBeLessThanOrEqual(Math.min(none!, one!) * (1 + 1e-9));
}
