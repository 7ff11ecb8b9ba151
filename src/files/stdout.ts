import {usageError} from '../base/errors.ts';
import {terminal} from '../base/terminal.ts';
import {printableLines, screenLines} from '../base/text.ts';
import {writeAll} from './write-all.ts';

/** Writes to stdout, unbuffered and without a limit on size. Text for a terminal is made safe for it, bytes are refused. */
export function writeStdout(piece: Uint8Array | string): void {
  terminal.wipe();
  if (!process.stdout.isTTY) writeAll(1, piece, 'stdout');
  else if (typeof piece === 'string') writeAll(1, printableLines(piece), 'stdout');
  else throw usageError('the result is no text, so it is not shown on a terminal', 'send it on: > FILE, or --out FILE');
}

/** Writes text for people to stdout, as the terminal is. */
export function writeScreen(text: string): void {
  terminal.wipe();
  writeAll(1, screenLines(text), 'stdout');
}
