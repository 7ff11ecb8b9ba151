import {describe, expect, test} from 'vitest';
import {eventWorkload, minuteWorkload} from '../helpers/workload.ts';
import {ask, askTrace} from './ask.ts';
import {everyTopic} from './every-topic.ts';

const odd = [
  {name: 'without functions', workload: minuteWorkload([])},
  {name: 'without calls', workload: minuteWorkload([], [0, 60])},
  {name: 'of one call', workload: eventWorkload([{function: 'f', at: 5, duration: 0}])},
  {name: 'of one minute', workload: minuteWorkload([{function: 'f', minute: 3, count: 7}])},
  {name: 'of calls without durations', workload: eventWorkload([0, 1, 2].map((i) => ({function: 'f', at: i * 1e6})))},
  {
    name: 'of a count beyond 2^32',
    workload: minuteWorkload([
      {function: 'f', minute: 0, count: 2 ** 40},
      {function: 'f', minute: 5, count: 1},
    ]),
  },
];

describe('a trace', () => {
  const asked = everyTopic
    .filter((topic) => topic.workload)
    .flatMap((topic) => odd.map((one) => ({...one, topic: topic.name})));

  test.each(asked)('$name: $topic says what it can, and no NaN', async ({topic, workload}) => {
    const report = await askTrace(topic, '', workload);
    expect(report.verdict.text).not.toMatch(/NaN|undefined|Infinity|null/);
    // The trace's verdict takes the textbook's place, which is kept beside it.
    expect(report.textbook).toEqual(ask(topic).verdict);
    for (const {id, value} of report.answers) expect(value === null || Number.isFinite(value), id).toBe(true);
    for (const {columns, rows} of report.tables) {
      for (const row of rows) {
        expect(Object.keys(row).sort()).toEqual(columns.map((column) => column.key).sort());
        for (const cell of Object.values(row)) expect(typeof cell !== 'number' || Number.isFinite(cell)).toBe(true);
      }
    }
  });

  test('is not asked where the question is about none', async () => {
    for (const {name, workload} of everyTopic) {
      expect('workload' in (await askTrace(name, '', odd[3]!.workload)).inputs, name).toBe(workload !== undefined);
    }
  });
});
