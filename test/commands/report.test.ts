import {readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {beforeAll, describe, expect, test} from 'vitest';
import {coldfront} from '../helpers/cli.ts';
import {openPage} from '../helpers/report-page.ts';
import {temporaryFolder} from '../helpers/traces.ts';

const folder = temporaryFolder();
const run = (...args: string[]) => coldfront(args, {cwd: folder});
const page = (name: string) => readFileSync(join(folder, name), 'utf8');

/** What would run, load or end an element, if it were taken for markup. */
const hostile = [
  '<script>alert(1)</script>',
  '</script><img src=x onerror=alert(2)>',
  '"><svg onload=alert(3)>',
  "'; alert(4); '",
  '<!--',
  '{{7*7}}',
  '\u202Ereversed',
  '&lt;b&gt;',
];

beforeAll(() => {
  expect(run('synth', '--functions', '40', '--rate', '3', '--span', '5h', '--out', 'w.arrow', '--quiet').status).toBe(
    0,
  );
  const lines = hostile.flatMap((name, k) =>
    Array.from({length: 40}, (_, n) =>
      [name, name, name, n * 300 + k, 2].map((cell) => `"${String(cell).replaceAll('"', '""')}"`).join(','),
    ),
  );
  writeFileSync(join(folder, 'hostile.csv'), `function,app,owner,arrival,duration\n${lines.join('\n')}\n`);
  const map = 'function=function,app=app,owner=owner,arrival=arrival:s,duration=duration:s';
  expect(run('ingest', 'hostile.csv', '--format', 'csv', '--map', map, '--out', 'h.arrow', '--quiet').status).toBe(0);
});

describe('report --run', () => {
  let html = '';
  beforeAll(() => {
    const {status, stdout, stderr} = run('report', '--run', 'w.arrow', '--out', 'r.html', '--quiet');
    expect([status, stdout.toString(), stderr]).toEqual([0, '', '']);
    html = page('r.html');
  });

  test('is one file that loads nothing, of the same bytes for the same inputs, and small without its data', () => {
    const markup = html.replaceAll(/<script[\s\S]*?<\/script>/g, '');
    expect(/<link|<img|src=|url\(|@import/.test(markup)).toBe(false);
    expect(
      html.includes(
        `content="default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data:"`,
      ),
    ).toBe(true);
    const withoutData = html.replace(/<script type="application\/json"[\s\S]*?<\/script>/, '');
    expect(withoutData.length).toBeLessThan(1.5e6);
    expect(run('report', '--run', 'w.arrow', '--out', 'r.html', '--quiet', '--force', '--threads', '1').status).toBe(0);
    const bare = (text: string) => text.replaceAll(/ --force| --threads 1/g, '');
    expect(bare(page('r.html')) === bare(html)).toBe(true);
  });

  test('draws everything: sweep, time, cold shares, forecast, payers, functions', async () => {
    const {document, window, errors, close} = await openPage(html);
    expect([document.documentElement.dataset.drawn, errors]).toEqual(['yes', []]);
    const charts = [...document.querySelectorAll('[data-chart]')];
    expect(charts.map((chart) => chart.getAttribute('data-chart'))).toEqual([
      ...['frontier-cold', 'frontier-delay', 'demand', 'instances', 'cold-starts', 'cold-sorted', 'cold-histogram'],
      // The plan keeps no slot, so there is no picture of it.
      ...['forecast', 'chargeback', 'functions'],
    ]);
    for (const chart of charts.slice(0, -1)) {
      const svg = chart.querySelector('svg[aria-label]');
      expect([chart.getAttribute('data-chart'), svg?.getAttribute('role')]).toEqual([
        chart.getAttribute('data-chart'),
        'img',
      ]);
    }
    const sweep = JSON.parse(document.getElementById('data')!.textContent!).frontier.points;
    // Dots of the sweep, as many as there are policies that cost anything.
    const dots = document.querySelectorAll('[data-chart="frontier-cold"] g[aria-label="dot"] > *');
    expect(dots.length).toBe(sweep.length);
    const decision = document.querySelector('.decision')!.textContent;
    expect(decision).toMatch(/^Use .* a day/);
    expect(decision).not.toContain('\\x0a');
    expect(document.querySelectorAll('section h2').length).toBe(document.querySelectorAll('nav li').length);
    window.happyDOM.abort();
    await close();
  });

  test('draws the slots of a plan, a block a window', async () => {
    const {stdout} = run('plan', 'w.arrow', '--no-trials', '--rest', 'keep', '--window', '1h', '--json', '--quiet');
    writeFileSync(join(folder, 'plan.json'), stdout);
    expect(JSON.parse(String(stdout)).slots).toBeGreaterThan(0);
    expect(run('report', 'plan.json', '--out', 'plan.html', '--quiet').status).toBe(0);
    const {document, window, errors, close} = await openPage(page('plan.html'));
    expect(errors).toEqual([]);
    expect(document.querySelectorAll('[data-chart="plan"] [aria-label="rect"] rect').length).toBe(5);
    window.happyDOM.abort();
    await close();
  });

  test('the table of functions sorts by a click on its head and finds by part of a name', async () => {
    const {document, window, close} = await openPage(html);
    const lines = () => [...document.querySelectorAll('.rows tbody tr:not(.spacer)')];
    const cells = (column: number) => lines().map((line) => line.children[column]!.textContent!);
    const [first] = document.querySelectorAll('.rows th button');
    (first as unknown as {click(): void}).click();
    expect(document.querySelector('.rows th')!.getAttribute('aria-sort')).toBe('ascending');
    const names = cells(0);
    expect(names.length).toBeGreaterThan(30);
    expect(names).toEqual(names.toSorted());
    const input = document.querySelector('input[type=search]') as unknown as {
      value: string;
      dispatchEvent(e: unknown): void;
    };
    input.value = names[3]!;
    input.dispatchEvent(new window.Event('input'));
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(cells(0).every((name) => name.includes(names[3]!))).toBe(true);
    expect(document.querySelector('[role=status]')!.textContent).toMatch(/^1 of 33 functions/);
    await close();
  });

  test('the commands that it tells make a page of the same pictures', () => {
    const told = /<pre>([\s\S]*?)<\/pre>/.exec(html)![1]!.trim().split('\n').slice(1);
    const shell = told.map((line) => line.replaceAll('&gt;', '>').replaceAll('&#39;', "'"));
    expect(shell.map((line) => line.split(' ')[1])).toEqual(['frontier', 'replay', 'plan', 'forecast', 'report']);
    for (const line of shell) {
      const [command, file] = line.replace('coldfront ', '').split(' > ');
      const {status, stdout, stderr} = run(...command!.replaceAll("'", '').split(' '), '--quiet');
      expect([line, status, stderr]).toEqual([line, 0, '']);
      if (file) writeFileSync(join(folder, file), stdout);
    }
    const dataOf = (text: string) => JSON.parse(/id="data">(.*?)<\/script>/s.exec(text)![1]!);
    const [direct, fromFiles] = [dataOf(html), dataOf(page('report.html'))];
    expect(fromFiles.frontier).toEqual(direct.frontier);
    expect(fromFiles.timeline).toEqual(direct.timeline);
    expect(fromFiles.plan).toEqual(direct.plan);
    expect(fromFiles.functions).toEqual(direct.functions);
    expect(fromFiles.chargeback).toEqual(direct.chargeback);
    expect(fromFiles.forecast.fans.map(({came}: {came: unknown}) => came)).toEqual(
      direct.forecast.fans.map(({came}: {came: unknown}) => came),
    );
  });
});

describe('report of one night after the other', () => {
  test('draws what each run costs, how late it starts and how much is cold, and tells the last night in full', async () => {
    for (const [k, scale] of ['1', '1.5', '2'].entries()) {
      const policies = ['--policy', 'fixed:ttl=1m', '--policy', 'none'];
      const {stdout, status} = run('replay', 'w.arrow', '--scale', scale, ...policies, '--json', '--quiet');
      expect(status).toBe(0);
      writeFileSync(join(folder, `night${k}.json`), stdout);
    }
    const nights = ['night0.json', 'night1.json', 'night2.json'];
    expect(run('report', ...nights, '--out', 'nights.html').status).toBe(0);
    const html = page('nights.html');
    const {document, errors, close} = await openPage(html);
    expect([document.documentElement.dataset.drawn, errors]).toEqual(['yes', []]);
    for (const name of ['history-usd', 'history-delay', 'history-cold']) {
      const dots = document.querySelectorAll(`[data-chart="${name}"] g[aria-label="dot"] > *`);
      expect([name, dots.length]).toEqual([name, 6]);
    }
    expect(document.querySelectorAll('#policies tbody tr').length).toBe(2);
    expect(document.querySelectorAll('section[id^="policies"]').length).toBe(1);
    const told = JSON.parse(run('history', ...nights, '--json').stdout.toString());
    const {history} = JSON.parse(document.getElementById('data')!.textContent!);
    expect(history.map(({run: name}: {run: string}) => name)).toEqual(told.trends.map((t: {run: string}) => t.run));
    expect(history[0].points.map((p: {usdPerDay: number}) => p.usdPerDay)).toEqual(
      told.trends[0].points.map((p: {usdPerDay: number}) => p.usdPerDay),
    );
    await close();
    // The report of `history` makes the same pictures.
    writeFileSync(join(folder, 'history.json'), JSON.stringify(told));
    expect(run('report', 'history.json', '--out', 'history.html').status).toBe(0);
    const again = JSON.parse(/id="data">(.*?)<\/script>/s.exec(page('history.html'))![1]!);
    expect(again.history).toEqual(history);
  });
});

describe('report INPUT...', () => {
  test('names from a trace are text: nothing of them becomes an element, runs or hides', async () => {
    const logs = ['--timeline', 'ht.csv', '--per-function', 'hf.csv', '--by', 'app', '--every', '10m'];
    expect(run('replay', 'h.arrow', '--policy', 'fixed:ttl=1m', ...logs, '--json', '--quiet').status).toBe(0);
    const replayed = run('replay', 'h.arrow', '--policy', 'fixed:ttl=1m', '--by', 'app', '--json', '--quiet');
    writeFileSync(join(folder, 'h.json'), replayed.stdout);
    const {status, stderr} = run('report', 'h.json', 'ht.csv', 'hf.csv', '--title', hostile[1]!, '--out', 'h.html');
    expect([status, stderr]).toEqual([0, '']);
    const html = page('h.html');
    const {document, errors, close} = await openPage(html);
    expect([document.documentElement.dataset.drawn, errors]).toEqual(['yes', []]);
    expect(document.querySelectorAll('script').length).toBe(2);
    expect(document.querySelectorAll('img, svg[onload], b, iframe').length).toBe(0);
    expect(document.title).toBe(hostile[1]);
    const names = [...document.querySelectorAll('.rows tbody td:first-child')].map((cell) => cell.textContent);
    expect(names.toSorted()).toEqual(hostile.map((name) => name.replace('\u202E', '\\u{202e}')).toSorted());
    const payers = [...document.querySelectorAll('#chargeback td:first-child')].map((cell) => cell.textContent);
    expect(payers).toContain('<script>alert(1)</script>');
    await close();
  });

  test('call logs, Arrow and Parquet tables, and reports of other kinds have their place', async () => {
    const flags = ['--policy', 'fixed:ttl=1m', '--policy', 'none', '--quiet', '--json'];
    expect(run('replay', 'w.arrow', ...flags, '--timeline', 't.arrow', '--every', '1h').status).toBe(0);
    expect(run('replay', 'w.arrow', ...flags, '--timeline', 't.parquet', '--every', '1h').status).toBe(0);
    expect(run('replay', 'h.arrow', ...flags, '--calls', 'c.csv').status).toBe(0);
    writeFileSync(join(folder, 'd.json'), run('describe', 'w.arrow', '--json').stdout);
    for (const input of ['t.arrow', 't.parquet', 'c.csv', 'd.json']) {
      const {status, stdout, stderr} = run('report', input, '--out', '-');
      expect([input, status, stderr]).toEqual([input, 0, '']);
      const {document, errors, close} = await openPage(stdout.toString());
      expect([input, document.documentElement.dataset.drawn, errors]).toEqual([input, 'yes', []]);
      if (input === 'd.json') expect(document.querySelector('#other-1 h2')!.textContent).toBe('describe');
      else expect(document.querySelector('[data-chart="demand"] svg')).not.toBeNull();
      await close();
    }
    const timelines = ['t.arrow', 't.parquet'].map((name) => {
      const text = run('report', name, '--out', '-').stdout.toString();
      return JSON.parse(/id="data">(.*?)<\/script>/s.exec(text)![1]!).timeline;
    });
    expect(timelines[0]).toEqual(timelines[1]);
  });

  test('what is no report, table or plan is refused by name, and nothing is written', () => {
    writeFileSync(join(folder, 'no.json'), '{"schema":"coldfront.replay/1","runs":[]}');
    writeFileSync(join(folder, 'no.csv'), 'a,b\n1,2\n');
    writeFileSync(join(folder, 'bare.json'), '[1]');
    const cases: [string[], number, RegExp][] = [
      [['no.json'], 3, /no\.json: is a coldfront\.replay\/1 in which workload is undefined, must be/],
      [['no.csv'], 3, /no\.csv:1: is none of the tables that a page is made of/],
      [['bare.json'], 3, /bare\.json: has no 'schema'/],
      [['missing.json'], 3, /missing\.json: no such file/],
      [[], 2, /report needs something to show/],
    ];
    for (const [inputs, code, said] of cases) {
      const {status, stderr} = run('report', ...inputs, '--out', 'none.html');
      expect([inputs, status]).toEqual([inputs, code]);
      expect(stderr).toMatch(said);
    }
    expect(() => page('none.html')).toThrow();
  });
});
