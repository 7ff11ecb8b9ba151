import {formatNumber, formatSeconds, formatShare, formatUsd} from '../../base/format.ts';
import {atMost, input, optional, type Values} from '../input.ts';
import {type Answer, answer, type Flip, type Topic, type Verdict} from '../topic.ts';
import {meanWait, waitsOf} from './waits.ts';

const inputs = {
  cores: atMost(1e6, input('count', 'cores', '8', 'cores of the host, pinned half and half', 'cores')),
  erlangs: input('amount', 'erlangs', '4', 'load of the host in busy cores, half and half', 'erlangs'),
  strandedCores: input('amount', 'stranded-cores', '4', 'cores that pinning takes from the other half', 'cores'),
  strandedUtilisation: input('share', 'stranded-utilisation', '.5', 'share of the stranded cores that stays in use'),
  usdPerCoreHour: input('usd', 'usd-per-core-hour', '.04', 'price of a core', 'USD/h'),
  serviceSeconds: input('time', 'service', '10ms', 'time that a request takes on a core'),
  affectedShare: input('share', 'affected-share', '.01', "share of B's requests that A slows down"),
  extraDelaySeconds: input('time', 'extra-delay', '190ms', 'by how much A slows such a request down'),
  usdPerHour: input('usd', 'usd-per-hour', '20', "price of an hour of a user's waiting", 'USD/h'),
  rate: optional(
    'amount',
    'rate',
    "B's requests a second while A runs; left out, the answer is the rate",
    'requests/s',
  ),
};

/** E2.2: when is pinning A to cores 0-3 and B to 4-7 worth the cores it strands? */
export const pinning: Topic<typeof inputs> = {
  name: 'pinning',
  summary: 'E2.2  Cores pinned apart: when is it worth it?',
  description:
    'A on cores 0-3 and B on 4-7: lost pooling by Erlang C, and the rate of requests from which interference costs more than the cores that stand idle.',
  examples: ['', '--cores 32 --erlangs 20', '--rate 50 --extra-delay 20ms --json', '--workload w.arrow'],
  inputs,
  complaint({cores, erlangs}) {
    if (cores % 2 !== 0) return `--cores is ${cores}, must be even: two halves of whole cores`;
    if (erlangs < cores) return undefined;
    return `--erlangs is ${erlangs}, must be below --cores ${cores}: at full load no queue is stable`;
  },
  answers,
  verdict,
  moreFlips,
  workload: async (workload, values) =>
    (await import('./workload.ts')).pinningOfWorkload(workload, {...values, interferenceUsd: interferenceUsd(values)}),
};

/** Dollars an hour of the cores that stand idle because they are pinned. */
function strandedUsdPerHour({strandedCores, strandedUtilisation, usdPerCoreHour}: Values<typeof inputs>): number {
  return strandedCores * (1 - strandedUtilisation) * usdPerCoreHour;
}

/** Dollars of interference in an average request to B. */
function interferenceUsd({affectedShare, extraDelaySeconds, usdPerHour}: Values<typeof inputs>): number {
  return (affectedShare * extraDelaySeconds * usdPerHour) / 3600;
}

/** Requests a second of B from which pinning pays; 0 when it strands nothing, Infinity when interference is free. */
function breakEvenPerSecond(values: Values<typeof inputs>): number {
  const stranded = strandedUsdPerHour(values);
  return stranded === 0 ? 0 : stranded / interferenceUsd(values) / 3600;
}

/** Cores that stand idle because they are pinned, at the load there is, dollars an hour. */
function idleUsdPerHour({strandedCores, cores, erlangs, usdPerCoreHour}: Values<typeof inputs>): number {
  return strandedCores * (1 - erlangs / cores) * usdPerCoreHour;
}

/** Mean waits of a request, all cores shared and pinned, seconds, and what the longer one costs it. */
function queueing({cores, erlangs, serviceSeconds, usdPerHour}: Values<typeof inputs>) {
  const pooledSeconds = meanWait(cores, erlangs, serviceSeconds);
  const pinnedSeconds = meanWait(cores / 2, erlangs / 2, serviceSeconds);
  return {pooledSeconds, pinnedSeconds, usd: ((pinnedSeconds - pooledSeconds) * usdPerHour) / 3600};
}

/**
 * Requests a second of B from which pinning pays, idle cores at their load and longer queues counted: 0 when it costs
 * nothing, Infinity when it takes from a request as much as it gives.
 */
function payingPerSecond(values: Values<typeof inputs>): number {
  const gain = interferenceUsd(values) - queueing(values).usd;
  const idle = idleUsdPerHour(values);
  if (gain <= 0) return Number.POSITIVE_INFINITY;
  return idle === 0 ? 0 : idle / gain / 3600;
}

