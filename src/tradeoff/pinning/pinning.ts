import {erlangC, serversForWait} from '../../base/erlang.ts';
import {formatNumber, formatShare, formatUsd} from '../../base/format.ts';
import {atMost, input, optional, type Values} from '../input.ts';
import {type Answer, answer, type Flip, type Topic, type Verdict} from '../topic.ts';

const inputs = {
  cores: atMost(1e6, input('count', 'cores', '8', 'cores of the host, pinned half and half', 'cores')),
  erlangs: input('amount', 'erlangs', '4', 'load of the host in busy cores, half and half', 'erlangs'),
  strandedCores: input('amount', 'stranded-cores', '4', 'cores that pinning takes from the other half', 'cores'),
  strandedUtilisation: input('share', 'stranded-utilisation', '.5', 'share of them that stays in use'),
  usdPerCoreHour: input('usd', 'usd-per-core-hour', '.04', 'price of a core', 'USD/h'),
  affectedShare: input('share', 'affected-share', '.01', "share of B's requests that A slows down"),
  extraDelaySeconds: input('time', 'extra-delay', '190ms', 'by how much'),
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
  examples: ['', '--cores 32 --erlangs 20', '--rate 50 --extra-delay 20ms --json'],
  inputs,
  complaint({cores, erlangs}) {
    if (cores % 2 !== 0) return `--cores is ${cores}, must be even: two halves of whole cores`;
    if (erlangs < cores) return undefined;
    return `--erlangs is ${erlangs}, must be below --cores ${cores}: at full load no queue is stable`;
  },
  answers,
  verdict,
  moreFlips,
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

/** Share of calls that wait for a core with all cores in one pool, with halves apart, and the cores that make up for it. */
function waits({cores, erlangs}: Values<typeof inputs>): {pooled: number; pinned: number; toMatch: number} {
  const pooled = erlangC(cores, erlangs);
  // A load too small to make anyone wait needs no more than its half.
  const toMatch = pooled > 0 ? Math.max(cores / 2, serversForWait(erlangs / 2, pooled)) : cores / 2;
  return {pooled, pinned: erlangC(cores / 2, erlangs / 2), toMatch};
}

function answers(values: Values<typeof inputs>): Answer[] {
  const {pooled, pinned, toMatch} = waits(values);
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
      "B's requests while A runs from which pinning pays",
      'cost of stranded cores / cost of interference',
    ),
  ];
}

/** The rate decides, and nobody has given it. */
function moreFlips(values: Values<typeof inputs>): Flip[] {
  const value = breakEvenPerSecond(values);
  if (values.rate !== undefined || value === 0 || value === Number.POSITIVE_INFINITY) return [];
  const text = `'pin' once --rate rises to ${formatNumber(value)} requests a second (not given)`;
  return [{input: 'rate', value, unit: 'requests/s', verdict: 'pin', text}];
}

function verdict(values: Values<typeof inputs>): Verdict {
  const {rate} = values;
  const needed = breakEvenPerSecond(values);
  if (needed === 0) return {code: 'pin', text: () => `Pinning strands nothing: pin. ${poolingText(values)}`};
  if (needed === Number.POSITIVE_INFINITY) {
    const text = () => `Interference costs nothing: leave the cores shared. ${poolingText(values)}`;
    return {code: 'share', text};
  }
  const stranded = () => `the ${formatUsd(strandedUsdPerHour(values))} an hour of stranded cores`;
  if (rate === undefined) {
    const text = () =>
      `Pinning pays from ${formatNumber(needed)} requests a second of B while A runs: then interference costs more than ` +
      `${stranded()}. ${poolingText(values)}`;
    return {code: 'depends-on-rate', text};
  }
  const compared = () =>
    `B's ${formatNumber(rate)} requests a second while A runs against the ${formatNumber(needed)} that pay for ${stranded()}. ` +
    poolingText(values);
  return rate > needed
    ? {code: 'pin', text: () => `Pin: ${compared()}`}
    : {code: 'share', text: () => `Leave the cores shared: ${compared()}`};
}

function poolingText(values: Values<typeof inputs>): string {
  const {pooled, pinned, toMatch} = waits(values);
  return `Pinned, ${formatShare(pinned)} of requests wait for a core instead of ${formatShare(pooled)}, unless each half gets ${toMatch} cores.`;
}
