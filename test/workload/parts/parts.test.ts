import {mkdirSync, readdirSync, rmSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {openWorkload, readWorkload, writeWorkload} from '../../../src/workload/file/file.ts';
import {pagesOf, withRows} from '../../../src/workload/parts/paged.ts';
import type {Workload} from '../../../src/workload/workload.ts';
import {coldfront} from '../../helpers/cli.ts';
import {temporaryFolder} from '../../helpers/traces.ts';
import {contentOf, eventWorkload, minuteWorkload} from '../../helpers/workload.ts';

const folder = temporaryFolder();
let folders = 0;

/** A folder with those workloads as its parts. */
function partsOf(...parts: readonly Workload[]): string {
  const path = join(folder, `parts-${folders++}`);
  mkdirSync(path);
  for (const [k, part] of parts.entries()) writeWorkload(part, join(path, `part-${k + 1}.arrow`), {force: false});
  return path;
}

/** The same, every other part as Parquet. */
async function mixedPartsOf(...parts: readonly Workload[]): Promise<string> {
  const path = join(folder, `parts-${folders++}`);
  mkdirSync(path);
  for (const [k, part] of parts.entries()) {
    await writeWorkload(part, join(path, `part-${k + 1}.${k % 2 === 0 ? 'parquet' : 'arrow'}`), {force: false});
  }
  return path;
}

describe('a folder of parts', () => {
  const a = {function: 'a', app: 'x', owner: 'o', trigger: 'http'};
  const b = {function: 'b', app: 'x', owner: 'p', trigger: 'timer'};

  test('of functions is one workload, in the order of the names of its files', async () => {
    const whole = minuteWorkload([
      {...a, minute: 10, count: 3},
      {...a, minute: 12, count: 1},
      {...b, minute: 11, count: 2 ** 40},
    ]);
    const parts = [
      [
        {...a, minute: 10, count: 3},
        {...a, minute: 12, count: 1},
      ],
      [{...b, minute: 11, count: 2 ** 40}],
    ];
    const path = partsOf(...parts.map((rows) => minuteWorkload(rows)));
    expect(contentOf(await readWorkload(path))).toEqual(contentOf(whole));
  });

  test('of days is one workload, each function with the calls of all days', async () => {
    const [first, second] = [
      minuteWorkload([
        {...a, minute: 100, count: 3},
        {...b, minute: 101, count: 5},
      ]),
      minuteWorkload([
        {...b, minute: 1500, count: 7},
        {...a, minute: 1540, count: 1},
      ]),
    ];
    const whole = minuteWorkload([
      ...[
        {...a, minute: 100, count: 3},
        {...b, minute: 101, count: 5},
      ],
      ...[
        {...b, minute: 1500, count: 7},
        {...a, minute: 1540, count: 1},
      ],
    ]);
    expect(contentOf(await readWorkload(partsOf(first, second)))).toEqual(contentOf(whole));
  });

  test('of single calls is one workload, though a part does not tell of starts', async () => {
    const told = [
      {...a, at: 60e6, duration: 5, cold: -1},
      {...b, at: 61e6, duration: 7, cold: 300},
    ];
    const untold = [{...a, at: 7200e6, duration: 9}];
    const whole = await readWorkload(partsOf(eventWorkload(told), eventWorkload(untold)));
    expect(contentOf(whole).rows.map((row) => row.calls)).toEqual([
      [
        [0, 5, -1],
        [7200e6 - 60e6, 9, -2],
      ],
      [[1e6, 7, 300]],
    ]);
  });

  test('means of a function in several parts are weighted by its calls, and what is the same stays', async () => {
    const part = (minute: number, count: number, meanMs: number): Workload => {
      const {duration, ...its} = minuteWorkload([{...a, minute, count}]);
      return {...its, duration: {...duration, meanMs: Float64Array.of(meanMs), minMs: Float64Array.of(meanMs / 3)}};
    };
    const {duration} = await readWorkload(partsOf(part(0, 1, 30), part(60, 2, 60), part(120, 3, 60)));
    expect([duration.meanMs[0], duration.minMs[0]]).toEqual([55, 10]);
    const same = await readWorkload(partsOf(part(0, 1, 0.1), part(60, 2, 0.1), part(120, 7, 0.1)));
    expect(same.duration.meanMs[0]).toBe(0.1);
  });

  test('any workload cut anywhere, by functions or by time, is that workload', async () => {
    const row = fc.record({
      function: fc.constantFrom('f', 'g', 'h', 'ü'),
      app: fc.constantFrom('x', 'y'),
      owner: fc.constantFrom('o', 'p'),
      minute: fc.integer({min: 0, max: 300}),
      count: fc.oneof(fc.integer({min: 1, max: 9}), fc.constant(2 ** 33)),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.array(row, {minLength: 1, maxLength: 40}),
        fc.integer({min: 0, max: 300}),
        async (rows, at) => {
          const sorted = rows.toSorted((x, y) => x.minute - y.minute);
          const whole = minuteWorkload(sorted);
          const days = [sorted.filter((its) => its.minute < at), sorted.filter((its) => its.minute >= at)];
          const byTime = await mixedPartsOf(...days.filter((its) => its.length > 0).map((its) => minuteWorkload(its)));
          expect(contentOf(await readWorkload(byTime))).toEqual(contentOf(whole));
          const paged = await openWorkload(byTime);
          for (const {workload, from, to} of pagesOf(paged)) {
            expect(contentOf(workload).rows.slice(from, to)).toEqual(contentOf(whole).rows.slice(from, to));
          }
          const odd = Array.from({length: whole.functions}, (_, f) => f).filter((f) => f % 2 === 1);
          const some = contentOf(withRows(paged, odd)).rows;
          for (const f of odd) expect(some[f]).toEqual(contentOf(whole).rows[f]);
          rmSync(byTime, {recursive: true});
        },
      ),
      {numRuns: 60, seed: 22},
    );
  });

  test('of Parquet and Arrow is what it is of Arrow alone, single calls too, and leaves no copy behind', async () => {
    const calls = [
      eventWorkload([{...a, at: 60e6, duration: 5, cold: -1}]),
      eventWorkload([{...a, at: 7200e6, duration: 9, cold: 300}]),
    ];
    expect(contentOf(await readWorkload(await mixedPartsOf(...calls)))).toEqual(
      contentOf(await readWorkload(partsOf(...calls))),
    );
    const path = await mixedPartsOf(minuteWorkload([{...a, minute: 9, count: 3}]));
    const temporary = join(folder, 'temporary');
    mkdirSync(temporary);
    const {status, stderr} = coldfront(['describe', path, '--json'], {cwd: folder, env: {TMPDIR: temporary}});
    expect([status, stderr, readdirSync(temporary)]).toEqual([0, '', []]);
  });

  test.each<[string, () => string, RegExp]>([
    ['without a workload', () => partsOf(), /holds no .arrow or .parquet file/],
    [
      'whose parts overlap',
      () => partsOf(minuteWorkload([{...a, minute: 9, count: 1}]), minuteWorkload([{...a, minute: 9, count: 1}])),
      /part-2.arrow: has calls of 'a' from before the end of those in a part with an earlier name/,
    ],
    [
      'of counts and of single calls',
      () => partsOf(minuteWorkload([{...a, minute: 9, count: 1}]), eventWorkload([{...a, at: 0}])),
      /part-2.arrow: has arrivals of kind 'event'/,
    ],
    [
      'of which one is none',
      () => {
        const path = partsOf(minuteWorkload([{...a, minute: 9, count: 1}]));
        writeFileSync(join(path, 'part-2.arrow'), 'no arrow');
        return path;
      },
      /part-2.arrow: /,
    ],
  ])('%s is refused by name', async (_, make, says) => {
    await expect(openWorkload(make())).rejects.toThrow(says);
  });
});

describe('synth --parts', () => {
  const args = ['synth', '--functions', '1200', '--rate', '8', '--span', '2h', '--seed', '22'];
  const run = (...more: string[]) => coldfront(more, {cwd: folder});

  test('writes what it writes in one file, and commands find the same', () => {
    expect(run(...args, '--out', 'one.arrow').status).toBe(0);
    const made = run(...args, '--parts', '7', '--out', 'week', '--json');
    expect([made.status, made.stderr]).toEqual([0, '']);
    expect(JSON.parse(made.stdout.toString()).invocations).toBe(8 * 2 * 3600);
    expect(readdirSync(join(folder, 'week'))).toHaveLength(7);
    for (const command of [
      ['describe'],
      ['replay', '--policy', 'fixed:ttl=10m', '--policy', 'hybrid', '--per-function', 'out.csv', '--force'],
      ['replay', '--policy', 'fixed:ttl=1m', '--hosts', '4', '--slots', '9', '--cells', '4', '--threads', '2'],
      ['replay', '--policy', 'adaptive', '--from', '30m', '--until', '100m', '--calls', 'calls.csv', '--force'],
      ['plan', '--slots', '40'],
      ['forecast', '--model', 'rolling-mean', '--top', '9'],
    ]) {
      const [one, parts] = ['one.arrow', 'week'].map((path) => run(command[0]!, path, ...command.slice(1), '--json'));
      expect([one!.status, one!.stderr]).toEqual([0, parts!.stderr]);
      expect(parts!.stdout.toString()).toBe(one!.stdout.toString());
    }
  }, 300_000);

  test('shares of a folder are merged to the report of one file', () => {
    const replayed = ['replay', 'week', '--policy', 'fixed:ttl=10m', '--policy', 'adaptive'];
    for (const k of [1, 2, 3]) expect(run(...replayed, '--shard', `${k}/3`, '--out', `${k}.part`).stderr).toBe('');
    const merged = run('merge', '2.part', '3.part', '1.part', '--json');
    expect(merged.stdout.toString()).toBe(run(...replayed, '--json').stdout.toString());
  }, 300_000);

  test.each<[string, readonly string[], RegExp]>([
    ['stdout', ['--out', '-'], /must name a folder/],
    ['a file', ['--out', 'one.arrow'], /a file; must name a folder/],
    ['a folder that is there', ['--out', 'week'], /week exists/],
    ['a folder of something else', ['--out', '.', '--force'], /holds .*, which is no part/],
    ['more parts than functions', ['--out', 'more', '--parts', '9999'], /more than the 1,200 functions/],
  ])('to %s is refused', (_, more, says) => {
    const {status, stderr} = run(...args, ...(more.includes('--parts') ? [] : ['--parts', '2']), ...more);
    expect([status, stderr]).toEqual([2, expect.stringMatching(says)]);
  });
});
