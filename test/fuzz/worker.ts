import {parentPort, workerData} from 'node:worker_threads';
import {hashText, mixKeys, Random} from '../../src/base/random.ts';
import type {FuzzTask, WorkerMessage} from './fuzz.ts';
import {type Target, targets} from './targets.ts';

const {progress, current, folder} = workerData as {progress: Int32Array; current: Uint8Array; folder: string};
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
  // Left where the other side can see it before it is fed, so that what never comes back is known too.
  const length = Math.min(bytes.length, current.length);
  current.set(bytes.subarray(0, length));
  progress[1] = n;
  progress[2] = length;
  Atomics.add(progress, 0, 1);
  const peakBefore = peak();
  try {
    await target.feed(bytes, folder, n);
    if (peak() > Math.max(MAX_RESIDENT, peakBefore)) throw new Error(`memory: ${Math.round(peak() / 2 ** 20)} MiB`);
  } catch (error) {
    say({kind: 'fault', n, bytes, stack: stackOf(error)});
  }
}

/** The most memory that this process has ever held, bytes. */
function peak(): number {
  return process.resourceUsage().maxRSS * 1024;
}

function stackOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
