/**
 * Draws progress while the main thread is at work, however busy that is: a line on stderr that takes its own place, or
 * lines of JSON.
 */
import {writeSync} from 'node:fs';
import {workerData} from 'node:worker_threads';
import {printable} from '../base/text.ts';
import {progressJson, progressLine} from './progress-line.ts';
import {ProgressState} from './progress-state.ts';

const {buffer, form, columns} = workerData as {buffer: SharedArrayBuffer; form: 'line' | 'json'; columns: number};
const state = new ProgressState(buffer);
const STDERR = 2;

function tick(): void {
  state.read((work) => {
    const text = form === 'json' ? `${progressJson(work)}\n` : `\r\x1b[K${printable(progressLine(work, columns))}`;
    try {
      writeSync(STDERR, text);
    } catch {
      // A terminal that is gone or slow is no reason to stop the work.
    }
  });
}

setInterval(tick, form === 'json' ? 500 : 100);
// A command that is over by then shows nothing.
setTimeout(tick, 120);
