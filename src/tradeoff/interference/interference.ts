import {formatNumber, formatSeconds, formatShare, formatUsd} from '../../base/format.ts';
import {duration, input, optional, type Values} from '../input.ts';
import {type Answer, answer, type Topic, type Verdict} from '../topic.ts';
import {falseAlarmsPerTaskDay, inflatedRatio, inflationFor, serviceSeconds, varianceShares} from './slowdown.ts';
import {parallelStall, throttledTime} from './throttling.ts';

/** Shared caches and memory slow functions down by up to this factor (Jukebox, ISCA 2022: CPI +31..114 %). */
const PLAUSIBLE_SLOWDOWN = 2.14;

const inputs = {
  p99Seconds: duration('p99', '10ms', "B's p99 alone"),
  p99WithSeconds: duration('p99-with', '200ms', "B's p99 while A runs beside it"),
  utilisation: input('utilisation', 'utilisation', '.7', 'how busy B is alone'),
  cpuSeconds: optional('time', 'cpu', 'CPU time that the p99 request to B waits for and uses; by default all of --p99'),
  quotaSeconds: duration('quota', '50ms', 'CPU quota of a period'),
  periodSeconds: duration('period', '100ms', 'length of a quota period'),
  parallel: input('count', 'parallel', '8', 'threads that burn the quota at once', 'threads'),
  slots: input('count', 'slots', '256', 'slots of a host', 'slots'),
  classes: input('count', 'classes', '16', 'cache classes of the processor (CLOS)', 'classes'),
  affectedShare: input('share', 'affected-share', '.01', 'share of calls that a neighbour slows down'),
  usdPerHour: input('usd', 'usd-per-hour', '20', "price of an hour of a user's waiting", 'USD/h'),
  perSecond: input('positive', 'rate', '10', 'requests a second to B on a host', 'requests/s'),
  cacheGain: input(
    'share',
    'cache-gain',
    '.1',
    'share of cache interference that partitions remove; next to none for small functions',
  ),
  cacheUsdPerHour: input('usd', 'cat-usd-per-hour', '.01', 'price of running the partitions of a host', 'USD/h'),
  isolationUsdPerDay: input(
    'usd',
    'isolation-usd-per-day',
    '.48',
    'price of isolating a function: half a core at $.04/h',
  ),
};

/** E2.1, E2.3, E2.4: what may have taken B's p99 from 10 ms to 200 ms, who minds, and whether to partition the cache. */
export const interference: Topic<typeof inputs> = {
  name: 'interference',
  summary: 'E2    A noisy neighbour: causes, who minds, the cache',
  description:
    'p99 rises from 10 ms to 200 ms beside a busy neighbour (E2.1, E2.3, E2.4): queueing or CPU quota, which functions are latency-sensitive, and whether partitioning the cache is worth it.',
  examples: ['', '--p99 20ms --p99-with 90ms --utilisation 50%', '--workload w.arrow'],
  inputs,
  complaint: ({p99Seconds, p99WithSeconds}) =>
    p99WithSeconds < p99Seconds
      ? `--p99-with is ${formatSeconds(p99WithSeconds)}, must be at least --p99, ${formatSeconds(p99Seconds)}: ` +
        'a neighbour does not speed B up'
      : undefined,
  answers: (values) => [...slowdownAnswers(values), ...cacheAnswers(values), ...partitionAnswers(values)],
  verdict,
  workload: async (workload, values) =>
    (await import('./workload.ts')).interferenceOfWorkload(workload, {
      ...values,
      extraDelaySeconds: values.p99WithSeconds - values.p99Seconds,
    }),
};

function quotaOf(values: Pick<Values<typeof inputs>, 'quotaSeconds' | 'periodSeconds'>) {
  return {quota: values.quotaSeconds, period: values.periodSeconds};
}

function inflation({p99Seconds, p99WithSeconds, utilisation}: Values<typeof inputs>): number {
  return inflationFor(p99WithSeconds / p99Seconds, utilisation);
}

/**
 * Worst time of B's p99 request where the quota is gone when it comes. Alone it takes --p99 from queueing to the end,
 * and all of that is CPU time of B's: the requests before it, and its own.
 */
function throttled({p99Seconds, cpuSeconds = p99Seconds, ...quota}: Values<typeof inputs>): number {
  return throttledTime(cpuSeconds, 0, quotaOf(quota));
}

function slowdownAnswers(values: Values<typeof inputs>): Answer[] {
  const worst = throttled(values);
  const stall = parallelStall(values.parallel, quotaOf(values));
  return [
    answer(
      'E2.1.inflation',
      inflation(values),
      '',
      'times longer service must take to explain it',
      'M/M/1: p99 = 4.605 S x / (1 - rho x), so x = R / (1 - rho + rho R)',
    ),
    answer(
      'E2.1.utilisationWith',
      inflation(values) * values.utilisation,
      'share',
      'how busy B then is',
      'rho x, which the neighbour brings near 1',
    ),
    answer(
      'E2.1.serviceMs',
      serviceSeconds(values.p99Seconds, values.utilisation) * 1000,
      'ms',
      'service time of a request that makes this p99, mean',
      'M/M/1: S = p99 (1 - rho) / ln 100',
    ),
    answer(
      'E2.1.throttleWorstMs',
      worst * 1000,
      'ms',
      'worst time of the p99 request if it finds the quota gone',
      'CFS, one thread: (P - Q) + (k - 1) P + rest, k = ceil(cpu/Q)',
    ),
    answer(
      'E2.1.parallelStallMs',
      stall * 1000,
      'ms',
      'stall a period when threads burn it together',
      'CFS: P - Q/threads',
    ),
    answer(
      'E2.1.falseAlarmsPerTaskDay',
      falseAlarmsPerTaskDay(),
      'alarms/day',
      'alarms a healthy task raises under the CPI rule',
      'CPI2 (EuroSys 2013): 3 of 5 minutes beyond 2 sigma, normal samples',
    ),
  ];
}

