import {readFileSync} from 'node:fs';
import {expect} from 'vitest';
import type {Random} from '../../src/base/random.ts';
import {coldfront} from '../helpers/cli.ts';

interface Flag {
  readonly type: 'boolean' | 'option';
  readonly required?: boolean;
  readonly options?: readonly string[];
}

interface Command {
  readonly id: string;
  readonly args: Readonly<Record<string, {required?: boolean; options?: readonly string[]}>>;
  readonly flags: Readonly<Record<string, Flag>>;
}

const manifest = JSON.parse(readFileSync(new URL('../../oclif.manifest.json', import.meta.url), 'utf8')) as {
  commands: Readonly<Record<string, Omit<Command, 'id'>>>;
};
const commands: Command[] = Object.entries(manifest.commands).map(([id, command]) => ({...command, id}));

/** Flags that take any text, or a file that is written: nothing is wrong with what follows them. */
const nonsense = ["bo'gus", '12 parsecs', '-', '', '1e999', 'NaN', '\u202e10m', '10x', 'ten', '$(id)'];

/** A way to be wrong with a command; undefined: not with this one. */
type Mistake = (command: Command, random: Random) => string[] | undefined;

const words = ({id}: Command): string[] => id.split(':');
const pick = <T>(list: readonly T[], random: Random): T => list[random.below(list.length)]!;

/** The command as it should be, but for files, of which there are none. */
function whole(command: Command): string[] {
  const flags = Object.entries(command.flags).flatMap(([name, {required, options}]) =>
    required ? [`--${name}`, options?.[0] ?? 'made.out'] : [],
  );
  const args = Object.entries(command.args).map(([name, {options}]) => options?.[0] ?? `gone-${name}.arrow`);
  return [...words(command), ...args, ...flags];
}

/** A word with a letter left out, doubled or turned into another. */
function misspelt(word: string, random: Random): string {
  const at = random.below(word.length);
  return word.slice(0, at) + pick(['', word[at]! + word[at]!, 'q'], random) + word.slice(at + 1);
}

const mistakes: Readonly<Record<string, Mistake>> = {
  'no such command': (command, random) => {
    const wrong = words(command).map((word) => misspelt(word, random));
    return commands.some(({id}) => id === wrong.join(':')) ? undefined : [...wrong, 'w.arrow'];
  },
  'no command': (_, random) => [pick(['--policy', '-x', '-', '--', 'w.arrow', '', '\u{1f4a5}', 'a b'], random), 'none'],
  'no such flag': (command, random) => {
    const flag = misspelt(pick(Object.keys(command.flags), random), random);
    return flag in command.flags || flag.length < 2 ? undefined : [...whole(command), `--${flag}`];
  },
  'no such choice': (command, random) => {
    const choices = Object.entries(command.flags).filter(([, {options}]) => options !== undefined);
    if (choices.length === 0) return undefined;
    return [...whole(command), `--${pick(choices, random)[0]}`, `${pick(nonsense, random)}?`];
  },
  'a flag without its value': (command, random) => {
    const options = Object.entries(command.flags).filter(([, {type}]) => type === 'option');
    return options.length === 0 ? undefined : [...whole(command), `--${pick(options, random)[0]}`];
  },
  'a file that is not there': (command, random) =>
    whole(command).every((word) => !word.startsWith('gone-'))
      ? undefined
      : [...whole(command), ...pick([[], ['--quiet']], random)],
  'nothing that must be given': (command) =>
    [...Object.values(command.args), ...Object.values(command.flags)].some(({required}) => required)
      ? words(command)
      : undefined,
  'one thing too many': (command) =>
    command.id === 'ingest' ? undefined : [...whole(command), 'one', 'two', 'three', 'four'],
};

/** `count` invocations that cannot work, and what is wrong with each. */
function wrongInvocations(count: number, random: Random): {what: string; args: string[]}[] {
  const made: {what: string; args: string[]}[] = [];
  while (made.length < count) {
    const [what, make] = pick(Object.entries(mistakes), random);
    const args = make(pick(commands, random), random);
    if (args !== undefined) made.push({what, args});
  }
  return made;
}

/** Each of `count` invocations that cannot work is answered on one line of stderr, exit 2 or 3, and does nothing. */
export function expectAnswersInALine(count: number, random: Random, folder: string): void {
  for (const {what, args} of wrongInvocations(count, random)) {
    const {status, stdout, stderr} = coldfront(args, {cwd: folder});
    expect([2, 3], `${what}: ${JSON.stringify(args)}: ${stderr}`).toContain(status);
    expect([stdout.toString(), stderr]).toEqual(['', expect.stringMatching(/^coldfront[^\n:]*: [^\n]+\n$/)]);
    // Besides the user's own words.
    expect(stderr.length, stderr).toBeLessThan(200 + args.join(' ').length);
  }
}
