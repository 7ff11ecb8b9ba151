import {Random} from '../../base/random.ts';
import {US_PER_SECOND} from '../../base/units.ts';
import type {Checkpoint} from '../../fleet/checkpoint.ts';
import {type Compared, compared} from '../../tradeoff/compared.ts';
import {checkpointOverhead, restartedSeconds, youngInterval} from '../../tradeoff/long-running/checkpoint.ts';
import {type LongRunning, slicing} from '../../tradeoff/long-running/inputs.ts';
import {ways} from '../../tradeoff/long-running/ways.ts';
import {evenUs, workloadOf} from './calls-of.ts';
import type {Sampled, SimulatedCore} from './core.ts';

/** Hosts of one slot each at most, which fail by themselves, and how busy they are. */
const HOSTS = 50;
const LOAD = 0.6;
/** Failures of a run, about, and runs; jobs that start anew so often are not waited for. */
const FAILURES = 1000;
const RUNS = 4;
const MOST_JOBS = 20_000;
const MOST_SLICES = 120_000;
const MOST_TIMES = 5;
/** Intervals of a job by which they are judged: so many that what is special of its first and its last does not matter. */
const INTERVALS = 200;

interface Jobs {
  readonly jobSeconds: number;
  readonly mtbfSeconds: number;
  readonly checkpoint?: Checkpoint | undefined;
  /** Until a job is done, about. */
  readonly wholeSeconds: number;
}

/** What became of jobs that fail, a job: its share of time beside its work, and its work and that time. */
interface Done {
  readonly overhead: number;
  readonly seconds: number;
}

const us = (seconds: number): number => Math.round(seconds * US_PER_SECOND);

/** What a checkpoint takes; nothing to restore and to resume where the instance is kept. */
function checkpointEvery(everySeconds: number, values: LongRunning, isKept: boolean): Checkpoint {
  const moveUs = us(values.stateBytes / values.saveRate);
  const back = isKept ? {restoreUs: 0, resumeUs: 0} : {restoreUs: moveUs, resumeUs: us(values.resumeSeconds)};
  return {everyUs: us(everySeconds), saveUs: moveUs, ...back, yieldsAlways: false};
}

/** The job under the timeout: cut, or in slices; nothing fails. */
export async function underTimeout(values: LongRunning, core: SimulatedCore): Promise<Compared[]> {
  const {jobSeconds, timeoutSeconds} = values;
  const timeoutUs = us(timeoutSeconds);
  const workload = workloadOf([{name: 'job', atUs: [0], durationUs: us(jobSeconds)}, ending(3 * jobSeconds)]);
  const cut = await core.replay(workload, {policy: 'none', timeoutUs});
  const {slices, overhead} = slicing(values);
  const first = 'the first slice has nothing to restore and the last nothing to save: that may spare one';
  const {saveUs, restoreUs, resumeUs} = checkpointEvery(timeoutSeconds, values, false);
  // Slices that are all pause come to no end.
  const isEndless = saveUs + restoreUs + resumeUs >= timeoutUs;
  const inSlices = isEndless
    ? undefined
    : (
        await core.replay(workload, {
          policy: 'none',
          timeoutUs,
          checkpoint: checkpointEvery(timeoutSeconds, values, false),
        })
      ).slices;
  const why = isEndless ? {why: 'saving and restoring leave no time to work: not replayed'} : {why: first};
  return [
    compared(
      'E4.1.cutSeconds',
      's',
      'run time of the job that is billed if it is cut',
      Math.min(jobSeconds, timeoutSeconds),
      cut.functions.busyUs[0]! / US_PER_SECOND,
    ),
    compared('E4.1.cut', 'calls', 'jobs of one that are cut', jobSeconds > timeoutSeconds ? 1 : 0, cut.counts.timeouts),
    compared(
      'E4.2.slices',
      'slices',
      'slices of the job under the timeout',
      slices,
      inSlices === undefined ? Number.NaN : inSlices.checkpoints + 1,
      why,
    ),
    compared(
      'E4.2.overhead',
      'share',
      'time lost between them',
      overhead,
      inSlices === undefined ? Number.NaN : inSlices.overheadUs / us(jobSeconds),
      why,
    ),
  ];
}

