/** Exit codes of every command (README, "Exit codes"). */
export const ExitCode = {done: 0, bug: 1, usage: 2, badInput: 3, missed: 4, interrupted: 130} as const;

/**
 * A problem the user can mend: a flag, a file, an objective. Anything else that is thrown is a bug,
 * keeps its stack and exits 1. The message names the place (`file:line`), the value and the rule;
 * `suggestions` say the way out. oclif prints `code` and `suggestions` by itself.
 */
export class UserError extends Error {
  override readonly name = 'UserError';
  readonly oclif: {exit: number};
  readonly code: string;
  readonly exitCode: number;
  readonly suggestions: string[];

  constructor(code: string, message: string, options: {exit?: number; suggestions?: string[]} = {}) {
    super(message);
    this.code = code;
    this.exitCode = options.exit ?? ExitCode.badInput;
    this.suggestions = options.suggestions ?? [];
    this.oclif = {exit: this.exitCode};
  }
}

/** A flag or argument that cannot be used: exit 2. */
export function usageError(message: string, ...suggestions: string[]): UserError {
  return new UserError('USAGE', message, {exit: ExitCode.usage, suggestions});
}

/** A file or a row that cannot be read: exit 3. `place` is `file` or `file:line`. */
export function inputError(place: string, message: string, ...suggestions: string[]): UserError {
  return new UserError('BAD_INPUT', `${place}: ${message}`, {exit: ExitCode.badInput, suggestions});
}

/** An objective that was not met, or a plan that cannot exist: exit 4. */
export function missedError(message: string, ...suggestions: string[]): UserError {
  return new UserError('MISSED', message, {exit: ExitCode.missed, suggestions});
}

/** States an invariant of our own code; a failure is a bug, not the user's doing. */
export function invariant(condition: boolean, message: () => string): asserts condition {
  if (!condition) throw new Error(`broken invariant: ${message()}`);
}
