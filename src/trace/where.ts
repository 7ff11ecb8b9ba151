import {usageError} from '../base/errors.ts';

/** `COLUMN=VALUE`; a `=` of a column is written `\=`. */
export function parseWhere(text: string): {column: string; text: string} {
  const match = /^((?:\\.|[^\\=])+)=(.*)$/s.exec(text);
  if (match === null) throw usageError(`--where is '${text}', must be COLUMN=VALUE`);
  return {column: match[1]!.replace(/\\([^.])/g, '$1').trim(), text: match[2]!.trim()};
}
