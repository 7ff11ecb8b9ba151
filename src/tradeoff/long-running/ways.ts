import {restartedSeconds} from './checkpoint.ts';
import {type LongRunning, slicing} from './inputs.ts';

/** What a job costs in the batch pool, in units of what it costs run in one go on the serverless platform. */
export function batchCost(values: LongRunning): number {
  const {usdPerGbHour, batchStartSeconds, jobSeconds} = values;
  return ((1 + batchStartSeconds / jobSeconds) * batchUsdPerGbHour(values)) / usdPerGbHour;
}

/** What memory in use costs in the batch pool, idle memory paid along. */
export function batchUsdPerGbHour({batchUsdPerGbHour, batchUtilisation}: LongRunning): number {
  return batchUsdPerGbHour / batchUtilisation;
}

/** A way to get the job done. */
export interface Way {
  readonly id: string;
  readonly text: string;
  readonly method: string;
  /** Until it is done, failures and all; Infinity: it never is. */
  seconds(values: LongRunning): number;
  usdPerGbHour(values: LongRunning): number;
}

/** By code of the verdict; of ways that cost the same the first is preferred. */
export const ways = {
  extend: {
    id: 'E4.4.usdExtend',
    text: 'the job run in one go, anew after a failure',
    method: 'memory x expected run time x price',
    seconds: ({jobSeconds, mtbfSeconds}) => restartedSeconds(jobSeconds, mtbfSeconds),
    usdPerGbHour: ({usdPerGbHour}) => usdPerGbHour,
  },
  checkpoint: {
    id: 'E4.4.usdCheckpoint',
    text: 'the job in slices under the timeout',
    method: 'memory x expected run time of all slices x price',
    seconds: (values) => {
      const {slices, overhead} = slicing(values);
      if (slices === Number.POSITIVE_INFINITY) return slices;
      return slices * restartedSeconds((values.jobSeconds * (1 + overhead)) / slices, values.mtbfSeconds);
    },
    usdPerGbHour: ({usdPerGbHour}) => usdPerGbHour,
  },
  batch: {
    id: 'E4.4.usdBatch',
    text: 'the job in the batch pool, run in one go',
    method: 'memory x (start + expected run time) x batch price / utilisation',
    seconds: ({batchStartSeconds, jobSeconds, mtbfSeconds}) =>
      batchStartSeconds + restartedSeconds(jobSeconds, mtbfSeconds),
    usdPerGbHour: batchUsdPerGbHour,
  },
} as const satisfies Record<string, Way>;
export type WayName = keyof typeof ways;
export const wayNames = Object.keys(ways) as WayName[];

/** Dollars of one job, done one way: its memory, and who waits for it. */
export function totalUsd(name: WayName, values: LongRunning): number {
  const way: Way = ways[name];
  const hours = way.seconds(values) / 3600;
  // Free memory does not make up for a job that is never done.
  if (hours === Number.POSITIVE_INFINITY) return hours;
  return hours * (values.memoryGb * way.usdPerGbHour(values) + values.waitUsdPerHour);
}
