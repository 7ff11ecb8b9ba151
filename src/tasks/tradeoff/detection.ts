import {
  addedJudged,
  alarmsInFives,
  alarmsOf,
  type Judged,
  judge,
  outliersOf,
  usualByMean,
  usualByMedian,
} from '../../base/outliers.ts';
import {Random} from '../../base/random.ts';
import {US_PER_MINUTE, US_PER_SECOND} from '../../base/units.ts';
import {type ContentionRule, noClass, pressures} from '../../fleet/contention/contention-class.ts';
import {HeardCalls} from '../../replay/log/heard-calls.ts';
import type {Workload} from '../../workload/workload.ts';
import {poissonUs, type SimulatedFunction, workloadOf} from './calls-of.ts';
import type {SimulatedCore} from './core.ts';

const MINUTES_PER_DAY = 24 * 60;
/** A day to learn from, and one to watch. */
const MINUTES = 2 * MINUTES_PER_DAY;
const TASKS = 4;
const CALLS_PER_SECOND = 0.2;
const MEAN_US = 1.5 * US_PER_SECOND;
/** How uneven calls are: standard deviation of the logarithm of a call's work. */
const SIGMA_OF_WORK = 0.5;
/** What a task presses on the others with, and what the noisy neighbour does: calls take 5 % and 50 % longer beside it. */
const PRESSURE = 0.05;
const NOISE = 0.5;
/** Spells of the neighbour, minutes, and how many on the day that is watched. */
const SHORTEST = 6;
const LONGEST = 40;
const SPELLS = 8;
/** Healthy tasks of the count of false alarms, a call a minute each. */
const HEALTHY = 48;

/** What both rules find on one host, in the four tasks there. */
export interface Detected {
  readonly cpi: Judged;
  readonly robust: Judged;
}

/**
 * Tasks of one class on a host where, on the second day, a noisy neighbour comes and goes. A sample of a minute is the time
 * that the task's calls took over what they would have taken alone (cycles an instruction, which processors count), or
 * the mean logarithm of how long they took, which is all that a trace tells. What is usual is learned on the first day.
 */
export async function detected(core: SimulatedCore, seed: number): Promise<Detected> {
  const random = new Random(seed);
  const truth = spells(random);
  const functions: SimulatedFunction[] = Array.from({length: TASKS}, (_, k) => {
    const atUs = poissonUs(random, CALLS_PER_SECOND, MINUTES * US_PER_MINUTE);
    return {name: `task ${k}`, atUs, durationUs: unevenUs(random, atUs.length)};
  });
  const begins = [...truth.keys()].filter((minute) => truth[minute] === 1 && truth[minute - 1] !== 1);
  const lengthUs = begins.map((minute) => (truth.indexOf(0, minute) - minute) * US_PER_MINUTE);
  const neighbour = {name: 'neighbour', atUs: begins.map((minute) => minute * US_PER_MINUTE), durationUs: lengthUs};
  const {cpi, logs} = await minutesOf(core, [...functions, neighbour], TASKS, neighbours());
  const watched = truth.subarray(MINUTES_PER_DAY);
  const all = (samples: readonly Float64Array[], usual: typeof usualByMean): Judged =>
    samples
      .map((its) => {
        const outliers = outliersOf(its.subarray(MINUTES_PER_DAY), usual(its.slice(0, MINUTES_PER_DAY)));
        return judge(alarmsOf(outliers), watched);
      })
      .reduce(addedJudged);
  return {cpi: all(cpi, usualByMean), robust: all(logs, usualByMedian)};
}