function cacheAnswers({slots, classes}: Values<typeof inputs>): Answer[] {
  const method = 'share of the variance of identical runs, TUNA noise data (EuroSys 2025), Azure D8s_v5';
  const {short, long} = varianceShares;
  return [
    answer('E2.4.cacheShareShort', short.cache, 'share', 'interference that is cache, short-lived VMs', method),
    answer('E2.4.cacheShareLong', long.cache, 'share', 'interference that is cache, long-lived VMs', method),
    answer('E2.4.kernelShareShort', short.kernel, 'share', 'kernel and threads, short-lived VMs', method),
    answer('E2.4.kernelShareLong', long.kernel, 'share', 'kernel and threads, long-lived VMs', method),
    answer('E2.4.memoryShareShort', short.memoryLatency + short.bandwidth, 'share', 'memory, short-lived VMs', method),
    answer('E2.4.memoryShareLong', long.memoryLatency + long.bandwidth, 'share', 'memory, long-lived VMs', method),
    answer('E2.4.slotsPerClass', slots / classes, 'slots/class', 'slots that share a cache class', 'slots / classes'),
  ];
}

/** What partitioning the cache brings B, and its users in an hour. */
function partition(values: Values<typeof inputs>): {p99Seconds: number; usdPerSecondOfB: number; usdPerHour: number} {
  const {p99Seconds, p99WithSeconds, utilisation, affectedShare, usdPerHour, perSecond, cacheGain} = values;
  const left = 1 + (inflation(values) - 1) * (1 - varianceShares.short.cache * cacheGain);
  const p99 = p99Seconds * inflatedRatio(left, utilisation);
  const usdPerSecondOfB = affectedShare * (p99WithSeconds - p99) * usdPerHour;
  return {p99Seconds: p99, usdPerSecondOfB, usdPerHour: perSecond * usdPerSecondOfB};
}

function partitionAnswers(values: Values<typeof inputs>): Answer[] {
  const {p99Seconds, usdPerSecondOfB, usdPerHour} = partition(values);
  const {cacheUsdPerHour} = values;
  return [
    answer(
      'E2.4.p99WithCatMs',
      p99Seconds * 1000,
      'ms',
      "B's p99 with the cache partitioned",
      'M/M/1 at 1 + (x - 1)(1 - cache share, short-lived VMs, x --cache-gain)',
    ),
    answer(
      'E2.4.catSavesUsdPerHour',
      usdPerHour,
      'USD/h',
      'worth of that on a host',
      '--rate x share affected x p99 saved x price of user time',
    ),
    answer(
      'E2.4.catNetUsdPerHour',
      usdPerHour - cacheUsdPerHour,
      'USD/h',
      'what is left of it when the partitions are paid',
      'worth - --cat-usd-per-hour',
    ),
    answer(
      'E2.4.catBreakEvenPerSecond',
      cacheUsdPerHour === 0 ? 0 : cacheUsdPerHour / usdPerSecondOfB,
      'requests/s',
      'requests to B from which partitions pay',
      '--cat-usd-per-hour / worth of one a second',
    ),
  ];
}

function verdict(values: Values<typeof inputs>): Verdict {
  if (values.p99WithSeconds === values.p99Seconds) {
    return {code: 'none', text: () => "B's p99 does not rise: there is nothing to isolate."};
  }
  const x = inflation(values);
  const worst = throttled(values);
  const rise = `${formatSeconds(values.p99Seconds)} to ${formatSeconds(values.p99WithSeconds)}`;
  if (worst >= values.p99WithSeconds) {
    return {
      code: 'quota',
      text: () =>
        `The CPU quota alone explains ${rise}: a request that finds it gone takes up to ${formatSeconds(worst)}. ` +
        'Shorten the period or allow bursts before isolating anything; partitions of the cache change nothing about it.',
    };
  }
  const queue = `a service ${formatNumber(x)} times as long is enough at ${formatShare(values.utilisation)} utilisation, the queue does the rest`;
  if (x <= PLAUSIBLE_SLOWDOWN) {
    return {code: 'contention', text: () => `Contention explains ${rise}: ${queue}. ${cacheText(values)}`};
  }
  return {
    code: 'more-than-contention',
    text: () =>
      `${rise} is more than caches and memory do (up to ${PLAUSIBLE_SLOWDOWN} times): ${queue}. ` +
      'Look for throttling by several threads, locks and I/O.',
  };
}

/** Whether partitioning the cache is worth it. */
function cacheText(values: Values<typeof inputs>): string {
  const {p99Seconds, usdPerSecondOfB, usdPerHour} = partition(values);
  const {cacheGain, cacheUsdPerHour, perSecond} = values;
  const shares = `${formatShare(varianceShares.short.cache)} to ${formatShare(varianceShares.long.cache)}`;
  const worth =
    `Cache is ${shares} of such interference: partitions that remove ${formatShare(cacheGain)} of that bring the p99 to ` +
    `${formatSeconds(p99Seconds)}, worth ${formatUsd(usdPerHour)} an hour at ${formatNumber(perSecond)} requests a second, for ` +
    `${formatUsd(cacheUsdPerHour)}`;
  if (usdPerHour >= cacheUsdPerHour) {
    return `${worth}. That pays, in 2 to 4 classes with memory bandwidth, after keeping A and B apart.`;
  }
  const from =
    usdPerSecondOfB === 0 ? 'at no rate' : `from ${formatNumber(cacheUsdPerHour / usdPerSecondOfB)} a second on`;
  return `${worth}. It pays ${from}: keep A and B apart instead.`;
}
