import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {parentPort, workerData} from 'node:worker_threads';
import {hashText, mixKeys, Random} from '../../src/base/random.ts';
import type {FuzzTask, WorkerMessage} from './fuzz.ts';
import {type Target, targets} from './targets.ts';

const {progress} = workerData as {progress: Int32Array};
const folder = mkdtempSync(join(tmpdir(), 'coldfront-fuzz-'));
process.on('exit', () => rmSync(folder, {recursive: true, force: true}));
/** More than this is memory that no input of some kilobytes may take. */
const MAX_RESIDENT = 1.5 * 2 ** 30;
const say = (message: WorkerMessage): void => parentPort!.postMessage(message);

parentPort!.on('message', async (task: FuzzTask) => {
  const target = targets.find(({name}) => name === task.target)!;
  try {
    const seeds = task.bytes ? [Buffer.from(task.bytes)] : await target.seeds(folder);
    for (let n = task.from; n < task.until; n++) await feedOne(target, task, n, seeds);
    say({kind: 'done'});
  } catch (error) {
    say({kind: 'broken', stack: stackOf(error)});
  }
});

async function feedOne(target: Target, task: FuzzTask, n: number, seeds: readonly Buffer[]): Promise<void> {
  const random = new Random(mixKeys(hashText(target.name, task.seed), n));
  const whole = seeds[n % seeds.length]!;
  const bytes = task.bytes ? whole : target.damage(whole, random);
  // Told before it is fed, so that what never comes back is known too.
  say({kind: 'fed', n, bytes});
  Atomics.add(progress, 0, 1);
  try {
    await target.feed(bytes, folder, n);
    const resident = process.memoryUsage.rss();
    if (resident > MAX_RESIDENT) throw new Error(`memory: ${Math.round(resident / 2 ** 20)} MiB`);
  } catch (error) {
    say({kind: 'fault', n, stack: stackOf(error)});
  }
}

function stackOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
