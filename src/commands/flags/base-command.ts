import {Command, Flags} from '@oclif/core';
import {ExitCode, UserError} from '../../base/errors.ts';

/** Flags that every command takes. */
export const commonFlags = {
  quiet: Flags.boolean({char: 'q', summary: 'No progress, no warnings.', helpGroup: 'GLOBAL'}),
  'no-color': Flags.boolean({summary: 'No colour, as with NO_COLOR.', helpGroup: 'GLOBAL'}),
};

/** For commands that write an artifact. */
export const outputFlags = {
  force: Flags.boolean({char: 'f', summary: 'Overwrite an existing output.', helpGroup: 'GLOBAL'}),
};

export const seedFlag = {
  seed: Flags.integer({default: 1, min: 0, summary: 'Seed of every random draw.', helpGroup: 'GLOBAL'}),
};

export const threadsFlag = {
  threads: Flags.integer({
    min: 1,
    summary: 'Worker threads; the result is the same for any number.',
    helpGroup: 'GLOBAL',
  }),
};

interface ErrorLike extends Error {
  code?: string;
  exitCode?: number;
  oclif?: {exit?: number | false};
  suggestions?: string[];
}

/**
 * What all commands share: `--json`, exit codes as the README lists them, a quiet end on a closed pipe and on Ctrl-C.
 * stdout carries the result and nothing else; `note` and `warn` write to stderr.
 */
export abstract class BaseCommand extends Command {
  static override enableJsonFlag = true;
  private quiet = false;

  override async init(): Promise<void> {
    await super.init();
    this.quiet = this.argv.some((arg) => arg === '--quiet' || /^-[a-z]*q[a-z]*$/.test(arg));
    if (this.argv.includes('--no-color')) process.env.NO_COLOR = '1';
    // `| head` closes our stdout: that is how pipes end, not an error.
    process.stdout.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EPIPE') process.exit(ExitCode.done);
      throw error;
    });
  }

  /** What goes to stdout under --json; nothing when the command has put its result elsewhere. */
  override logJson(json: unknown): void {
    if (json !== undefined) super.logJson(json);
  }

  /** A line on stderr, unless --quiet. */
  protected note(text: string): void {
    if (!this.quiet) process.stderr.write(`${text}\n`);
  }

  /** True when progress may be drawn: stderr is a terminal that can redraw, and nobody asked for silence. */
  protected get interactive(): boolean {
    return Boolean(process.stderr.isTTY) && !this.quiet && !process.env.CI && process.env.TERM !== 'dumb';
  }

  protected override async catch(error: ErrorLike): Promise<unknown> {
    // oclif reads `exitCode` under --json and `oclif.exit` otherwise; keep both equal.
    const exit = exitCodeOf(error);
    error.oclif = {...error.oclif, exit};
    error.exitCode = exit;
    process.exitCode = exit;
    if (!this.jsonEnabled()) throw error;
    this.logJson(this.toErrorJson(error));
    return undefined;
  }

  protected override toErrorJson(error: ErrorLike): unknown {
    const exit = exitCodeOf(error);
    return {
      error: {
        name: error.name,
        code: error.code ?? (exit === ExitCode.usage ? 'USAGE' : 'BUG'),
        message: error.message.split('\nSee more help')[0],
        exit,
        suggestions: error.suggestions ?? [],
        ...(exit === ExitCode.bug ? {stack: error.stack} : {}),
      },
    };
  }
}

function exitCodeOf(error: ErrorLike): number {
  if (error instanceof UserError) return error.exitCode;
  const exit = error.oclif?.exit;
  return typeof exit === 'number' ? exit : ExitCode.bug;
}
