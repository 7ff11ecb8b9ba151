import {atMost, duration, input, type Values} from '../input.ts';
import {type Slicing, slicingOf} from './checkpoint.ts';
import type {Mix} from './mix.ts';

/** Flags of `tradeoff long-running`. */
export const inputs = {
  timeoutSeconds: duration('timeout', '30s', 'longest run that the platform allows'),
  jobSeconds: duration('job', '5m', 'run time of the long job'),
  shortSeconds: duration('short', '500ms', 'mean run time of the other calls'),
  longShare: input('share', 'long-share', '.001', 'share of calls that are long'),
  stateBytes: input('bytes', 'state', '300MB', 'what a checkpoint saves'),
  saveRate: input('bytesPerSecond', 'save-rate', '100MB/s', 'how fast a checkpoint is saved and restored'),
  resumeSeconds: input('time', 'resume', '500ms', 'time to get a job running again, beyond restoring'),
  mtbfSeconds: duration('mtbf', '1h', 'mean time between failures of an instance'),
  slots: atMost(1e6, input('count', 'slots', '256', 'slots of a host', 'slots')),
  load: input('utilisation', 'load', '.9', "how busy the host's slots are, long and short calls together"),
  usdPerHour: input('usd', 'usd-per-hour', '20', "price of an hour of a user's waiting for a slot", 'USD/h'),
  slotsHeld: input('whole', 'slots-held', '96', 'slots of the host held by long jobs', 'slots'),
  blocking: input('openShare', 'blocking', '.01', 'share of short calls that may find no slot'),
  longSlotShare: input('share', 'long-slot-share', '.01', 'share of slots with a long job when a host is drained'),
  waveShare: input('positiveShare', 'wave-share', '.02', 'share of the hosts drained at once in a rolling restart'),
  memoryGb: input('memory', 'memory', '1GB', 'memory of the job'),
  waitUsdPerHour: input('usd', 'wait-usd-per-hour', '0', 'price of an hour of waiting for the job to be done', 'USD/h'),
  usdPerGbHour: input('usd', 'usd-per-gb-hour', '.06', 'price of memory on the serverless platform', 'USD/GB-h'),
  batchUsdPerGbHour: input('usd', 'batch-usd-per-gb-hour', '.012', 'price of memory in a batch pool', 'USD/GB-h'),
  batchUtilisation: input('positiveShare', 'batch-utilisation', '.5', 'how busy the batch pool would be'),
  batchStartSeconds: input('time', 'batch-start', '60s', 'time until a job runs in the batch pool'),
  maxStartShare: input(
    'positiveShare',
    'max-start-share',
    '.1',
    'start in the batch pool to bear, as a share of the run time',
  ),
};

export type LongRunning = Values<typeof inputs>;

/** Short calls and long ones as a mix. */
export function mixOf({longShare, jobSeconds, shortSeconds}: LongRunning): Mix {
  return {longShare, longSeconds: jobSeconds, shortSeconds};
}

/** The slices of the job under the timeout. */
export function slicing({jobSeconds, timeoutSeconds, stateBytes, saveRate, resumeSeconds}: LongRunning): Slicing {
  const move = stateBytes / saveRate;
  return slicingOf(jobSeconds, timeoutSeconds, {saveSeconds: move, restoreSeconds: move, resumeSeconds});
}
