import {fileURLToPath} from 'node:url';
import {flush, handle, run} from '@oclif/core';
import {ExitCode} from './base/errors.ts';
import {type ErrorLike, makeSayable, stackOf} from './commands/flags/said-error.ts';
import {cannotWrite} from './files/write-all.ts';

/** Says what went wrong and ends. */
async function fail(error: ErrorLike): Promise<void> {
  const stack = stackOf(error);
  makeSayable(error);
  if (process.argv.includes('--debug')) process.stderr.write(`${stack}\n`);
  await handle(error as Parameters<typeof handle>[0]);
}

// `| head` closes our stdout: that is how pipes end, not an error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(ExitCode.done);
  void fail(cannotWrite('stdout', error) as ErrorLike);
});
// Who does not listen to messages does not want to hear that either.
process.stderr.on('error', () => undefined);
process.on('uncaughtException', (error) => void fail(error));

try {
  // dist/run.js: the package root is one folder up.
  await run(process.argv.slice(2), fileURLToPath(new URL('..', import.meta.url)));
  await flush();
} catch (error) {
  await fail(error as ErrorLike);
}
