import {usageError} from '../../base/errors.ts';
import {Random} from '../../base/random.ts';
import {US_PER_MS, US_PER_SECOND} from '../../base/units.ts';
import {
  type ContentionClass,
  type ContentionRule,
  noClass,
  pressures,
} from '../../fleet/contention/contention-class.ts';
import {readIsolation} from '../../fleet/contention/isolation.ts';
import {type Compared, compared} from '../../tradeoff/compared.ts';
import type {Values} from '../../tradeoff/input.ts';
import {interference} from '../../tradeoff/interference/interference.ts';
import {varianceShares} from '../../tradeoff/interference/slowdown.ts';
import {exponentialUs, poissonUs, workloadOf} from './calls-of.ts';
import type {Sampled, SimulatedCore} from './core.ts';
import {detected, falseAlarms} from './detection.ts';
import type {Simulation} from './simulation.ts';

type InterferenceInputs = (typeof interference)['inputs'];

/** Calls of a run, those of the first tenth uncounted; beside the neighbour the queue takes longer to come to rest. */
const CALLS_ALONE = 40_000;
const CALLS_BESIDE = 100_000;
const RUNS = 8;
const DETECTIONS = 4;
/** Nearer to full load that many calls do not come to a steady state. */
const BUSIEST = 0.99;
const MOST_THREADS = 10_000;

/**
 * E2 in the core: B's requests queue for its only instance while a neighbour presses on its cache and memory; a request that
 * finds the CPU quota gone, and threads that burn it together.
 */
export const interferenceSimulation: Simulation<InterferenceInputs> = {run};