/** Jobs whose instances fail: anew each time, or from what they saved. */
export async function failing(values: LongRunning, core: SimulatedCore): Promise<Compared[]> {
  const {jobSeconds, mtbfSeconds, timeoutSeconds, stateBytes, saveRate} = values;
  const anew = restartedSeconds(jobSeconds, mtbfSeconds);
  const rows: Compared[] = [];
  const row = (
    id: string,
    unit: string,
    text: string,
    law: number,
    found: Sampled | undefined,
    more: Pick<Compared, 'why' | 'scenario'> = {},
  ) => {
    const why = {why: `a job takes more than ${MOST_TIMES} times as long, or is always saved: not replayed`};
    rows.push(compared(id, unit, text, law, found ?? Number.NaN, found === undefined ? {...more, ...why} : more));
  };
  const restarted = await done(core, {jobSeconds, mtbfSeconds, wholeSeconds: anew});
  row('E4.1.restartedSeconds', 's', 'run time if a failure starts it anew', anew, restarted?.seconds);
  const slicesSeconds = ways.checkpoint.seconds(values);
  const sliced = await done(core, {
    ...{jobSeconds, mtbfSeconds, wholeSeconds: slicesSeconds},
    checkpoint: jobSeconds > timeoutSeconds ? checkpointEvery(timeoutSeconds, values, false) : undefined,
  });
  row(
    'E4.2.checkpointedSeconds',
    's',
    'run time in slices, each anew after a failure',
    slicesSeconds,
    sliced?.seconds,
    {
      why: 'slices of one length are of first order: the last is shorter',
    },
  );
  const save = stateBytes / saveRate;
  const young = youngInterval(save, mtbfSeconds);
  const intervals = [
    {id: 'E4.2.youngOverhead', text: 'time lost at the best interval', interval: young},
    {id: 'E4.2.overheadAtInterval', text: 'the same at half of it', interval: young / 2, scenario: '1/2'},
    {id: 'E4.2.overheadAtInterval', text: 'the same at twice it', interval: young * 2, scenario: '2'},
    {id: 'E4.2.timeoutOverhead', text: 'time lost if saved at each timeout, instance kept', interval: timeoutSeconds},
  ];
  for (const {id, text, interval, ...scenario} of intervals) {
    const law = save === 0 && interval === 0 ? 0 : checkpointOverhead(interval, save, mtbfSeconds);
    const exact = restartedSeconds(interval + save, mtbfSeconds) / interval - 1;
    const found = await done(core, {
      ...{jobSeconds: INTERVALS * interval, mtbfSeconds, wholeSeconds: INTERVALS * interval * (1 + exact)},
      checkpoint: checkpointEvery(interval + save, values, true),
    });
    row(id, 'share', text, law, found?.overhead, {
      ...scenario,
      why: `of first order: a failure while it saves loses the interval too; exactly (e^((tau + C)/MTBF) - 1) MTBF / tau - 1 = ${(100 * exact).toPrecision(3)} %`,
    });
  }
  return rows;
}

/** Jobs on hosts that fail at random and are back at once. Undefined: they would not be done. */
async function done(core: SimulatedCore, jobs: Jobs): Promise<Readonly<Record<keyof Done, Sampled>> | undefined> {
  const {jobSeconds, mtbfSeconds, wholeSeconds, checkpoint} = jobs;
  if (!(jobSeconds > 0 && wholeSeconds <= MOST_TIMES * jobSeconds)) return undefined;
  const slices = checkpoint === undefined ? 1 : (jobSeconds * US_PER_SECOND) / (checkpoint.everyUs - checkpoint.saveUs);
  const count = Math.ceil(
    Math.min((FAILURES * mtbfSeconds) / wholeSeconds, MOST_SLICES / slices, (MOST_JOBS * jobSeconds) / wholeSeconds),
  );
  const hosts = Math.min(count, HOSTS);
  const untilSeconds = (count * wholeSeconds) / hosts / LOAD;
  return core.repeated(RUNS, async (seed) => {
    const atUs = evenUs(new Random(seed), count / untilSeconds, us(untilSeconds));
    const workload = workloadOf([
      {name: 'job', trigger: 'queue', atUs, durationUs: us(jobSeconds)},
      ending(untilSeconds + 10 * wholeSeconds),
    ]);
    const {slices: lost, work} = await core.replay(workload, {
      ...{policy: 'none', seed, checkpoint, timeoutUs: Number.POSITIVE_INFINITY},
      fleet: {count: hosts, slots: 1, memoryMib: Number.POSITIVE_INFINITY},
      faults: [{kind: 'mtbf', meanUs: us(mtbfSeconds), forUs: 1, what: 'hosts', work: 'lose'}],
    });
    const besideUs = lost!.overheadUs + lost!.lostUs;
    return {
      overhead: besideUs / work!.usefulUs,
      seconds: (jobSeconds * (work!.usefulUs + besideUs)) / work!.usefulUs,
    };
  });
}

/** Calls that take no time: time 0 lies at the first, and the replay goes on until the last, so that all jobs end. */
export function ending(atSeconds: number) {
  return {name: 'ending', atUs: [0, us(atSeconds)], durationUs: 0};
}
