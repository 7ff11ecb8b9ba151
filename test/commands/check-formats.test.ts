import {readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {Window} from 'happy-dom';
import {beforeAll, describe, expect, test} from 'vitest';
import {coldfront} from '../helpers/cli.ts';
import {temporaryFolder} from '../helpers/traces.ts';

const folder = temporaryFolder();
const run = (...args: string[]) => coldfront(args, {cwd: folder});

beforeAll(() => {
  expect(run('synth', '--functions', '20', '--rate', '1', '--span', '1h', '--out', 'w.arrow', '--quiet').status).toBe(
    0,
  );
  const {stdout} = run('replay', 'w.arrow', '--policy', 'none', '--policy', 'infinite', '--json', '--quiet');
  writeFileSync(
    join(folder, 'r.json'),
    stdout.toString().replaceAll('"infinite"', JSON.stringify('<a & "b"> 50 %: c, d')),
  );
});

describe('check in build servers', () => {
  const limits = ['--max-cold-share', '50%', '--max-usd-per-day', '1e9'];

  test('--junit: a suite a run, a case an objective, a failure what is missed; names are text', () => {
    const {status} = run('check', 'r.json', ...limits, '--junit', 'j.xml');
    expect(status).toBe(4);
    const xml = readFileSync(join(folder, 'j.xml'), 'utf8');
    const document = new new Window().DOMParser().parseFromString(xml, 'application/xml');
    const suites = [...document.querySelectorAll('testsuite')];
    expect(suites.map((suite) => ['name', 'tests', 'failures'].map((name) => suite.getAttribute(name)))).toEqual([
      ['none', '2', '1'],
      ['<a & "b"> 50 %: c, d', '2', '0'],
    ]);
    const cases = [...document.querySelectorAll('testcase')].map((one) => [
      one.getAttribute('name'),
      one.children.length,
    ]);
    expect(cases).toEqual([
      ['max-usd-per-day', 0],
      ['max-cold-share', 1],
      ['max-usd-per-day', 0],
      ['max-cold-share', 0],
    ]);
    expect(document.querySelector('failure')!.getAttribute('message')).toBe(
      'missed: share of cold calls (none) is 100 %, must be at most 50 %',
    );
    expect(run('check', 'r.json', ...limits, '--junit', 'j.xml').status).toBe(2);
  });

  test('--github: a line of stderr for each that is missed, with what its syntax would take for its own escaped', () => {
    const {status, stderr} = run('check', 'r.json', ...limits, '--github', '--quiet');
    expect([status, stderr]).toEqual([
      4,
      '::error title=coldfront max-cold-share,file=r.json::missed: share of cold calls (none) is 100 %25, must be at most 50 %25\n',
    ]);
  });
});

test('--markdown: tables are those of Markdown, with every column and name whole', () => {
  const lines = run('replay', 'w.arrow', '--policy', 'none', '--policy', 'infinite', '--markdown')
    .stdout.toString()
    .split('\n');
  const at = lines.findIndex((line) => line.startsWith('| policy |'));
  const cells = (line: string) => line.split(' | ').length;
  expect(lines[at + 1]).toMatch(/^\| --- \| ---: \|/);
  expect(lines.slice(at, at + 4).map(cells)).toEqual(new Array(4).fill(cells(lines[at]!)));
  expect(lines[at - 1]).toBe('');
});
