import {erlangsForBlocking} from '../../base/erlang.ts';
import {formatNumber, formatSeconds, formatShare} from '../../base/format.ts';
import {atMost, duration, input, type Values} from '../input.ts';
import {type Answer, answer, type Topic, type Verdict} from '../topic.ts';
import {checkpointOverhead, restartedSeconds, type Slicing, slicingOf, youngInterval} from './checkpoint.ts';
import {slotSecondShare, waitFactor} from './mix.ts';
import {longRunningOfWorkload} from './workload.ts';

const inputs = {
  timeoutSeconds: duration('timeout', '30s', 'longest run that the platform allows'),
  jobSeconds: duration('job', '5m', 'run time of the long job'),
  shortSeconds: duration('short', '500ms', 'mean run time of the other calls'),
  longShare: input('share', 'long-share', '.001', 'share of calls that are long'),
  stateBytes: input('bytes', 'state', '300MB', 'what a checkpoint saves'),
  saveRate: input('bytesPerSecond', 'save-rate', '100MB/s', 'how fast it is saved and restored'),
  resumeSeconds: input('time', 'resume', '500ms', 'time to get running again, beyond restoring'),
  mtbfSeconds: duration('mtbf', '1h', 'mean time between failures of an instance'),
  slots: atMost(1e6, input('count', 'slots', '256', 'slots of a host', 'slots')),
  slotsHeld: input('whole', 'slots-held', '96', 'slots of it held by long jobs', 'slots'),
  blocking: input('openShare', 'blocking', '.01', 'share of short calls that may find no slot'),
  longSlotShare: input('share', 'long-slot-share', '.01', 'share of slots with a long job when a host is drained'),
  waveShare: input('positiveShare', 'wave-share', '.02', 'share of the hosts drained at once in a rolling restart'),
  usdPerGbHour: input('usd', 'usd-per-gb-hour', '.06', 'price of memory on the serverless platform', 'USD/GB-h'),
  batchUsdPerGbHour: input('usd', 'batch-usd-per-gb-hour', '.012', 'price of memory in a batch pool', 'USD/GB-h'),
  batchUtilisation: input('positiveShare', 'batch-utilisation', '.5', 'how busy the batch pool would be'),
  batchStartSeconds: input('time', 'batch-start', '60s', 'time until a job runs there'),
  maxStartShare: input('positiveShare', 'max-start-share', '.1', 'overhead to bear, as a share of the run time'),
};

type LongRunning = Values<typeof inputs>;

/** E4: a job of five minutes on a platform that stops after thirty seconds. */
export const longRunning: Topic<typeof inputs> = {
  name: 'long-running',
  summary: 'E4    A five-minute job under a 30 s timeout',
  description:
    'The long-running function (E4.1 to E4.4): slot time, queueing and draining, checkpoints, neighbours on the host, and when a batch pool is better.',
  examples: ['', '--job 20m --state 1GB', '--workload w.arrow --timeout 1m'],
  inputs,
  complaint: ({slots, slotsHeld}) =>
    slotsHeld > slots ? `--slots-held is ${slotsHeld}, must be at most --slots ${slots}` : undefined,
  answers: (values) => [...timeoutAnswers(values), ...checkpointAnswers(values), ...poolAnswers(values)],
  verdict,
  workload: (workload, {timeoutSeconds}) => longRunningOfWorkload(workload, timeoutSeconds),
};

function mixOf({longShare, jobSeconds, shortSeconds}: LongRunning) {
  return {longShare, longSeconds: jobSeconds, shortSeconds};
}

function slicing({jobSeconds, timeoutSeconds, stateBytes, saveRate, resumeSeconds}: LongRunning): Slicing {
  const move = stateBytes / saveRate;
  return slicingOf(jobSeconds, timeoutSeconds, {saveSeconds: move, restoreSeconds: move, resumeSeconds});
}

/** Time of a rolling restart that waits for the longest call in each wave. */
function drainSeconds(longest: number, {waveShare}: LongRunning): number {
  return Math.ceil(1 / waveShare - 1e-9) * longest;
}

function timeoutAnswers(values: LongRunning): Answer[] {
  const {timeoutSeconds, jobSeconds, slots, longSlotShare, mtbfSeconds} = values;
  return [
    answer(
      'E4.1.slotSecondShare',
      slotSecondShare(mixOf(values)),
      'share',
      'slot time that the long calls hold',
      'p T / (p T + (1-p) s)',
    ),
    answer(
      'E4.1.waitFactor',
      waitFactor(mixOf(values)),
      'x',
      'queueing times longer than with even calls',
      '(1 + CV^2)/2: exponential short calls, fixed long ones',
    ),
    answer(
      'E4.1.drainSeconds',
      drainSeconds(jobSeconds, values),
      's',
      'rolling restart if jobs may run',
      'waves x job',
    ),
    answer(
      'E4.1.drainTimeoutSeconds',
      drainSeconds(timeoutSeconds, values),
      's',
      'the same under the timeout',
      'waves x timeout',
    ),
    answer(
      'E4.1.hostsBlockedShare',
      1 - (1 - longSlotShare) ** slots,
      'share',
      'hosts that cannot drain within the timeout',
      '1 - (1 - long slot share)^slots',
    ),
    answer(
      'E4.1.restartedSeconds',
      restartedSeconds(jobSeconds, mtbfSeconds),
      's',
      'expected run time if a failure starts it anew',
      '(e^(job/MTBF) - 1) MTBF',
    ),
  ];
}

