import {US_PER_MINUTE} from '../../base/units.ts';
import {withinSpan} from '../../replay/options.ts';
import {callsWithin} from '../../replay/run/all-calls.ts';
import {planReplay} from '../../replay/run/plan-replay.ts';
import {callsOfTask, tasksOf} from '../../replay/run/run-tasks.ts';
import {invocationsTotal, type Workload} from '../../workload/workload.ts';
import type {Listener} from '../listener.ts';
import {type ReplayTask, replayWorkload} from '../replay.ts';
import type {Resources} from './job.ts';

/** Calls that are replayed to see how long they take, all policies' together. */
const TRIED_CALLS = 2_000_000;
/** A task is given so many times what was measured, and so much more. */
const TIME_FACTOR = 3;
const MORE_SECONDS = 300;
const MEMORY_FACTOR = 1.5;
const MORE_MIB = 256;
/** Memory is asked for in whole steps. */
const STEP_MIB = 256;

/** What the heaviest share of a run needs, as far as the first calls of the workload tell. */
export interface Estimate {
  readonly resources: Omit<Resources, 'cpus'>;
  /** Calls of the run, all policies' together, and of its heaviest share. */
  readonly calls: number;
  readonly shareCalls: number;
  /** On one thread. */
  readonly callsPerSecond: number;
  /** Shares without a cell. */
  readonly emptyShards: number;
}

/** Replays the first calls of a workload as the task says, on one thread, and takes the time. */
export async function estimateOf(
  workload: Workload,
  place: string,
  task: ReplayTask,
  shards: number,
  listener: Listener,
): Promise<Estimate> {
  const options = withinSpan(task.options, workload.meta.spanUs);
  const untilUs = firstCalls(workload, options.untilUs, TRIED_CALLS / task.policies.length);
  const before = process.cpuUsage();
  const {ledgers} = await replayWorkload(
    workload,
    place,
    {...task, options: {...options, fromUs: Math.min(options.fromUs, untilUs - US_PER_MINUTE), untilUs}, threads: 1},
    listener,
  );
  const {user, system} = process.cpuUsage(before);
  const tried = ledgers.reduce((sum, {counts}) => sum + counts.invocations, 0);
  // A moment in which nothing was called tells nothing of how long calls take.
  const callsPerSecond = Math.max(1, tried) / ((user + system) / 1e6);
  const plan = planReplay(workload, task.policies, options);
  const share = new Float64Array(shards);
  const tasks = tasksOf(plan, workload);
  for (const [k, each] of tasks.entries()) share[k % shards]! += callsOfTask(plan, workload, each);
  const all = callsUntil(workload, options.untilUs);
  const shareCalls = share.reduce((most, calls) => Math.max(most, calls), 0) * (all / invocationsTotal(workload));
  const mib = process.resourceUsage().maxRSS / 1024;
  return {
    resources: {
      memoryMib: Math.ceil((mib * MEMORY_FACTOR + MORE_MIB) / STEP_MIB) * STEP_MIB,
      limitSeconds: Math.ceil((TIME_FACTOR * shareCalls) / callsPerSecond) + MORE_SECONDS,
    },
    calls: all * task.policies.length,
    shareCalls,
    callsPerSecond,
    emptyShards: Math.max(0, shards - tasks.length),
  };
}

/** The end of the first minutes that hold so many calls, at most `untilUs`. */
function firstCalls(workload: Workload, untilUs: number, calls: number): number {
  let minutes = 1;
  while (minutes * US_PER_MINUTE < untilUs && callsUntil(workload, 2 * minutes * US_PER_MINUTE) <= calls) minutes *= 2;
  return Math.min(untilUs, minutes * US_PER_MINUTE);
}

function callsUntil(workload: Workload, us: number): number {
  return callsWithin(workload, 0, us).most.reduce((sum, its) => sum + its, 0);
}
