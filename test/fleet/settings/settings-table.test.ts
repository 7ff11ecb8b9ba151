import {describe, expect, test} from 'vitest';
import {settingOf} from '../../../src/fleet/settings/columns.ts';
import {settingsOfJson} from '../../../src/fleet/settings/read-settings.ts';
import {settingsOf, teamsOf, withoutColumns} from '../../../src/fleet/settings/settings-of.ts';
import {SettingsTable} from '../../../src/fleet/settings/settings-table.ts';
import {withSettings} from '../../../src/fleet/settings/with-settings.ts';
import type {Workload} from '../../../src/workload/workload.ts';
import {eventWorkload} from '../../helpers/workload.ts';

/** Functions a and b of app x and owner o, c of app y and owner o, d of app z and owner p. */
const workload = eventWorkload([
  {function: 'a', app: 'x', owner: 'o', at: 0},
  {function: 'b', app: 'x', owner: 'o', at: 1},
  {function: 'c', app: 'y', owner: 'o', at: 2},
  {function: 'd', app: 'z', owner: 'p', at: 3},
]);
const rowOf = (name: string): number => [0, 1, 2, 3].find((row) => workload.name.at(row) === name)!;

function rulesOf(csv: string, place = 'f.csv'): SettingsTable {
  const [header, ...rows] = csv
    .trim()
    .split('\n')
    .map((line) => line.trim().split(','));
  const made = new SettingsTable(place, header!);
  for (const row of rows) {
    const problem = made.take(row);
    if (problem) throw new Error(`${problem.column} is '${problem.value}', must be ${problem.rule}`);
  }
  return made;
}

function table(csv: string) {
  const notes: string[] = [];
  const settings = settingsOf([rulesOf(csv)], workload, (line) => notes.push(line));
  const of = (column: Parameters<typeof settingOf>[1], name: string) =>
    settingOf(settings, column, rowOf(name), Number.NaN);
  return {settings, notes, of};
}

describe('settings of single functions', () => {
  test('the most specific row wins, field by field, in whatever order they stand', () => {
    const {of, notes} = table(`function,app,owner,ttl,max
      a,,,1m,
      *,,,9m,9
      *,,o,5m,5
      *,x,,3m,`);
    expect(['a', 'b', 'c', 'd'].map((name) => of('ttl', name))).toEqual([60e6, 180e6, 300e6, 540e6]);
    expect(['a', 'b', 'c', 'd'].map((name) => of('max', name))).toEqual([5, 5, 5, 9]);
    expect(notes).toEqual([]);
  });

  test('of rows that are equally specific the later wins', () => {
    expect(table('function,max\na,1\na,2').of('max', 'a')).toBe(2);
  });

  test('units are those of the command line; 0 is no limit to concurrency', () => {
    const {of, settings} = table('function,concurrency,memory,timeout,async\na,0,2GiB,1m30s,yes\nb,80,,,no');
    expect(of('concurrency', 'a')).toBe(Number.POSITIVE_INFINITY);
    expect([of('memory', 'a'), of('timeout', 'a'), of('async', 'a'), of('async', 'b')]).toEqual([2048, 90e6, 1, 0]);
    expect(of('concurrency', 'c')).toBeNaN();
    expect(Object.keys(settings.numbers).sort()).toEqual(['async', 'concurrency', 'memory', 'timeout']);
    expect(withSettings(workload, settings).memoryMib[rowOf('a')]).toBe(2048);
  });

  test('a name that matches nothing is said', () => {
    expect(table('function,app,max\nnobody,,1\n*,nowhere,2\na,,3').notes).toEqual([
      "f.csv: 'nobody', 'nowhere/*' are no function of the workload, so what is said there holds for none",
    ]);
  });

  test('functions of one team share it; the others belong to their owner', () => {
    const {settings} = table('function,team\na,red\nd,red');
    const {id, values} = teamsOf(workload, settings);
    expect(['a', 'b', 'c', 'd'].map((name) => values[id[rowOf(name)]!])).toEqual(['red', 'o', 'o', 'red']);
  });

  test('of several tables the later wins where rows are equally specific, and each says its own unknown names', () => {
    const tables = [
      rulesOf('function,max,ttl\na,1,1m\nno,1,', 'one.csv'),
      rulesOf('owner,max,team\no,3,red', 'two.csv'),
    ];
    const notes: string[] = [];
    const {numbers, labels} = settingsOf([...tables, rulesOf('function,max\na,2')], workload, (line) =>
      notes.push(line),
    );
    expect([numbers.max![rowOf('a')], numbers.max![rowOf('b')], numbers.ttl![rowOf('a')]]).toEqual([2, 3, 60e6]);
    expect(labels.team!.values).toEqual(['red']);
    expect(notes).toEqual(["one.csv: 'no' is no function of the workload, so what is said there holds for none"]);
  });

  test('a table without some of its columns says the rest', () => {
    const left = withoutColumns(rulesOf('function,max,ttl\na,1,1m'), ['max']);
    expect(Object.keys(settingsOf([left], workload, () => {}).numbers)).toEqual(['ttl']);
  });

  test('a row with a team alone is its quota', () => {
    expect(table('function,team,reserved,max\n,red,2,5').settings.quotas).toEqual([{team: 'red', reserved: 2, max: 5}]);
  });

  test.each([
    ['function,max\na,-1', "max is '-1', must be a whole number of at least 0"],
    ['function,ttl\na,10', "ttl is '10', must be a time with a unit, such as 500ms or 10m"],
    ['function,timeout\na,0', "timeout is '0', must be a time above 0, such as 500ms or 10m"],
    ['function,memory\na,512', "memory is '512', must be a size such as 512MiB"],
    ['function,async\na,maybe', "async is 'maybe', must be 'yes' or 'no'"],
    ['function,min,max\na,3,2', "max is '2', must be at least the minimum, 3"],
    ['function,team\n,', "function is '', must be a function, '*', or blank beside a team"],
    ['function,maximum\na,1', "has a column 'maximum' that means nothing here"],
    ['max\n1', "has no column 'function'"],
    ['function,min,max\n*,3,\na,,2', "function 'a' is to have at least 3 and at most 2 instances"],
    ['function,weight\na,1\nc,2', "team 'o' has weights 1 and 2, a team has one"],
  ])('%j is refused: %s', (csv, message) => {
    expect(() => table(csv)).toThrow(message);
  });

  test('a cold time that no model knows is refused with those that there are', () => {
    expect(() => table('function,cold\na,warp')).toThrow(/cold is 'warp', must be a cold time: fixed/);
  });

  test('JSON says the same, numbers and booleans as they are', () => {
    const json = {functions: [{function: 'a', max: 3, ttl: '1m', async: true}]};
    const settings = settingsOf([settingsOfJson('f.json', json)], workload as Workload, () => {});
    expect(['max', 'ttl', 'async'].map((column) => settingOf(settings, column as 'max', rowOf('a'), 0))).toEqual([
      3, 60e6, 1,
    ]);
  });

  test.each([
    [{}, 'f.json: must hold a list of functions'],
    [[3], "f.json: functions[0]: it is '3', must be an object"],
    [[{function: 'a', maximum: 1}], "f.json: functions[0]: the key is 'maximum', must be one of function, app"],
    [[{function: 'a', max: [1]}], "f.json: functions[0]: max is '[1]', must be text, a number, true or false"],
    [[{function: 'a', max: 1.5}], "f.json: functions[0]: max is '1.5', must be a whole number of at least 0"],
  ])('%j is refused', (json, message) => {
    expect(() => settingsOfJson('f.json', json)).toThrow(message);
  });
});
