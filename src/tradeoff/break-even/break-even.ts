import {formatNumber, formatSeconds, formatUsd} from '../../base/format.ts';
import {input, special, type Values} from '../input.ts';
import {coldPriceInputs, coldUsd, keepAliveInput, replayedAt, skiPrices, warmPriceInput, warmUsd} from '../prices.ts';
import {type Answer, answer, type Topic, type Verdict} from '../topic.ts';
import {parseMixture} from './mixture.ts';
import {mixtureCost, mixtureTtl, RANDOMISED_RATIO, skiRentalTtl} from './ski-rental.ts';

const DAY = 86_400;

const inputs = {
  ...warmPriceInput,
  ...coldPriceInputs,
  idleDays: input('positive', 'idle-days', '30', 'days since the function was last called', 'days'),
  gaps: special(
    'gaps',
    '1m:.8,10h:.2',
    'idle gaps: mean and share of exponential phases',
    'TIME:SHARE,..',
    parseMixture,
  ),
  ...keepAliveInput,
};

/** Mean of the posterior of a Poisson rate after no call in that many days, from Jeffreys' prior Gamma(1/2, 0). */
export function posteriorPerDay(idleDays: number): number {
  return 0.5 / idleDays;
}

/** The rate that no call in that many days leaves 5 % room for: the exact form of the rule of three. */
export function upper95PerDay(idleDays: number): number {
  return -Math.log(0.05) / idleDays;
}

/** E1.2: at what call rate does a warm slot pay, and does it for a function not called for a month? */
export const breakEven: Topic<typeof inputs> = {
  name: 'break-even',
  summary: 'E1.2  Keep a function warm that is rarely called?',
  description:
    'A function was not called for 30 days, a warm slot costs $0.01 a day, a cold start its user 500 ms: at what call rate does keeping it warm pay, and for how long? With a workload: which of its functions to keep for how long, which to reserve a slot for, and what that costs, as replays find it.',
  examples: ['', '--usd-per-cold 0.7 --idle-days 7', '--workload w.arrow --json'],
  inputs,
  answers: (values) => [...rateAnswers(values), ...gapAnswers(values)],
  verdict,
  tries: true,
  workload: async (workload, values) => ({
    ...replayedAt(values),
    ...(await import('./workload.ts')).breakEvenOfWorkload(workload, {
      prices: skiPrices(values),
      keepAliveSeconds: values.keepAliveSeconds,
    }),
  }),
};

function breakEvenPerDay(values: Values<typeof inputs>): number {
  return values.warmUsdPerDay === 0 ? 0 : values.warmUsdPerDay / coldUsd(values);
}

function rateAnswers(values: Values<typeof inputs>): Answer[] {
  const {warmUsdPerDay, idleDays} = values;
  const ttlHours = skiRentalTtl(warmUsd(values), coldUsd(values)) / 3600;
  const posterior = posteriorPerDay(idleDays);
  const upper = upper95PerDay(idleDays);
  return [
    answer(
      'E1.2.coldUsd',
      coldUsd(values),
      'USD',
      'cost of one cold start',
      'C = --cold x (--usd-per-hour + warm price): its user waits, its slot starts',
    ),
    answer(
      'E1.2.breakEvenPerDay',
      breakEvenPerDay(values),
      'invocations/day',
      'call rate above which a warm slot pays',
      'c/C, Poisson arrivals',
    ),
    answer(
      'E1.2.skiRentalTtlHours',
      ttlHours,
      'hours',
      'keep-alive that never costs twice the best',
      'ski rental: C/c',
    ),
    answer(
      'E1.2.randomisedRatio',
      RANDOMISED_RATIO,
      '',
      'worst ratio to the best when the keep-alive is drawn at random',
      'e/(e-1), density e^(t/T)/(T(e-1)) on [0, T = C/c]',
    ),
    answer(
      'E1.2.posteriorPerDay',
      posterior,
      'invocations/day',
      'rate to expect after so many idle days',
      'posterior mean of a Poisson rate, Jeffreys prior: 0.5/days',
    ),
    answer(
      'E1.2.upper95PerDay',
      upper,
      'invocations/day',
      'rate that is exceeded with 5 % confidence',
      'rule of three, exact: -ln(.05)/days',
    ),
    answer(
      'E1.2.worthKeepingColdUsd',
      warmUsdPerDay / posterior,
      'USD',
      'cold-start cost from which keeping pays, at the expected rate',
      'warm price / posterior mean',
    ),
    answer(
      'E1.2.worthKeepingColdUsdUpper95',
      warmUsdPerDay / upper,
      'USD',
      'the same at the rate exceeded with 5 % confidence',
      'warm price / 95 % upper rate',
    ),
  ];
}

function gapAnswers(values: Values<typeof inputs>): Answer[] {
  const c = warmUsd(values);
  const cold = coldUsd(values);
  const costOf = (ttl: number): number => mixtureCost(values.gaps, ttl, c, cold);
  const ttl = mixtureTtl(values.gaps, c, cold);
  const method = 'c E[min(gap, T)] + C P(gap > T), gaps a mixture of exponentials';
  const costs = [
    ['E1.2.usdPerGapBest', ttl, 'cost of a gap at that keep-alive'],
    ['E1.2.usdPerGapSkiRental', skiRentalTtl(c, cold), 'cost of a gap at C/c'],
    ['E1.2.usdPerGapWarm', Number.POSITIVE_INFINITY, 'cost of a gap, always warm'],
    ['E1.2.usdPerGapCold', 0, 'cost of a gap, always cold'],
  ] as const;
  return [
    answer(
      'E1.2.bestTtlMinutes',
      ttl / 60,
      'minutes',
      'best keep-alive for --gaps',
      'keep while the hazard of a call is >= c/C',
    ),
    ...costs.map(([id, at, text]) => answer(id, costOf(at), 'USD', text, method)),
  ];
}

function verdict(values: Values<typeof inputs>): Verdict {
  const expected = posteriorPerDay(values.idleDays);
  const upper = upper95PerDay(values.idleDays);
  const needed = breakEvenPerDay(values);
  if (needed === 0) return {code: 'keep', text: () => 'Warm slots are free: keep it warm.'};
  if (needed === Number.POSITIVE_INFINITY)
    return {code: 'drop', text: () => 'A cold start costs nobody anything: let it go.'};
  const sentence =
    `Keeping warm pays from ${formatNumber(needed)} calls a day on (one each ${formatSeconds(DAY / needed)}); ` +
    `after ${formatNumber(values.idleDays)} idle days expect ${formatNumber(expected)} a day, at most ${formatNumber(upper)}`;
  const worth = (rate: number): string => formatUsd(values.warmUsdPerDay / rate);
  if (expected >= needed) return {code: 'keep', text: () => `${sentence}: keep it warm.`};
  if (upper < needed) {
    return {code: 'drop', text: () => `${sentence}: let it go, unless a cold start costs ${worth(expected)} or more.`};
  }
  return {
    code: 'undecided',
    text: () => `${sentence}: undecided; the days seen do not tell, a cold start worth ${worth(expected)} would.`,
  };
}
