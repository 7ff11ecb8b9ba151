import {inputError} from '../base/errors.ts';

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'no such file or directory',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EISDIR: 'is a directory',
  ENOTDIR: 'a part of its path is not a folder',
};

/** What to throw for a file that could not be opened or read: bad input, or the error itself if it is none of that. */
export function cannotRead(path: string, error: unknown): unknown {
  const {code, syscall} = error as NodeJS.ErrnoException;
  if (syscall === undefined || code === undefined) return error;
  return inputError(path, reasons[code] ?? `cannot be read (${code})`);
}
