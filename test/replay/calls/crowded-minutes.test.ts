import {writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {describe, expect, test} from 'vitest';
import {US_PER_MINUTE} from '../../../src/base/units.ts';
import {refuseCrowdedMinutes} from '../../../src/replay/calls/crowded-minutes.ts';
import {coldfront} from '../../helpers/cli.ts';
import {temporaryFolder} from '../../helpers/traces.ts';
import {minuteWorkload} from '../../helpers/workload.ts';

const MOST = 2 ** 31 - 1;
const folder = temporaryFolder();

function ingested(name: string, rows: string): string {
  const [csv, out] = [join(folder, `${name}.csv`), join(folder, `${name}.arrow`)];
  writeFileSync(csv, `fn,m,n\n${rows}`);
  const map = ['--format', 'csv', '--map', 'function=fn,minute=m,count=n', '--out', out];
  expect(coldfront(['ingest', csv, ...map]).status).toBe(0);
  return out;
}

describe('a minute with more calls than a replay can make', () => {
  const crowded = ingested('crowded', `calm,0,3\nhot,0,5\nhot,7,${2 ** 31}\nhot,8,5\n`);

  test.each(['fixed:ttl=10m', 'adaptive'])('is refused by function, minute and number under %s', (policy) => {
    const {status, stdout, stderr} = coldfront(['replay', crowded, '--policy', policy]);
    expect(status).toBe(3);
    expect(stdout.toString()).toBe('');
    expect(stderr.replace(/\s+/g, ' ')).toContain(
      "'hot' has 2,147,483,648 calls in minute 7, a replay makes up to 2,147,483,647 of a function and minute",
    );
    expect(stderr).toContain('--until 7m');
  });

  test('is no hindrance to a replay that ends before it, as the message says', () => {
    const {status, stdout} = coldfront(['replay', crowded, '--policy', 'none', '--until', '7m', '--json']);
    expect(status).toBe(0);
    expect(JSON.parse(stdout.toString()).runs[0].invocations).toBe(8);
  });

  test('is refused as well where counts need more than 32 bits, up to 2^53', () => {
    const huge = ingested('huge', `hot,0,${Number.MAX_SAFE_INTEGER}\n`);
    const {status, stderr} = coldfront(['frontier', huge, '--policy', 'none']);
    expect(status).toBe(3);
    expect(stderr.replace(/\s+/g, ' ')).toContain("'hot' has 9,007,199,254,740,991 calls in minute 0");
  });

  test('is described exactly all the same', () => {
    const {stdout} = coldfront(['describe', crowded, '--json']);
    const {invocations, rate} = JSON.parse(stdout.toString());
    expect(invocations).toBe(3 + 5 + 2 ** 31 + 5);
    expect(rate).toMatchObject({peakPerMinute: 2 ** 31, peakAtMs: 7 * 60_000});
  });
});

describe('the most calls of a minute', () => {
  const refusal = (rows: {minute: number; count: number}[], cells = 1, minutes = 10): string => {
    const workload = minuteWorkload(rows.map((row, f) => ({function: `f${f}`, ...row})));
    try {
      refuseCrowdedMinutes(workload, cells, minutes * US_PER_MINUTE);
      return '';
    } catch (error) {
      return (error as Error).message;
    }
  };

  test('are 2^31 - 1 of a function', () => {
    expect(refusal([{minute: 0, count: MOST}])).toBe('');
    expect(refusal([{minute: 0, count: MOST + 1}])).toContain('2,147,483,648 calls in minute 0');
  });

  test('are as many of a cell, over all its functions', () => {
    const two = [
      {minute: 3, count: MOST},
      {minute: 3, count: 1},
    ];
    expect(refusal(two)).toContain('all functions have 2,147,483,648 calls in minute 0');
    expect(refusal(two, 2)).toBe('');
  });

  test('may come in each minute anew', () => {
    const rows = [0, 1, 2].map((minute) => ({minute, count: MOST}));
    expect(refusal(rows)).toBe('');
  });

  test('are a matter of the minutes that are replayed', () => {
    const rows = [
      {minute: 0, count: 1},
      {minute: 4, count: MOST + 1},
    ];
    expect(refusal(rows, 1, 4)).toBe('');
    expect(refusal(rows, 1, 5)).toContain('minute 4');
  });
});
