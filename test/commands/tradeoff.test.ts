import {writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {describe, expect, test} from 'vitest';
import {topics} from '../../src/tradeoff/topics.ts';
import {coldfront} from '../helpers/cli.ts';
import {temporaryFolder} from '../helpers/traces.ts';
import {expectDollarsOfReplays, tradeoff as json, proofOf} from '../helpers/tradeoff-dollars.ts';

const fixtures = fileURLToPath(new URL('../../fixtures/traces/', import.meta.url));
const folder = temporaryFolder();

function ingested(name: string, args: string[]): string {
  const out = join(folder, `${name}.arrow`);
  expect(coldfront(['ingest', ...args, '--out', out, '--quiet']).status).toBe(0);
  return out;
}

describe('coldfront tradeoff', () => {
  test.each(Object.keys(topics))('%s answers without flags, in words and in numbers', (topic) => {
    const {status, stdout, stderr} = coldfront(['tradeoff', topic]);
    expect([status, stderr]).toEqual([0, '']);
    expect(stdout.toString()).toContain('Verdict (');
    const report = json([topic]);
    expect(report).toMatchObject({schema: 'coldfront.tradeoff/1', topic});
    expect(report.answers.length).toBeGreaterThan(0);
  });

  test('--help is a table of contents of the questions', () => {
    const {stdout} = coldfront(['tradeoff', '--help']);
    for (const topic of Object.keys(topics)) expect(stdout.toString()).toMatch(new RegExp(`tradeoff ${topic} +E[1-9]`));
  });

  test.each([
    [['prediction', '--recall', '1.2'], "--recall is '1.2', must be a share from 0 to 1"],
    [['prediction', '--recall', '-0.5'], "--recall is '-0.5'"],
    [['pinning', '--erlangs', '8'], '--erlangs is 8, must be below --cores 8'],
    [['break-even', '--cold', '500'], "--cold is '500', must be a time with a unit"],
    [['pinning', '--simulate', '--cores', '4000'], '--cores is 4000, must be at most 2000 with --simulate'],
    [['burst', '--prices', 'nowhere.json'], "--prices is 'nowhere.json'"],
    [['burst', '--frobnicate', '1'], '--frobnicate'],
  ])('%j is refused with exit 2, in words and in JSON', (args, message) => {
    const words = coldfront(['tradeoff', ...args]);
    expect([words.status, words.stdout.toString()]).toEqual([2, '']);
    expect(words.stderr.replace(/\s+/g, ' ')).toContain(message);
    const {status, stdout} = coldfront(['tradeoff', ...args, '--json']);
    expect(status).toBe(2);
    expect(JSON.parse(stdout.toString()).error).toMatchObject({exit: 2, message: expect.stringContaining(message)});
  });

  test('--simulate prints what the core made of it beside the law, the same on any number of threads', () => {
    const asked = ['pinning', '--simulate', '--cores', '4', '--erlangs', '2'];
    const {status, stdout, stderr} = coldfront(['tradeoff', ...asked]);
    expect([status, stderr]).toEqual([0, '']);
    expect(stdout.toString()).toMatch(/^simulated +law +replayed +95 % +id$/m);
    const [one, seven] = ['1', '7'].map((threads) => json([...asked, '--threads', threads]));
    expect(one.simulation.rows.length).toBeGreaterThan(0);
    expect(seven).toEqual(one);
    expect(json(['pinning'])).not.toHaveProperty('simulation');
  });

  test('a workload that is none is bad input', () => {
    const {status, stderr} = coldfront(['tradeoff', 'burst', '--workload', `${fixtures}README.md`]);
    expect(status).toBe(3);
    expect(stderr).toContain('README.md');
  });
});

describe('on real traces', () => {
  test('of eight hours of Azure 2019', () => {
    const trace = ingested('window', [`${fixtures}azure2019-d07-window480`]);
    const value = (report: {answers: {id: string; value: number}[]}, id: string): number =>
      report.answers.find((one) => one.id === id)!.value;
    const breakEven = json(['break-even', '--workload', trace]);
    expect(breakEven.inputs.workload).toBe(trace);
    expect(breakEven.tables[0].rows).toHaveLength(150);
    const kinds = ['Warm', 'Keep', 'Cold'].map((kind) => value(breakEven, `E1.2.functions${kind}`));
    expect(kinds.reduce((a, b) => a + b)).toBe(150);
    expect(value(breakEven, 'E1.2.usdPerDayBest')).toBeLessThan(value(breakEven, 'E1.2.usdPerDayCold'));

    // Azure names its triggers: among functions found by their calls, those of timers must be the most.
    const schedule = json(['periodic', '--workload', trace]).tables[0].rows;
    const declared = schedule.filter((row: {trigger: string}) => row.trigger === 'timer');
    expect(declared.length).toBeGreaterThan(35);
    expect(schedule.length - declared.length).toBeLessThan(15);

    const long = json(['long-running', '--workload', trace]);
    expect(value(long, 'E4.1.traceTimeAbove')).toBeGreaterThan(20 * value(long, 'E4.1.traceCallsAbove'));

    const sensitive = json(['interference', '--workload', trace]).tables[0].rows;
    const top = sensitive.slice(0, 20).map((row: {trigger: string}) => row.trigger);
    expect(top.every((trigger: string) => trigger === 'http')).toBe(true);

    expect(value(json(['prediction', '--workload', trace]), 'E1.3.traceBaseRate')).toBeGreaterThan(0.3);
  });

  test('of the World Cup of 1998, whose matches are peaks to fit', () => {
    const file = `${fixtures}bursts/worldcup98_per_minute_1998-06-22_1998-07-01.csv`;
    const trace = ingested('worldcup', [file, '--format', 'csv', '--map', 'minute=period:iso,count=count']);
    const {answers} = json(['burst', '--workload', trace]);
    const value = (id: string, scenario?: string): number =>
      answers.find((one: {id: string; scenario?: string}) => one.id === id && one.scenario === scenario).value;
    expect(value('E3.4.tracePeakPerMinute')).toBe(225_138);
    expect(value('E3.4.traceDispersion')).toBeGreaterThan(10_000);
    // Ten days: the level of a week is seen about once, the busiest minute lies between week and year.
    expect(value('E3.4.traceReturnLevel', '7')).toBeLessThan(240_000);
    expect(value('E3.4.traceReturnLevel', '365')).toBeGreaterThan(225_138);
  });

  test("what a trace's functions cost by use is what its replay bills", () => {
    const trace = ingested('w480', [`${fixtures}azure2019-d07-window480`]);
    const said = json(['state', '--workload', trace]).answers.find(
      (one: {id: string}) => one.id === 'E5.4.tracePayPerUseUsdPerDay',
    ).value;
    const replay = ['replay', trace, '--policy', 'fixed:ttl=10m', '--prices', 'aws-lambda', '--json'];
    const {costUsd} = JSON.parse(coldfront(replay).stdout.toString()).runs[0];
    // Eight hours are a third of a day. A replay draws durations, the trade-off has their means.
    expect(Math.abs(said / (3 * (costUsd.execution + costUsd.requests)) - 1)).toBeLessThan(0.01);
  });

  test('through a pipe', () => {
    const trace = coldfront(['ingest', `${fixtures}azure2019-multiday`, '--out', '-', '--quiet']);
    const {status, stdout} = coldfront(['tradeoff', 'periodic', '--workload', '-', '--json'], {input: trace.stdout});
    expect(status).toBe(0);
    expect(JSON.parse(stdout.toString()).inputs.workload).toBe('-');
  });
});

describe('dollars of a trace are those of a replay', () => {
  test('of calls that overlap, known one by one', () => {
    const out = join(folder, 'proofsynth.arrow');
    const args = ['--functions', '20', '--rate', '2', '--span', '2h', '--mean-duration', '3s', '--seed', '5'];
    expect(coldfront(['synth', ...args, '--out', out, '--quiet']).status).toBe(0);
    expectDollarsOfReplays(out, folder);
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
