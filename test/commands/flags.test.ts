import {readFileSync} from 'node:fs';
import {expect, test} from 'vitest';

/** Of oclif's manifest, which the build writes from the commands: what a script that calls the tool relies on. */
interface Manifest {
  readonly commands: Readonly<Record<string, {aliases: string[]; hidden?: boolean; args: Named; flags: Named}>>;
}
type Named = Readonly<Record<string, Parameter>>;
interface Parameter {
  readonly type?: 'boolean' | 'option';
  readonly char?: string;
  readonly aliases?: readonly string[];
  readonly required?: boolean;
  readonly hidden?: boolean;
  readonly multiple?: boolean;
  readonly allowNo?: boolean;
  readonly default?: unknown;
  readonly options?: readonly string[];
  readonly exclusive?: readonly string[];
  readonly dependsOn?: readonly string[];
}

const manifest: Manifest = JSON.parse(readFileSync(new URL('../../oclif.manifest.json', import.meta.url), 'utf8'));

/** Every command with its arguments in order and its flags by name, a line each. */
function surface(): string {
  return byName(manifest.commands)
    .map(([command, {aliases, hidden, args, flags}]) => {
      const words = [
        command.replaceAll(':', ' '),
        ...aliases.map((alias) => `(or ${alias})`),
        hidden ? '(hidden)' : '',
      ];
      const lines = [
        words.filter(Boolean).join(' '),
        ...Object.entries(args).map(([name, arg]) => `  ${name.toUpperCase()}${told(arg)}`),
        ...byName(flags).map(([name, flag]) => `  ${spelling(name, flag)}${told(flag)}`),
      ];
      return `${lines.join('\n')}\n`;
    })
    .join('\n');
}

function spelling(name: string, {char, aliases = [], type, allowNo, multiple}: Parameter): string {
  const names = [...(char ? [`-${char}`] : []), `--${allowNo ? '[no-]' : ''}${name}`, ...aliases.map((a) => `--${a}`)];
  return `${names.join(', ')}${type === 'boolean' ? '' : ` <value>${multiple ? '...' : ''}`}`;
}

function told({required, hidden, default: fallback, options, exclusive, dependsOn}: Parameter): string {
  const told = [
    required ? 'required' : '',
    hidden ? 'hidden' : '',
    options ? `one of ${options.join(' ')}` : '',
    fallback === undefined ? '' : `default ${JSON.stringify(fallback)}`,
    exclusive ? `not with ${exclusive.join(' ')}` : '',
    dependsOn ? `only with ${dependsOn.join(' ')}` : '',
  ].filter(Boolean);
  return told.length === 0 ? '' : `: ${told.join('; ')}`;
}

function byName<T>(record: Readonly<Record<string, T>>): [string, T][] {
  return Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1));
}

test('commands, arguments, flags, their defaults and choices are what flags.snapshot.txt says', async () => {
  await expect(surface(), 'meant? `npm test -- test/commands/flags.test.ts -u` accepts it').toMatchFileSnapshot(
    'flags.snapshot.txt',
  );
});
