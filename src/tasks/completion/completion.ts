import {bashCompletion} from './bash.ts';
import {fishCompletion} from './fish.ts';
import type {CommandWords, FlagWords} from './grammar.ts';
import {zshCompletion} from './zsh.ts';

/** A command as the build has found it. */
export interface KnownCommand {
  /** Words with colons between them. */
  readonly id: string;
  readonly summary?: string | undefined;
  readonly args: Readonly<Record<string, unknown>>;
  readonly flags: Readonly<
    Record<
      string,
      {
        readonly type: 'boolean' | 'option';
        readonly char?: string | undefined;
        readonly summary?: string | undefined;
        readonly description?: string | undefined;
        readonly options?: readonly string[] | undefined;
      }
    >
  >;
}

const scripts = {bash: bashCompletion, zsh: zshCompletion, fish: fishCompletion} as const;

/** The script that teaches a shell these commands; `names` are what flags take that have no list of choices. */
export function completionScript(
  shell: keyof typeof scripts,
  commands: readonly KnownCommand[],
  names: Readonly<Record<string, readonly string[]>>,
): string {
  const known = commands
    .map((command) => wordsOf(command, names))
    .sort((a, b) => (a.words.join(' ') < b.words.join(' ') ? -1 : 1));
  return scripts[shell]({commands: known});
}

function wordsOf(
  {id, summary = '', args, flags}: KnownCommand,
  names: Readonly<Record<string, readonly string[]>>,
): CommandWords {
  return {
    words: id.split(':'),
    summary: summary.replace(/\s+/g, ' '),
    takesFiles: Object.keys(args).length > 0,
    flags: Object.entries(flags).map(([name, flag]): FlagWords => {
      const {type, char, options} = flag;
      return {
        name,
        char,
        summary: (flag.summary ?? flag.description ?? '').replace(/\s+/g, ' '),
        takesValue: type === 'option',
        values: type === 'option' ? (options ?? names[name] ?? []) : [],
      };
    }),
  };
}
