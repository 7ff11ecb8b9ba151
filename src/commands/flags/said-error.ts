import {ExitCode, UserError} from '../../base/errors.ts';
import {printable, printableLines} from '../../base/text.ts';

/** An error as oclif and we throw it. */
export interface ErrorLike extends Error {
  code?: string;
  exitCode?: number;
  oclif?: {exit?: number | false};
  suggestions?: string[];
  showHelp?: boolean;
  /** Flags that there are not. */
  flags?: readonly string[];
}

export function exitCodeOf(error: ErrorLike): number {
  if (error instanceof UserError) return error.exitCode;
  if (isOutOfFiles(error)) return ExitCode.usage;
  const exit = error.oclif?.exit;
  return typeof exit === 'number' ? exit : ExitCode.bug;
}

function isOutOfFiles({code}: ErrorLike): boolean {
  return code === 'EMFILE' || code === 'ENFILE';
}

/** The longest message: names in it may be of any length. */
const MESSAGE_LENGTH = 2000;

/**
 * Makes an error fit for a terminal: nothing in it can move the cursor, its message is one line of a length that can be
 * read, and one that nobody foresaw says how to report it. Its stack stays out of sight.
 */
export function makeSayable(error: ErrorLike): void {
  if (isOutOfFiles(error)) {
    error.message = 'too many files are open';
    error.suggestions = ['raise the limit: ulimit -n'];
  }
  const exit = exitCodeOf(error);
  error.message = shortened(printable(unforeseen(error) ? `unforeseen: ${error.message}` : error.message));
  error.suggestions = (error.suggestions ?? []).map((text) => shortened(printable(text)));
  if (unforeseen(error)) {
    error.suggestions = ['report it, with the command and what it prints with --debug: this is a fault of coldfront'];
  }
  // oclif would print causes too, as they are.
  error.cause = undefined;
  // oclif reads `exitCode` under --json and `oclif.exit` otherwise; keep both equal.
  error.oclif = {...error.oclif, exit};
  error.exitCode = exit;
}

/** Whether neither we nor oclif meant to say this. */
export function unforeseen(error: ErrorLike): boolean {
  return exitCodeOf(error) === ExitCode.bug && !(error instanceof UserError);
}

/** The stack and those of its causes, each line made safe. */
export function stackOf(error: ErrorLike): string {
  const own = printableLines(error.stack ?? error.message);
  return error.cause instanceof Error ? `${own}\nCaused by: ${stackOf(error.cause as ErrorLike)}` : own;
}

/** What stderr gets: `coldfront replay: what is wrong (a way out; another)`, on one line however long. */
export function errorLine(command: string, {message, suggestions = []}: ErrorLike): string {
  const who = command === '' ? 'coldfront' : `coldfront ${command}`;
  const ways = suggestions.length === 0 ? '' : ` (${suggestions.join('; ')})`;
  return `${coloured() ? `\x1b[31m${who}:\x1b[39m` : `${who}:`} ${message}${ways}`;
}

function coloured(): boolean {
  const {NO_COLOR = '', FORCE_COLOR = '', TERM} = process.env;
  if (NO_COLOR !== '' || process.argv.includes('--no-color')) return false;
  return FORCE_COLOR !== '' ? FORCE_COLOR !== '0' : Boolean(process.stderr.isTTY) && TERM !== 'dumb';
}

/** What stdout gets under --json. */
export function errorJson(error: ErrorLike, stack?: string): unknown {
  const exit = exitCodeOf(error);
  return {
    schema: 'coldfront.error/1',
    error: {
      code: error.code ?? (exit === ExitCode.usage ? 'USAGE' : 'BUG'),
      message: error.message,
      exit,
      suggestions: error.suggestions ?? [],
      ...(process.argv.includes('--debug') ? {stack} : {}),
    },
  };
}

function shortened(text: string): string {
  if (text.length <= MESSAGE_LENGTH) return text;
  return `${text.slice(0, MESSAGE_LENGTH)}... (${text.length} characters)`;
}
