import {readFileSync} from 'node:fs';
import {fileURLToPath} from 'node:url';
import {flush, run} from '@oclif/core';
import {ExitCode} from './base/errors.ts';
import {visibleJson} from './base/text.ts';
import {commandIn, understood, unknownCommand} from './commands/flags/first-words.ts';
import {type ErrorLike, errorJson, errorLine, exitCodeOf, makeSayable, stackOf} from './commands/flags/said-error.ts';
import {writeStdout} from './files/stdout.ts';
import {cannotWrite} from './files/write-all.ts';

// dist/run.js: the package root is one folder up.
const root = fileURLToPath(new URL('..', import.meta.url));
const argv = understood(process.argv.slice(2));

/** Says what went wrong, on one line, and ends. `stdoutFails`: nothing more can be written there. */
function fail(thrown: ErrorLike, stdoutFails = false): never {
  const ids = commandIds();
  const command = commandIn(argv, ids);
  // oclif's words for what is no command are glued from all that was typed.
  const isUnknown = command === '' && /^command .* not found$/s.test(thrown.message);
  const error: ErrorLike = isUnknown ? unknownCommand(argv, ids) : thrown;
  // A command that has said what it had to and ends with a code of its own.
  if (error.code === 'EEXIT') process.exit(exitCodeOf(error));
  const stack = stackOf(error);
  makeSayable(error);
  if (argv.includes('--debug')) process.stderr.write(`${stack}\n`);
  // What stands after -- is meant for another.
  const own = argv.includes('--') ? argv.slice(0, argv.indexOf('--')) : argv;
  const saidInJson = own.includes('--json') && !stdoutFails && sayInJson(error, stack);
  if (!saidInJson) process.stderr.write(`${errorLine(command, error)}\n`);
  process.exit(exitCodeOf(error));
}

/** False where stdout takes nothing any more. */
function sayInJson(error: ErrorLike, stack: string): boolean {
  try {
    writeStdout(`${visibleJson(JSON.stringify(errorJson(error, stack), undefined, 2))}\n`);
    return true;
  } catch {
    return false;
  }
}

/** Every command there is, as the build found them. */
function commandIds(): string[] {
  try {
    return Object.keys(JSON.parse(readFileSync(`${root}/oclif.manifest.json`, 'utf8')).commands);
  } catch {
    return [];
  }
}

// `| head` closes our stdout: that is how pipes end, not an error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(ExitCode.done);
  fail(cannotWrite('stdout', error) as ErrorLike, true);
});
// Who does not listen to messages does not want to hear that either.
process.stderr.on('error', () => undefined);
process.on('uncaughtException', (error) => fail(error));

try {
  if (argv[0] === 'tradeoff' && argv[1]?.startsWith('-') && !/^(-h|--help)$/.test(argv[1])) {
    throw unknownCommand(argv, commandIds());
  }
  await run(argv, root);
  await flush();
} catch (error) {
  fail(error as ErrorLike);
}
