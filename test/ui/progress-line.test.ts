import {expect, test} from 'vitest';
import {progressJson, progressLine} from '../../src/ui/progress-line.ts';

const work = {doing: 'replaying', unit: 'invocations', parts: 0, part: '', done: 0, total: 100, seconds: 0};

test.each([
  ['nothing done yet', work, `replaying ${'░'.repeat(20)} 0 %  0 invocations`],
  [
    'half of ten million in two seconds',
    {...work, done: 5e6, total: 1e7, seconds: 2},
    `replaying ${'█'.repeat(10)}${'░'.repeat(10)} 50 %  5 M invocations  2.5 M/s  2 s left`,
  ],
  [
    'the third of four policies',
    {...work, done: 60, seconds: 3, parts: 4, part: 'policy'},
    `replaying, policy 3 of 4 ${'█'.repeat(12)}${'░'.repeat(8)} 60 %  60 invocations  20/s  2 s left`,
  ],
  [
    'work of which nobody knows how much there is',
    {...work, doing: 'planning', total: 0, seconds: 3.2},
    'planning, 3 s',
  ],
])('a line of progress: %s', (_, done, line) => {
  expect(progressLine(done, 120)).toBe(line);
});

test('a line never reaches the last column, and says the most important', () => {
  const done = {...work, done: 5e6, total: 1e7, seconds: 2};
  expect(progressLine(done, 50)).toBe(`replaying ${'█'.repeat(10)}${'░'.repeat(10)} 50 %  2 s left`);
  for (const columns of [5, 20, 40, 60]) expect(progressLine(done, columns).length).toBeLessThan(columns);
});

test('programs get JSON', () => {
  expect(JSON.parse(progressJson({...work, done: 50, seconds: 2}))).toEqual({
    schema: 'coldfront.progress/1',
    ...{doing: 'replaying', done: 50, total: 100, unit: 'invocations', perSecond: 25, etaSeconds: 2, seconds: 2},
  });
  expect(JSON.parse(progressJson({...work, total: 0}))).toMatchObject({done: null, total: null, etaSeconds: null});
});
