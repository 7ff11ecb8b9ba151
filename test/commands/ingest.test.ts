import {spawn} from 'node:child_process';
import {existsSync, readdirSync, readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {gzipSync} from 'node:zlib';
import {describe, expect, test} from 'vitest';
import {decodeWorkload} from '../../src/workload/file/arrow-decode.ts';
import {writeWorkload} from '../../src/workload/file/file.ts';
import {coldfront, shell} from '../helpers/cli.ts';
import {temporaryFolder} from '../helpers/traces.ts';
import {contentOf, minuteWorkload} from '../helpers/workload.ts';

const fixtures = fileURLToPath(new URL('../../fixtures/traces/', import.meta.url));
const folder = temporaryFolder();
const EVENTS = 'app,func,end_timestamp,duration\na,f,1.5,0.5\nb,f,2,-1\na,g,bad,0\n';

function workloadIn(bytes: Buffer) {
  return contentOf(
    decodeWorkload(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length) as ArrayBuffer),
  );
}

describe('coldfront ingest', () => {
  test('says 150 functions and 410,633 invocations of the Azure window', () => {
    const out = join(folder, 'w.arrow');
    const {status, stdout, stderr} = coldfront([
      'ingest',
      `${fixtures}azure2019-d07-window480`,
      '--out',
      out,
      '--json',
    ]);
    expect([status, stderr]).toEqual([0, '']);
    expect(JSON.parse(stdout.toString())).toEqual({
      schema: 'coldfront.ingest/1',
      format: 'azure-2019',
      functions: 150,
      apps: 138,
      owners: 123,
      invocations: 410_633,
      spanMs: 28_800_000,
      startTime: '',
      withoutDuration: 0,
      withoutCold: 410_633,
      coldObserved: null,
      rowsRead: 438,
      rowsSkipped: 0,
      skipped: [],
      skippedByRule: {},
      notes: [],
      out,
    });
    expect(workloadIn(readFileSync(out)).rows).toHaveLength(150);
  });

  test('takes stdin and gives stdout to the workload, the summary to stderr', () => {
    const {status, stdout, stderr} = coldfront(['ingest', '-', '--out', '-', '--json'], {input: gzipSync(EVENTS)});
    expect(status).toBe(0);
    expect(workloadIn(stdout).rows.map((row) => row.function)).toEqual(['f', 'f']);
    const report = JSON.parse(stderr.split('\n').at(-2)!);
    expect(report).toMatchObject({
      functions: 2,
      invocations: 2,
      rowsRead: 3,
      rowsSkipped: 1,
      skipped: [{file: 'stdin', line: 4, reason: expect.stringContaining("end_timestamp is 'bad'")}],
      out: '-',
    });
    expect(stderr).toContain('durations below 0 that were made 0: 1');
  });

  test('a pipe of ingest and describe works', () => {
    writeFileSync(join(folder, 'events.csv'), EVENTS);
    const line =
      'cat events.csv | coldfront ingest - --format azure-2021 --out - --quiet | coldfront describe - --json';
    const {status, stdout, stderr} = shell(line, folder);
    // What was lost is said however quiet it should be.
    expect([status, stderr]).toEqual([
      0,
      "warning: 1 of 3 rows (33 %) were skipped: stdin:4: end_timestamp is 'bad', must be a number of seconds within 142 years\n",
    ]);
    expect(JSON.parse(stdout.toString())).toMatchObject({schema: 'coldfront.describe/1', functions: 2, invocations: 2});
  });

  test('the text names skipped rows and where the workload went', () => {
    const out = join(folder, 'text.arrow');
    writeFileSync(join(folder, 'events.csv'), EVENTS);
    const {status, stdout} = coldfront(['ingest', 'events.csv', '--out', out], {cwd: folder});
    expect(status).toBe(0);
    expect(stdout.toString()).toBe(
      [
        '2 functions of 2 apps and 2 owners, 2 invocations in 1 min',
        '3 rows read as azure-2021, 1 skipped',
        '  1 because end_timestamp must be a number of seconds within 142 years',
        "  events.csv:4: end_timestamp is 'bad', must be a number of seconds within 142 years",
        `workload: ${out}`,
        '',
      ].join('\n'),
    );
  });

  test('an existing output is refused with exit 2 before anything is read, and replaced with --force', () => {
    const out = join(folder, 'kept.arrow');
    writeFileSync(out, 'mine');
    const refused = coldfront(['ingest', '/nowhere', '--out', out]);
    expect([refused.status, readFileSync(out, 'utf8')]).toEqual([2, 'mine']);
    expect(refused.stderr).toContain('--force');
    const first = coldfront(['ingest', '-', '--out', out, '--force', '--quiet'], {input: EVENTS});
    expect([first.status, first.stdout.toString()]).toEqual([0, '']);
    const bytes = readFileSync(out);
    coldfront(['ingest', '-', '--out', out, '--force', '--quiet'], {input: EVENTS});
    expect(readFileSync(out)).toEqual(bytes);
  });

  test('a trace of which too much is skipped, or all, is exit 3 and leaves the old output as it was', () => {
    const out = join(folder, 'old.arrow');
    writeFileSync(out, 'mine');
    const lost = (rows: string, ...flags: string[]) => {
      const input = `app,func,end_timestamp,duration\n${rows}`;
      const {status, stderr} = coldfront(['ingest', '-', '--out', out, '--force', ...flags], {input});
      return [status, readFileSync(out, 'utf8') === 'mine', stderr.replace(/[\s›]+/g, ' ')];
    };
    const two = 'a,f,1,0\nb,f,x,0\nc,f,y,0\n';
    expect(lost('')).toEqual([3, true, expect.stringContaining('stdin: holds no call')]);
    expect(lost('b,f,x,0\n')).toEqual([3, true, expect.stringContaining('stdin: none of its 1 row could be used')]);
    expect(lost(two)).toEqual([
      3,
      true,
      expect.stringContaining('2 of 3 rows (67 %) were skipped, more than --max-skipped 50 %'),
    ]);
    expect(lost(two, '--max-skipped', '0.6')[0]).toBe(3);
    expect(lost(two, '--max-skipped', '70%', '--quiet')).toEqual([
      0,
      false,
      expect.stringContaining("warning: 2 of 3 rows (67 %) were skipped: stdin:3: end_timestamp is 'x'"),
    ]);
  });

  test('a workload without calls cannot be replayed: exit 3, and no dollars that are not a number', () => {
    const path = join(folder, 'empty.arrow');
    writeWorkload(minuteWorkload([{function: 'f', minute: 0, count: 0}], [0, 60]), path, {force: false});
    const {status, stdout, stderr} = coldfront(['replay', path, '--policy', 'infinite']);
    expect([status, stdout.toString()]).toEqual([3, '']);
    expect(stderr.replace(/[\s›]+/g, ' ')).toContain('empty.arrow: holds no call, so there is nothing to replay');
  });

  test('bad input is exit 3 without an output, without a stack, in JSON too', () => {
    writeFileSync(join(folder, 'bad.csv'), EVENTS);
    const out = join(folder, 'none.arrow');
    const plain = coldfront(['ingest', 'bad.csv', '--strict', '--out', out], {cwd: folder});
    expect(plain.status).toBe(3);
    expect(plain.stderr.replace(/\s+/g, ' ')).toContain(
      "bad.csv:4: end_timestamp is 'bad', must be a number of seconds",
    );
    expect(plain.stderr).not.toMatch(/ at .*\.js:\d+/);
    const json = coldfront(['ingest', 'bad.csv', '--strict', '--out', out, '--json'], {cwd: folder});
    expect(json.status).toBe(3);
    expect(JSON.parse(json.stdout.toString())).toMatchObject({error: {code: 'BAD_INPUT', exit: 3}});
    expect(existsSync(out)).toBe(false);
    expect(readdirSync(folder).filter((file) => file.endsWith('.tmp'))).toEqual([]);
  });

  test.each([
    [['ingest', 'x.csv'], 'Missing required flag out'],
    [['ingest', '--out', 'w.arrow'], 'Missing 1 required arg'],
    [['ingest', 'x.csv', '--out', 'new.arrow', '--format', 'xml'], "--format is 'xml', which is none of its choices"],
    [['ingest', 'x.csv', '--out', 'new.arrow', '--format', 'csv', '--map', 'arrival=t'], 'without a unit'],
    [['ingest', 'x.csv', '--out', 'new.arrow', '--format', 'csv'], '--format csv needs --map'],
  ])('%j is a usage error', (args, message) => {
    writeFileSync(join(folder, 'x.csv'), EVENTS);
    const {status, stderr} = coldfront(args, {cwd: folder});
    expect(status).toBe(2);
    expect(stderr.replace(/\s+/g, ' ')).toContain(message);
  });

  test('a reader that closes the pipe early is no error', async () => {
    const entry = fileURLToPath(new URL('../../bin/run.js', import.meta.url));
    const path = `${fixtures}azure2021/SEMI-SYNTHETIC_events_5fn.csv`;
    const child = spawn(process.execPath, [entry, 'ingest', path, '--out', '-'], {stdio: ['ignore', 'pipe', 'pipe']});
    child.stdout.destroy();
    let stderr = '';
    child.stderr.on('data', (piece) => (stderr += piece));
    const code = await new Promise((resolve) => child.on('close', resolve));
    expect([code, stderr]).toEqual([0, expect.not.stringContaining('EPIPE')]);
  });
});