function checkpointAnswers(values: LongRunning): Answer[] {
  const {stateBytes, saveRate, mtbfSeconds, timeoutSeconds} = values;
  const save = stateBytes / saveRate;
  const {slices, overhead} = slicing(values);
  const young = youngInterval(save, mtbfSeconds);
  const lost = 'C/tau + tau/(2 MTBF)';
  return [
    answer(
      'E4.2.slices',
      slices,
      'slices',
      'slices of the job under the timeout',
      'ceil(job / (timeout - save - restore - resume))',
    ),
    answer('E4.2.overhead', overhead, 'share', 'time lost between them', '(slices - 1)(save + restore + resume) / job'),
    answer(
      'E4.2.youngIntervalSeconds',
      young,
      's',
      'best time between checkpoints',
      'Young: sqrt(2 C MTBF), C = state / save rate',
    ),
    answer(
      'E4.2.youngOverhead',
      save === 0 ? 0 : checkpointOverhead(young, save, mtbfSeconds),
      'share',
      'time lost then',
      lost,
    ),
    answer(
      'E4.2.timeoutOverhead',
      checkpointOverhead(timeoutSeconds, save, mtbfSeconds),
      'share',
      'time lost if saved at each timeout, instance kept',
      lost,
    ),
    answer(
      'E4.2.mtbfForTimeoutSeconds',
      timeoutSeconds ** 2 / (2 * save),
      's',
      'time between failures at which the timeout is best',
      'timeout^2 / (2 C)',
    ),
  ];
}

function poolAnswers(values: LongRunning): Answer[] {
  const {slots, slotsHeld, blocking, batchStartSeconds, maxStartShare, jobSeconds} = values;
  const erlangB = 'Erlang B, solved for the load';
  return [
    answer(
      'E4.3.shortErlangs',
      erlangsForBlocking(slots - slotsHeld, blocking),
      'erlangs',
      'short load that the host still carries',
      erlangB,
    ),
    answer(
      'E4.3.shortErlangsAlone',
      erlangsForBlocking(slots, blocking),
      'erlangs',
      'the same without long jobs',
      erlangB,
    ),
    answer(
      'E4.4.batchBreakEvenUtilisation',
      values.batchUsdPerGbHour / values.usdPerGbHour,
      'share',
      'utilisation from which a batch pool is cheaper',
      'batch price / serverless price',
    ),
    answer(
      'E4.4.batchCostShare',
      batchCost(values),
      'x',
      'cost of the job there over its cost here',
      '(1 + start/job) x price ratio / utilisation',
    ),
    answer(
      'E4.4.minJobSeconds',
      batchStartSeconds / maxStartShare,
      's',
      'job from which its start is bearable',
      'start / share',
    ),
    answer(
      'E4.4.batchStartShare',
      batchStartSeconds / jobSeconds,
      'share',
      'start of this job over its run time',
      'start / job',
    ),
  ];
}

/** What a job costs in the batch pool, in units of what it costs run in one go on the serverless platform. */
function batchCost(values: LongRunning): number {
  const {batchUsdPerGbHour, usdPerGbHour, batchUtilisation, batchStartSeconds, jobSeconds} = values;
  return ((1 + batchStartSeconds / jobSeconds) * batchUsdPerGbHour) / usdPerGbHour / batchUtilisation;
}

function verdict(values: LongRunning): Verdict {
  const {jobSeconds, timeoutSeconds, batchStartSeconds, maxStartShare} = values;
  const {overhead} = slicing(values);
  if (jobSeconds <= timeoutSeconds) {
    return {code: 'run', text: () => `The job fits in the timeout of ${formatSeconds(timeoutSeconds)}: run it.`};
  }
  const startShare = batchStartSeconds / jobSeconds;
  if (startShare <= maxStartShare && batchCost(values) <= 1 + overhead) {
    const text = () =>
      `Send it to a batch pool: its start is ${formatShare(startShare)} of the run and the job costs ` +
      `${formatNumber(batchCost(values))} times what it costs here. ${mixText(values)}`;
    return {code: 'batch', text};
  }
  if (overhead <= maxStartShare) {
    return {code: 'checkpoint', text: () => `Checkpoint it: ${checkpointText(values)}. ${mixText(values)}`};
  }
  const text = () =>
    `Neither pays: ${checkpointText(values)}, and a batch pool's start ${formatShare(startShare)}` +
    `${batchCost(values) > 1 + overhead ? ' at a higher price' : ''}. Allow the job, on hosts of its own. ${mixText(values)}`;
  return {code: 'extend', text};
}

function checkpointText(values: LongRunning): string {
  const {slices, overhead} = slicing(values);
  if (slices === Number.POSITIVE_INFINITY) return 'saving and restoring take the whole of each slice';
  return `${formatNumber(slices)} slices cost ${formatShare(overhead)} of the run time`;
}

function mixText(values: LongRunning): string {
  return (
    `Mixed with the others such jobs hold ${formatShare(slotSecondShare(mixOf(values)))} of slot time, lengthen queues ` +
    `${formatNumber(waitFactor(mixOf(values)))} times and a rolling restart to ${formatSeconds(drainSeconds(values.jobSeconds, values))}.`
  );
}