/** Alarms a day of a healthy task alone on its host, a call a minute of normal length, by CPI2's rule. */
export async function falseAlarms(core: SimulatedCore, seed: number): Promise<number> {
  const random = new Random(seed);
  const functions = Array.from({length: HEALTHY}, (_, k): SimulatedFunction => {
    const minutes = Array.from({length: MINUTES}, (_, minute) => minute * US_PER_MINUTE);
    const durationUs = minutes.map(() => Math.round(US_PER_SECOND * (1 + 0.1 * random.normal())));
    return {name: `task ${k}`, atUs: minutes, durationUs};
  });
  const {tookUs} = await minutesOf(core, functions, HEALTHY, undefined);
  const alarms = tookUs.map((its) => {
    const usual = usualByMean(its.slice(0, MINUTES_PER_DAY));
    return alarmsInFives(outliersOf(its.subarray(MINUTES_PER_DAY), usual));
  });
  return alarms.reduce((sum, one) => sum + one, 0) / HEALTHY;
}

/** The minutes of the neighbour: none on the first day; spells of whole minutes, with at least as long in between. */
function spells(random: Random): Uint8Array {
  const truth = new Uint8Array(MINUTES + 1);
  const every = Math.floor(MINUTES_PER_DAY / SPELLS);
  for (let k = 0; k < SPELLS; k++) {
    const length = SHORTEST + random.below(LONGEST - SHORTEST + 1);
    const begin = MINUTES_PER_DAY + k * every + random.below(every - LONGEST - SHORTEST);
    truth.fill(1, begin, begin + length);
  }
  return truth.subarray(0, MINUTES);
}

function neighbours(): ContentionRule {
  const by = (cache: number): number[] => pressures.map((name) => (name === 'cache' ? cache : 0));
  const classes = [
    {...noClass, name: 'task', pressure: by(PRESSURE), sensitivity: by(1)},
    {...noClass, name: 'neighbour', pressure: by(NOISE)},
  ];
  const classOf = new Int32Array(TASKS + 1);
  classOf[TASKS] = 1;
  return {cores: 2 * TASKS, classes, classOf};
}

/** By minute in which calls ended: time over work alone, mean logarithm of the time, mean time. [task][minute] */
async function minutesOf(
  core: SimulatedCore,
  functions: readonly SimulatedFunction[],
  tasks: number,
  contention: ContentionRule | undefined,
): Promise<{cpi: Float64Array[]; logs: Float64Array[]; tookUs: Float64Array[]}> {
  const workload: Workload = workloadOf(functions);
  const heard = new HeardCalls();
  const untilUs = MINUTES * US_PER_MINUTE;
  await core.replay(workload, {contention, untilUs}, heard);
  const column = (): Float64Array[] => Array.from({length: tasks}, () => new Float64Array(MINUTES));
  const [calls, took, logs, work] = [column(), column(), column(), column()];
  // Calls of a task overlap: what each would have taken alone is known by when it started, which all do at once on arrival.
  const workOf = functions.slice(0, tasks).map(({atUs, durationUs}) => {
    const known = new Map<number, number>();
    for (let k = 0; k < atUs.length; k++)
      known.set(atUs[k]!, typeof durationUs === 'number' ? durationUs : durationUs[k]!);
    return known;
  });
  for (let k = 0; k < heard.fn.length; k++) {
    const task = heard.fn[k]!;
    const minute = Math.floor(heard.endUs[k]! / US_PER_MINUTE);
    if (task >= tasks || minute >= MINUTES) continue;
    const us = heard.endUs[k]! - heard.startUs[k]!;
    calls[task]![minute]! += 1;
    took[task]![minute]! += us;
    logs[task]![minute]! += Math.log(Math.max(1, us));
    work[task]![minute]! += workOf[task]!.get(heard.startUs[k]!) ?? us;
  }
  const over = (sums: readonly Float64Array[], by: readonly Float64Array[]): Float64Array[] =>
    sums.map((its, task) => its.map((sum, minute) => sum / by[task]![minute]!));
  return {cpi: over(took, work), logs: over(logs, calls), tookUs: over(took, calls)};
}

function unevenUs(random: Random, count: number): Float64Array {
  const median = MEAN_US * Math.exp(-(SIGMA_OF_WORK ** 2) / 2);
  return new Float64Array(count).map(() => Math.max(1, Math.round(median * Math.exp(SIGMA_OF_WORK * random.normal()))));
}
