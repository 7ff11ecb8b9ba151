import {availableParallelism} from 'node:os';

/** Worker threads: so many, or `auto`, as many as there are processors where the work is worth starting them. */
export type Threads = number | 'auto';

/** Starting threads takes as long as serving so many calls does. */
const CALLS_WORTH_THREADS = 500_000;

/** On how many threads that many calls are served; results are the same on any. */
export function threadsFor(threads: Threads, calls: number): number {
  if (threads !== 'auto') return threads;
  return calls < CALLS_WORTH_THREADS ? 1 : availableParallelism();
}
