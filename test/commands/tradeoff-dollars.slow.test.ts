import {writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {describe, expect, test} from 'vitest';
import {coldfront} from '../helpers/cli.ts';
import {temporaryFolder} from '../helpers/traces.ts';

const fixtures = fileURLToPath(new URL('../../fixtures/traces/', import.meta.url));
const folder = temporaryFolder();

/** The report of a run that must have ended well and quietly. */
function json(args: string[]) {
  const {status, stdout, stderr} = coldfront(['tradeoff', ...args, '--json']);
  expect([status, stderr]).toEqual([0, '']);
  return JSON.parse(stdout.toString());
}

function ingested(name: string, args: string[]): string {
  const out = join(folder, `${name}.arrow`);
  expect(coldfront(['ingest', ...args, '--out', out, '--quiet']).status).toBe(0);
  return out;
}

describe('dollars of a trace are those of a replay', () => {
  /** Answers by id, and dollars a day of what is replayed, on one trace. */
  function proofOf(trace: string) {
    const answersOf = (...args: string[]): Record<string, number> =>
      Object.fromEntries(
        json([...args, '--workload', trace]).answers.map(({id, value}: {id: string; value: number}) => [id, value]),
      );
    const replayed = (...policies: string[]): number[] => {
      const given = policies.flatMap((policy) => ['--policy', policy]);
      const {stdout} = coldfront(['replay', trace, ...given, '--json', '--quiet']);
      return JSON.parse(stdout.toString()).runs.map((run: {usdPerDay: number}) => run.usdPerDay);
    };
    return {answersOf, replayed};
  }

  /** A plan of one slot for each function of the trace and nothing else. */
  function oneSlotPlan(trace: string, name: string): string {
    const rows: {function: string}[] = json(['break-even', '--workload', trace]).tables[0].rows;
    const [limits, plan] = [join(folder, `${name}.limits.csv`), join(folder, `${name}.plan.arrow`)];
    writeFileSync(limits, ['function,min,max', ...rows.map((row) => `${row.function},1,1`), ''].join('\n'));
    const made = [
      'plan',
      trace,
      '--no-trials',
      '--limits',
      limits,
      '--spill',
      '0s',
      '--no-timers',
      '--out',
      plan,
      '--json',
    ];
    expect(coldfront(made).status).toBe(0);
    return plan;
  }

  const traces = {
    'eight hours of Azure 2019': () => ingested('proof480', [`${fixtures}azure2019-d07-window480`]),
    'two weeks of Azure 2019': () => ingested('proof14', [`${fixtures}azure2019-multiday`]),
    'calls that overlap, known one by one': () => {
      const out = join(folder, 'proofsynth.arrow');
      const args = ['--functions', '20', '--rate', '2', '--span', '2h', '--mean-duration', '3s', '--seed', '5'];
      expect(coldfront(['synth', ...args, '--out', out, '--quiet']).status).toBe(0);
      return out;
    },
  };

  test.each(Object.entries(traces))('%s', (name, make) => {
    const trace = make();
    const {answersOf, replayed} = proofOf(trace);
    const plan = oneSlotPlan(trace, name.replace(/\W/g, ''));
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
  });

  test('a dollar a cold start, ten times as dear a slot, and other draws: still the same', () => {
    const trace = ingested('dearer', [`${fixtures}azure2019-multiday`]);
    const flags = ['--cold', '2s', '--usd-per-cold', '1', '--warm-usd-per-day', '.1', '--seed', '7'];
    const {answers} = json(['break-even', '--workload', trace, ...flags]);
    const said = answers.find((one: {id: string}) => one.id === 'E1.2.usdPerDayKeepAlive').value;
    // A dollar for each cold start, the slot's two seconds in it.
    const usd = ['--warm-usd-per-slot-day', '.1', '--delay-usd-per-hour', String((1 - 0.2 / 86_400) * 1800)];
    const {stdout} = coldfront([
      ...['replay', trace, '--policy', 'fixed:ttl=10m', '--cold', 'fixed:2s', '--seed', '7', '--json'],
      ...usd,
    ]);
    expect(Math.abs(said / JSON.parse(stdout.toString()).runs[0].usdPerDay - 1)).toBeLessThan(1e-9);
  });

  test('timers under the keep-alive of today', () => {
    const timers = Object.entries({five: 300, quarter: 900, hour: 3600}).flatMap(([name, period]) =>
      Array.from({length: 86_400 / period}, (_, k) => ({at: 7 + k * period, name})),
    );
    const rows = timers.sort((a, b) => a.at - b.at).map(({at, name}) => `${name},${at * 1000},1000`);
    writeFileSync(join(folder, 'timers.csv'), ['function,at,ms', ...rows, ''].join('\n'));
    const map = 'function=function,arrival=at:ms,duration=ms:ms';
    const trace = ingested('timers', [join(folder, 'timers.csv'), '--format', 'csv', '--map', map]);
    const {answersOf, replayed} = proofOf(trace);
    const periodic = answersOf('periodic', '--keep-alive', '10m');
    const [kept, none] = replayed('fixed:ttl=10m', 'none');
    expect(Math.abs(periodic['E1.4.keepAliveUsdPerDay']! / kept! - 1)).toBeLessThan(1e-9);
    // All three are timers: what the schedule saves is the bill without it less the bill with it.
    expect(periodic['E1.4.scheduleSavesUsdPerDay']).toBeGreaterThan(0.9 * none!);
    expect(periodic['E1.4.scheduleSavesUsdPerDay']).toBeLessThan(none!);
  });
});