async function run(
  values: Values<InterferenceInputs>,
  core: SimulatedCore,
): Promise<{setup: string; rows: Compared[]}> {
  const {p99Seconds, p99WithSeconds, utilisation, affectedShare, usdPerHour, perSecond, parallel} = values;
  if (utilisation === 0) throw usageError('--utilisation is 0, must be above 0 with --simulate: nobody calls');
  if (parallel > MOST_THREADS) {
    throw usageError(`--parallel is ${parallel}, must be at most ${MOST_THREADS} with --simulate`);
  }
  const laws = new Map(interference.answers(values).map(({id, value}) => [id, value ?? Number.NaN]));
  const lawOf = (id: string): number => laws.get(id)!;
  const inflation = lawOf('E2.1.inflation');
  const busyWith = lawOf('E2.1.utilisationWith');
  const found = await core.repeated(RUNS, async (seed) => {
    const alone = await queued(core, values, {seed: 4 * seed, calls: CALLS_ALONE, inflation: 1});
    const beside = await queued(core, values, {seed: 4 * seed + 1, calls: CALLS_BESIDE, inflation});
    const split = await queued(core, values, {seed: 4 * seed + 2, calls: CALLS_BESIDE, inflation, isolation: 'cat'});
    const savedSeconds = (beside.p99Ms - split.p99Ms) / 1000;
    return {
      aloneMs: alone.p99Ms,
      serviceMs: alone.serviceMs,
      besideMs: beside.p99Ms,
      inflation: beside.inflation,
      busy: beside.busy,
      splitMs: split.p99Ms,
      saved: perSecond * affectedShare * savedSeconds * usdPerHour,
    };
  });
  const detection = await core.repeated(DETECTIONS, async (seed) => {
    const {cpi, robust} = await detected(core, 4 * seed + 3);
    return {
      cpiPrecision: cpi.right / cpi.alarms,
      cpiRecall: cpi.found / cpi.spells,
      cpiMinutes: cpi.minutes / cpi.found,
      robustPrecision: robust.right / robust.alarms,
      robustRecall: robust.found / robust.spells,
      robustMinutes: robust.minutes / robust.found,
      falseAlarms: await falseAlarms(core, 4 * seed + 3),
    };
  });
  const nearFull =
    busyWith > BUSIEST ? {why: 'so near to full load the queue takes longer to come to rest than was replayed'} : {};
  return {
    setup:
      "B's requests, Poisson and of exponential length, queue for its only instance (M/M/1), alone and beside a neighbour that " +
      'presses on cache and memory for all of the time; with isolation cat the cache is split. One request that finds the quota of its ' +
      'instance used up, and threads of one instance that burn it. The first tenth of each run is not counted. Then four tasks on a ' +
      'host for two days: on the second a neighbour that slows them down by half comes eight times for 6 to 40 minutes, and two rules, which ' +
      'know the first day, are held against that; and healthy tasks with a call a minute.',
    rows: [
      compared('E2.1.p99AloneMs', 'ms', "B's p99 alone", p99Seconds * 1000, found.aloneMs),
      compared('E2.1.serviceMs', 'ms', 'service time of a request, mean', lawOf('E2.1.serviceMs'), found.serviceMs),
      compared('E2.1.inflation', '', 'times longer service takes beside it', inflation, found.inflation, {
        why: 'calls end at whole microseconds, half of one later on average',
      }),
      compared('E2.1.utilisationWith', 'share', 'how busy B then is', busyWith, found.busy, nearFull),
      compared('E2.1.p99WithMs', 'ms', "B's p99 beside it", p99WithSeconds * 1000, found.besideMs, nearFull),
      compared(
        'E2.1.throttleWorstMs',
        'ms',
        'time of the p99 request if it finds the quota gone',
        lawOf('E2.1.throttleWorstMs'),
        await throttledMs(core, values),
      ),
      compared(
        'E2.1.parallelStallMs',
        'ms',
        'stall a period when threads burn it together',
        lawOf('E2.1.parallelStallMs'),
        await stalledMs(core, values),
      ),
      compared(
        'E2.1.falseAlarmsPerTaskDay',
        'alarms/day',
        'alarms a healthy task raises under the CPI rule',
        lawOf('E2.1.falseAlarmsPerTaskDay'),
        detection.falseAlarms,
      ),
      ...(['cpi', 'robust'] as const).flatMap((rule) => {
        const scenario = {cpi: 'CPI rule', robust: 'robust z'}[rule];
        const row = (id: string, unit: string, text: string, found: Sampled) =>
          compared(id, unit, text, Number.NaN, found, {scenario});
        return [
          row('E2.1.precision', 'share', 'alarms while the neighbour is there', detection[`${rule}Precision`]),
          row('E2.1.recall', 'share', "the neighbour's spells that raise one", detection[`${rule}Recall`]),
          row('E2.1.minutesToDetect', 'min', 'minutes of a spell until then', detection[`${rule}Minutes`]),
        ];
      }),
      compared(
        'E2.4.p99WithCatMs',
        'ms',
        "B's p99 with the cache partitioned",
        lawOf('E2.4.p99WithCatMs'),
        found.splitMs,
        nearFull,
      ),
      compared(
        'E2.4.catSavesUsdPerHour',
        'USD/h',
        'worth of that on a host',
        lawOf('E2.4.catSavesUsdPerHour'),
        found.saved,
        nearFull,
      ),
    ],
  };
}

/** How much of what slows B down partitions of the cache take away. */
function splitShare({cacheGain}: Values<InterferenceInputs>): number {
  return varianceShares.short.cache * cacheGain;
}

const alike = (names: Partial<Record<(typeof pressures)[number], number>>): number[] =>
  pressures.map((name) => names[name] ?? 0);

/** A host whose first function is the neighbour and whose second is B, which takes `inflation` times as long beside it. */
function hostOf(values: Values<InterferenceInputs>, inflation: number, isolation: string): ContentionRule {
  const split = splitShare(values);
  const slower = inflation - 1;
  const classes: ContentionClass[] = [
    {...noClass, name: 'a', pressure: alike({cache: 1, bandwidth: 1})},
    {...noClass, name: 'b', sensitivity: alike({cache: slower * split, bandwidth: slower * (1 - split)})},
  ];
  const refuse = (message: string): Error => new Error(message);
  const made = readIsolation(isolation, ['a', 'b'], 2, refuse);
  return {cores: 2, classes, classOf: Int32Array.of(0, 1), isolation: made};
}

