import {writeSync} from 'node:fs';
import {Worker} from 'node:worker_threads';
import {ProgressState} from './progress-state.ts';

const WIPE = '\r\x1b[K';

/** Progress that is shown from another thread, so that no work is too busy for it. */
export interface Progress {
  begin(doing: string, total?: number, unit?: string, parts?: number, part?: string): void;
  advance(amount: number): void;
  /** Wipes the line, which comes back: a remark has its place. */
  wipe(): void;
  /** Wipes the line for good; what comes next may be written. */
  end(): void;
}

/** Shows on stderr what is begun, as a line that redraws itself in that many columns, or as lines of JSON. */
export function showProgress(form: 'line' | 'json', columns: number): Progress {
  const state = new ProgressState();
  const url = new URL(
    import.meta.url.endsWith('.ts') ? '../../dist/ui/progress-worker.js' : './ui/progress-worker.js',
    import.meta.url,
  );
  const worker = new Worker(url, {workerData: {buffer: state.buffer, form, columns}});
  worker.unref();
  // Progress that cannot be shown is no reason to stop the work.
  worker.on('error', () => {});
  const end = (): void => {
    state.end(() => {
      if (form === 'line') writeSync(2, WIPE);
    });
    void worker.terminate();
  };
  process.once('exit', end);
  return {
    begin: (doing, total = 0, unit = '', parts = 0, part = '') => state.begin(doing, total, unit, parts, part),
    advance: (amount) => state.advance(amount),
    wipe: () => state.aside(() => form === 'line' && writeSync(2, WIPE)),
    end,
  };
}
