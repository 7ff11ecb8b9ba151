import {formatNumber, formatSeconds, formatShare} from '../../base/format.ts';
import {duration, input, type Values} from '../input.ts';
import {type Answer, answer, type Topic, type Verdict} from '../topic.ts';
import {falseAlarmsPerTaskDay, inflationFor, varianceShares} from './slowdown.ts';
import {parallelStall, throttledTime} from './throttling.ts';
import {interferenceOfWorkload} from './workload.ts';

/** Shared caches and memory slow functions down by up to this factor (Jukebox, ISCA 2022: CPI +31..114 %). */
const PLAUSIBLE_SLOWDOWN = 2.14;

const inputs = {
  p99Seconds: duration('p99', '10ms', "B's p99 alone"),
  p99WithSeconds: duration('p99-with', '200ms', "B's p99 while A runs beside it"),
  utilisation: input('utilisation', 'utilisation', '.7', 'how busy B is alone'),
  cpuSeconds: duration('cpu', '10ms', 'CPU time of one request to B'),
  quotaSeconds: duration('quota', '50ms', 'CPU quota of a period'),
  periodSeconds: duration('period', '100ms', 'length of a quota period'),
  parallel: input('count', 'parallel', '8', 'threads that burn the quota at once', 'threads'),
  slots: input('count', 'slots', '256', 'slots of a host', 'slots'),
  classes: input('count', 'classes', '16', 'cache classes of the processor (CLOS)', 'classes'),
  affectedShare: input(
    'share',
    'affected-share',
    '.01',
    'share of calls that a neighbour slows down (with --workload)',
  ),
  usdPerHour: input('usd', 'usd-per-hour', '20', "price of an hour of a user's waiting (with --workload)", 'USD/h'),
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
  answers: (values) => [...slowdownAnswers(values), ...cacheAnswers(values)],
  verdict,
  workload: (workload, values) =>
    interferenceOfWorkload(workload, {...values, extraDelaySeconds: values.p99WithSeconds - values.p99Seconds}),
};

function quotaOf(values: Values<typeof inputs>) {
  return {quota: values.quotaSeconds, period: values.periodSeconds};
}

function inflation({p99Seconds, p99WithSeconds, utilisation}: Values<typeof inputs>): number {
  return inflationFor(p99WithSeconds / p99Seconds, utilisation);
}

function slowdownAnswers(values: Values<typeof inputs>): Answer[] {
  const worst = throttledTime(values.cpuSeconds, 0, quotaOf(values));
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
      'E2.1.throttleWorstMs',
      worst * 1000,
      'ms',
      'worst time of a request that finds the quota gone',
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

function verdict(values: Values<typeof inputs>): Verdict {
  if (values.p99WithSeconds === values.p99Seconds) {
    return {code: 'none', text: () => "B's p99 does not rise: there is nothing to isolate."};
  }
  const x = inflation(values);
  const worst = throttledTime(values.cpuSeconds, 0, quotaOf(values));
  const rise = `${formatSeconds(values.p99Seconds)} to ${formatSeconds(values.p99WithSeconds)}`;
  const cache =
    `Cache is ${formatShare(varianceShares.short.cache)} to ${formatShare(varianceShares.long.cache)} of such interference, ` +
    'so partition it in 2 to 4 classes with memory bandwidth, after keeping A and B apart.';
  if (worst >= values.p99WithSeconds) {
    return {
      code: 'quota',
      text: () =>
        `The CPU quota alone explains ${rise}: a request that finds it gone takes up to ${formatSeconds(worst)}. ` +
        `Shorten the period or allow bursts before isolating anything. ${cache}`,
    };
  }
  const queue = `a service ${formatNumber(x)} times as long is enough at ${formatShare(values.utilisation)} utilisation, the queue does the rest`;
  if (x <= PLAUSIBLE_SLOWDOWN) {
    return {code: 'contention', text: () => `Contention explains ${rise}: ${queue}. ${cache}`};
  }
  return {
    code: 'more-than-contention',
    text: () =>
      `${rise} is more than caches and memory do (up to ${PLAUSIBLE_SLOWDOWN} times): ${queue}. ` +
      'Look for throttling by several threads, locks and I/O.',
  };
}
