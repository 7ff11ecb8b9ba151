import {type UserError, usageError} from '../../base/errors.ts';
import {nearest} from '../../base/nearest.ts';

/** What people type first, as oclif knows it: `help plan` is `plan --help`, `version` is `--version`. */
export function understood(argv: readonly string[]): string[] {
  const [first, ...rest] = argv;
  if (first === 'version' && rest.length === 0) return ['--version'];
  if (first !== 'help') return [...argv];
  return [...rest.filter((word) => !word.startsWith('-')), '--help'];
}

/** The command that is called, in words; '' where there is none of that name. `ids` are written with colons. */
export function commandIn(argv: readonly string[], ids: readonly string[]): string {
  const words = [argv.slice(0, 2), argv.slice(0, 1)].find((some) => ids.includes(some.join(':')));
  return words?.join(' ') ?? '';
}

/** Why nothing of that name is run, and what may have been meant. */
export function unknownCommand(argv: readonly string[], ids: readonly string[]): UserError {
  const [first = '', second = ''] = argv;
  const topics = [...new Set(ids.filter((id) => id.includes(':')).map((id) => id.split(':')[0]!))];
  if (first.startsWith('-')) return usageError(`a command comes first, not ${first}`, 'coldfront help lists them');
  if (topics.includes(first)) {
    const names = ids.filter((id) => id.startsWith(`${first}:`)).map((id) => id.slice(first.length + 1));
    if (second.startsWith('-')) return usageError(`which ${first}? ${names.join(', ')}`, `coldfront help ${first}`);
    return usageError(`there is no ${first} '${second}'`, ...meant(second, names), `coldfront help ${first}`);
  }
  const names = [...new Set(ids.map((id) => id.split(':')[0]!)), 'help', 'version'];
  return usageError(`there is no command '${first}'`, ...meant(first, names), 'coldfront help lists them');
}

/** A sentence on the name that was probably meant, if one is near. */
export function meant(word: string, names: Iterable<string>, prefix = ''): string[] {
  const near = nearest(word, names);
  return near === undefined ? [] : [`did you mean ${prefix}${near}?`];
}
