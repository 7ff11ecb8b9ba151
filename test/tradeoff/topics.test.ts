import {readFileSync} from 'node:fs';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {describe, expect, test} from 'vitest';
import {topics} from '../../src/tradeoff/topics.ts';
import {minuteWorkload} from '../helpers/workload.ts';
import {ask, askTrace} from './ask.ts';
import {everyTopic} from './every-topic.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const json = (file: string) => JSON.parse(readFileSync(join(root, file), 'utf8'));
const commands = Object.fromEntries(
  Object.entries<{flags: Record<string, {default?: string}>}>(json('oclif.manifest.json').commands)
    .filter(([id]) => id.startsWith('tradeoff:'))
    .map(([id, command]) => [id.slice('tradeoff:'.length), command]),
);
const hour = minuteWorkload([0, 7, 21, 40].map((minute) => ({function: 'f', minute, count: 1 + (minute % 3)})));

test('every topic has a command, and every tradeoff command a topic', () => {
  expect(Object.keys(commands).sort()).toEqual(Object.keys(topics).sort());
});

describe.each(everyTopic.map((topic, i) => ({registered: Object.keys(topics)[i]!, topic})))(
  '$registered',
  ({registered, topic}) => {
    test('is registered under its own name', () => {
      expect(topic.name).toBe(registered);
      expect(topic.name).toMatch(/^[a-z]+(-[a-z]+)*$/);
    });

    test('says of itself what the command prints for --help', () => {
      expect(commands[registered]).toMatchObject({summary: topic.summary, description: topic.description});
      expect(topic.summary).toMatch(/^E\d(\.\d| {2}) {2}[^ ]/);
      for (const input of Object.values(topic.inputs)) {
        expect(commands[registered]!.flags[input.flag]?.default).toBe(input.default);
      }
      expect('workload' in commands[registered]!.flags).toBe(topic.workload !== undefined);
    });

    test.each(topic.examples)('its example %j runs', (flags) => {
      const asked = flags
        .replace('--json', '')
        .replace('--workload w.arrow', '')
        .replace(/--top \d+/, '');
      expect(flags.includes('--workload') && !topic.workload).toBe(false);
      expect(ask(registered, asked).answers.length).toBeGreaterThan(0);
    });

    test('answers each of its questions by the number that SEED.md gives it', async () => {
      expect((await questionsOf(registered)).every((question) => topic.summary.startsWith(question.slice(0, 2)))).toBe(
        true,
      );
    });
  },
);

test("package.json's text of the topics names each beside the questions it answers", async () => {
  const text: string = json('package.json').oclif.topics.tradeoff.description;
  const lines = [...text.matchAll(/^(E\d) {2}[^ ]+(?: [^ ]+)* {2,}(.*)$/gm)].map(([, group, rest]) => [group, rest]);
  const questions = new Map<string, string[]>();
  for (const name of Object.keys(topics)) questions.set(name, await questionsOf(name));
  const groupOf = (name: string) => questions.get(name)![0]!.slice(0, 2);
  const numbersOf = (name: string) =>
    questions
      .get(name)!
      .map((question) => question.slice(1))
      .join(', ');
  const groups = [...new Set(Object.keys(topics).map(groupOf))];
  const expected = groups.map((group) => {
    const names = Object.keys(topics).filter((name) => groupOf(name) === group);
    return [group, names.map((name) => (names.length === 1 ? name : `${numbersOf(name)} ${name}`)).join('   ')];
  });
  expect(lines).toEqual(expected);
});

/** `E2.1`, ... in order: the numbers its answers carry. */
async function questionsOf(name: string): Promise<string[]> {
  const {answers} = await askTrace(name, '', hour);
  return [...new Set(answers.map(({id}) => id.split('.').slice(0, 2).join('.')))].sort();
}