function answers(values: Values<typeof inputs>): Answer[] {
  const {pooled, pinned, toMatch} = waitsOf(values.cores, values.erlangs);
  const {pooledSeconds, pinnedSeconds, usd} = queueing(values);
  return [
    answer(
      'E2.2.waitPooled',
      pooled,
      'share',
      'requests that wait for a core, all cores shared',
      'Erlang C(cores, erlangs)',
    ),
    answer('E2.2.waitPinned', pinned, 'share', 'the same in each half when pinned', 'Erlang C(cores/2, erlangs/2)'),
    answer(
      'E2.2.coresToMatch',
      toMatch,
      'cores',
      'cores each half needs to wait as little',
      'least n with C(n, erlangs/2) <= pooled',
    ),
    answer(
      'E2.2.extraCoresShare',
      (2 * toMatch) / values.cores - 1,
      'share',
      'more cores than in one pool',
      '2 n / cores - 1',
    ),
    answer(
      'E2.2.strandedUsdPerHour',
      strandedUsdPerHour(values),
      'USD/h',
      'cost of the cores that stand idle',
      'stranded cores x (1 - utilisation) x price',
    ),
    answer(
      'E2.2.interferenceUsd',
      interferenceUsd(values),
      'USD/request',
      'cost of interference to a request of B',
      'share affected x extra delay x price of user time',
    ),
    answer(
      'E2.2.breakEvenPerSecond',
      breakEvenPerSecond(values),
      'requests/s',
      "B's requests that pay for the stranded cores",
      'cost of stranded cores / cost of interference',
    ),
    answer(
      'E2.2.idleUsdPerHour',
      idleUsdPerHour(values),
      'USD/h',
      'cost of the cores that stand idle at this load',
      'stranded cores x (1 - erlangs / cores) x price',
    ),
    answer('E2.2.pooledWaitMs', pooledSeconds * 1000, 'ms', 'wait for a core, all shared', 'C s / (cores - erlangs)'),
    answer('E2.2.pinnedWaitMs', pinnedSeconds * 1000, 'ms', 'wait for a core, pinned', 'the same for a half'),
    answer('E2.2.queueUsd', usd, 'USD/request', 'cost of the longer wait', 'difference x price of user time'),
    answer(
      'E2.2.payingPerSecond',
      payingPerSecond(values),
      'requests/s',
      "B's requests while A runs from which pinning pays",
      'cost of idle cores / (cost of interference - cost of the longer wait)',
    ),
  ];
}

/** The rate decides, and nobody has given it. */
function moreFlips(values: Values<typeof inputs>): Flip[] {
  const value = payingPerSecond(values);
  if (values.rate !== undefined || value === 0 || value === Number.POSITIVE_INFINITY) return [];
  const text = `'pin' once --rate rises to ${formatNumber(value)} requests a second (not given)`;
  return [{input: 'rate', value, unit: 'requests/s', verdict: 'pin', text}];
}

function verdict(values: Values<typeof inputs>): Verdict {
  const {rate} = values;
  const needed = payingPerSecond(values);
  if (needed === 0) return {code: 'pin', text: () => `Pinning costs nothing: pin. ${poolingText(values)}`};
  if (needed === Number.POSITIVE_INFINITY) {
    const text = () =>
      `Pinned, a request waits for a core longer than interference costs it: leave the cores shared. ${poolingText(values)}`;
    return {code: 'share', text};
  }
  const idle = () => `the ${formatUsd(idleUsdPerHour(values))} an hour of idle cores`;
  if (rate === undefined) {
    const text = () =>
      `Pinning pays from ${formatNumber(needed)} requests a second of B while A runs: then interference costs more than ` +
      `${idle()} and the longer wait. ${poolingText(values)}`;
    return {code: 'depends-on-rate', text};
  }
  const compared = () =>
    `B's ${formatNumber(rate)} requests a second while A runs against the ${formatNumber(needed)} that pay for ${idle()} ` +
    `and the longer wait. ${poolingText(values)}`;
  return rate > needed
    ? {code: 'pin', text: () => `Pin: ${compared()}`}
    : {code: 'share', text: () => `Leave the cores shared: ${compared()}`};
}

function poolingText(values: Values<typeof inputs>): string {
  const {pooled, pinned, toMatch} = waitsOf(values.cores, values.erlangs);
  const {pooledSeconds, pinnedSeconds} = queueing(values);
  return (
    `Pinned, ${formatShare(pinned)} of requests wait for a core instead of ${formatShare(pooled)}, ` +
    `${formatSeconds(pinnedSeconds)} instead of ${formatSeconds(pooledSeconds)} on average, unless each half gets ${toMatch} cores.`
  );
}