async function queued(
  core: SimulatedCore,
  values: Values<InterferenceInputs>,
  {seed, calls, inflation, isolation = 'none'}: {seed: number; calls: number; inflation: number; isolation?: string},
): Promise<{p99Ms: number; serviceMs: number; inflation: number; busy: number}> {
  const {p99Seconds, utilisation} = values;
  const seconds = (p99Seconds * (1 - utilisation)) / Math.log(100);
  // All times are in proportion: short ones are stretched, so that whole microseconds do not matter.
  const serviceUs = Math.max(5 * US_PER_MS, seconds * US_PER_SECOND);
  const stretched = serviceUs / (seconds * US_PER_SECOND);
  const random = new Random(seed);
  const untilUs = (calls / utilisation) * serviceUs;
  const atUs = poissonUs(random, (utilisation / serviceUs) * US_PER_SECOND, untilUs);
  const workload = workloadOf([
    // There from the first moment to beyond the last.
    {name: 'a', atUs: [0], durationUs: Math.ceil(2 * untilUs)},
    {name: 'b', atUs, durationUs: exponentialUs(random, serviceUs, atUs.length)},
  ]);
  const fromUs = Math.floor(untilUs / 10);
  const spanUs = Math.floor(untilUs) - fromUs;
  const ledger = await core.replay(workload, {
    // The neighbour has one slot for good, so B has the other.
    fleet: {count: 1, slots: 2, memoryMib: Number.POSITIVE_INFINITY},
    contention: hostOf(values, inflation, isolation),
    fromUs,
    untilUs: fromUs + spanUs,
  });
  const made = ledger.classes!;
  return {
    p99Ms: made.response[1]!.quantile(0.99) / US_PER_MS / stretched,
    serviceMs: made.workUs[1]! / made.calls[1]! / US_PER_MS / stretched,
    inflation: made.serviceUs[1]! / made.workUs[1]!,
    busy: ledger.functions.busyUs[1]! / spanUs,
  };
}

/** A host whose only function has that quota in each instance. */
function quotaHost({quotaSeconds, periodSeconds}: Values<InterferenceInputs>, cores: number): ContentionRule {
  const quotaUs = quotaSeconds * US_PER_SECOND;
  const periodUs = periodSeconds * US_PER_SECOND;
  return {cores, classes: [{...noClass, name: 'b', quotaUs, periodUs}], classOf: Int32Array.of(0)};
}

/** The p99 request comes when another has just used up the quota of its period. */
async function throttledMs(core: SimulatedCore, values: Values<InterferenceInputs>): Promise<number> {
  const {quotaSeconds, periodSeconds, p99Seconds, cpuSeconds = p99Seconds} = values;
  // A quota of a period or more is never used up by one thread.
  const usedUs = Math.round(Math.min(quotaSeconds, periodSeconds) * US_PER_SECOND);
  const workUs = Math.round(cpuSeconds * US_PER_SECOND);
  const workload = workloadOf([{name: 'b', atUs: [0, usedUs], durationUs: [usedUs, workUs]}]);
  const {classes} = await core.replay(workload, {
    contention: quotaHost(values, 1),
    untilUs: farAfter(workload.meta.spanUs, values),
  });
  return (classes!.serviceUs[0]! - usedUs) / US_PER_MS;
}

/** Threads that each have two periods' work burn the quota together, and stall once. */
async function stalledMs(core: SimulatedCore, values: Values<InterferenceInputs>): Promise<number> {
  const {quotaSeconds, parallel} = values;
  const workUs = Math.max(2, Math.round((2 * quotaSeconds * US_PER_SECOND) / parallel));
  const workload = workloadOf([{name: 'b', atUs: new Float64Array(parallel), durationUs: workUs}]);
  const {classes} = await core.replay(workload, {
    contention: quotaHost(values, parallel),
    concurrency: parallel,
    untilUs: farAfter(workload.meta.spanUs, values),
  });
  return (classes!.serviceUs[0]! - classes!.workUs[0]!) / parallel / US_PER_MS;
}

/** When even a throttled call is over. */
function farAfter(
  spanUs: number,
  {p99Seconds, cpuSeconds = p99Seconds, quotaSeconds, periodSeconds}: Values<InterferenceInputs>,
): number {
  const periods = 4 + Math.ceil(Math.max(cpuSeconds, quotaSeconds) / Math.min(quotaSeconds, periodSeconds));
  return Math.max(spanUs, Math.ceil(periods * Math.max(periodSeconds, quotaSeconds) * US_PER_SECOND));
}
