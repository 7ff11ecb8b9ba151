import {erlangsForBlocking} from '../../base/erlang.ts';
import {formatNumber, formatSeconds, formatShare, formatUsd} from '../../base/format.ts';
import {type Answer, answer, type Topic, type Verdict} from '../topic.ts';
import {checkpointOverhead, restartedSeconds, youngInterval} from './checkpoint.ts';
import {hostWait} from './host-wait.ts';
import {inputs, type LongRunning, mixOf, slicing} from './inputs.ts';
import {slotSecondShare, waitFactor} from './mix.ts';
import {batchCost, totalUsd, type Way, type WayName, wayNames, ways} from './ways.ts';

/** E4: a job of five minutes on a platform that stops after thirty seconds. */
export const longRunning: Topic<typeof inputs> = {
  name: 'long-running',
  summary: 'E4    A five-minute job under a 30 s timeout',
  description:
    'The long-running function (E4.1 to E4.4): slot time, queueing and draining, checkpoints, neighbours on the host, and what a job costs in one go, in slices and in a batch pool. With a workload: which of its functions run beyond the timeout, and which of them are cheaper in batch.',
  examples: ['', '--job 20m --state 1GB', '--workload w.arrow --timeout 1m'],
  inputs,
  complaint: ({slots, slotsHeld}) =>
    slotsHeld > slots ? `--slots-held is ${slotsHeld}, must be at most --slots ${slots}` : undefined,
  answers: (values) => [
    ...timeoutAnswers(values),
    ...checkpointAnswers(values),
    ...neighbourAnswers(values),
    ...poolAnswers(values),
    ...totalAnswers(values),
  ],
  verdict,
  workload: async (workload, values) => (await import('./workload.ts')).longRunningOfWorkload(workload, values),
};

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
      'queueing times longer than if all were exponential, one server',
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
    answer(
      'E4.2.checkpointedSeconds',
      ways.checkpoint.seconds(values),
      's',
      'expected run time in slices, each anew after a failure',
      'slices x (e^(slice/MTBF) - 1) MTBF',
    ),
  ];
}

function neighbourAnswers(values: LongRunning): Answer[] {
  const {slots, slotsHeld, blocking, load} = values;
  const erlangB = 'Erlang B, solved for the load';
  const wait = hostWait(mixOf(values), slots, load);
  const many =
    'M/G/n, --load: short calls queue for what long ones leave (Erlang C), behind a backlog while these leave too little';
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
    answer('E4.3.waitSeconds', wait.seconds, 's', 'mean wait for a slot beside long jobs', many),
    answer(
      'E4.3.exponentialWaitSeconds',
      wait.exponentialSeconds,
      's',
      'the same if all were exponential with the same mean',
      'Erlang C',
    ),
    answer(
      'E4.3.waitFactor',
      wait.exponentialSeconds === 0 ? Number.NaN : wait.seconds / wait.exponentialSeconds,
      'x',
      'times longer the wait is than if all were exponential',
      many,
    ),
    answer(
      'E4.3.neighbourUsdPerJob',
      neighbourUsd(values),
      'USD',
      'what a long job costs the others in longer waits',
      '(wait - exponential wait) x --usd-per-hour / --long-share',
    ),
  ];
}

/** Dollars that one long job costs all calls of its host by lengthening their wait for a slot. */
function neighbourUsd(values: LongRunning): number {
  const {longShare, usdPerHour, slots, load} = values;
  const {seconds, exponentialSeconds} = hostWait(mixOf(values), slots, load);
  const longer = Math.max(0, seconds - exponentialSeconds);
  return longShare === 0 ? Number.NaN : (longer * usdPerHour) / 3600 / longShare;
}

function poolAnswers(values: LongRunning): Answer[] {
  const {batchStartSeconds, maxStartShare, jobSeconds} = values;
  return [
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

function totalAnswers(values: LongRunning): Answer[] {
  return wayNames.map((name) => {
    const {id, text, method}: Way = ways[name];
    return answer(id, totalUsd(name, values), 'USD', text, `${method} + time until done x --wait-usd-per-hour`);
  });
}

function verdict(values: LongRunning): Verdict {
  const {jobSeconds, timeoutSeconds} = values;
  if (jobSeconds <= timeoutSeconds) {
    return {code: 'run', text: () => `The job fits in the timeout of ${formatSeconds(timeoutSeconds)}: run it.`};
  }
  const usd = (name: WayName): number => totalUsd(name, values);
  const best = wayNames.reduce((least, name) => (usd(name) < usd(least) ? name : least));
  if (usd(best) === Number.POSITIVE_INFINITY) {
    const text = () =>
      `An instance fails each ${formatSeconds(values.mtbfSeconds)}: the job never gets done. Save it more often. ${mixText(values)}`;
    return {code: 'unfinished', text};
  }
  return {code: best, text: () => `${adviceText[best](values)}. ${costsText(values, best)} ${mixText(values)}`};
}

const adviceText: Readonly<Record<WayName, (values: LongRunning) => string>> = {
  extend: () => 'Allow the job, on hosts of its own',
  checkpoint: (values) => `Checkpoint it: ${checkpointText(values)}`,
  batch: ({batchStartSeconds}) =>
    `Send it to a batch pool, where it starts ${formatSeconds(batchStartSeconds)} after it is asked for`,
};

/** What each way costs and takes, the chosen one first. */
function costsText(values: LongRunning, best: WayName): string {
  const said: Readonly<Record<WayName, string>> = {extend: 'in one go', checkpoint: 'in slices', batch: 'in batch'};
  const each = [best, ...wayNames.filter((name) => name !== best)].map((name) => {
    const usd = totalUsd(name, values);
    const cost = Number.isFinite(usd)
      ? `${formatUsd(usd)} and ${formatSeconds(ways[name].seconds(values))}`
      : 'never done';
    return `${said[name]} ${cost}`;
  });
  return `A job costs and takes ${each.join(', ')}.`;
}

function checkpointText(values: LongRunning): string {
  const {slices, overhead} = slicing(values);
  return `${formatNumber(slices)} slices cost ${formatShare(overhead)} of the run time`;
}

function mixText(values: LongRunning): string {
  const {slots, load} = values;
  const {seconds, exponentialSeconds} = hostWait(mixOf(values), slots, load);
  const waits =
    exponentialSeconds === 0
      ? ''
      : `, make the calls of a host ${formatShare(load)} busy wait ${formatSeconds(seconds)} (${formatSeconds(exponentialSeconds)} if all were exponential)`;
  return (
    `Mixed with the others such jobs hold ${formatShare(slotSecondShare(mixOf(values)))} of slot time${waits} and lengthen ` +
    `a rolling restart to ${formatSeconds(drainSeconds(values.jobSeconds, values))}.`
  );
}
