import {negativeBinomialQuantile, normalQuantile, poissonQuantile} from '../../base/distributions.ts';
import {formatSeconds, formatUsd} from '../../base/format.ts';
import {formatCount} from '../../base/units.ts';
import {duration, input, type Values} from '../input.ts';
import {coldPriceInputs, coldUsd, keepAliveInput, replayedAt, warmPriceInput, warmUsd} from '../prices.ts';
import {type Answer, answer, type Topic, type Verdict} from '../topic.ts';

const inputs = {
  functions: input('count', 'functions', '78000', 'timer functions due at the same second', 'functions'),
  startRate: input('positive', 'start-rate', '2500', 'instances a second that the platform can start', 'instances/s'),
  smearSeconds: duration('smear', '60s', 'how far owners let their timers be spread'),
  p99ColdSeconds: input('time', 'p99-cold', '7s', 'cold time that 99 % of starts stay within'),
  jitterSeconds: input('time', 'jitter', '1s', 'how early or late a timer may strike'),
  rate: input('amount', 'rate', '10', 'random arrivals: mean calls a minute', 'calls/min'),
  dispersion: input('positive', 'dispersion', '60', 'random arrivals: variance / mean of the minute counts'),
  ...warmPriceInput,
  ...coldPriceInputs,
  ...keepAliveInput,
};

/** E1.4: predictable bursts (cron at 00:00) against random ones. */
export const periodic: Topic<typeof inputs> = {
  name: 'periodic',
  summary: 'E1.4  Bursts by the clock, and random ones',
  description:
    'Cron jobs at 00:00 UTC and mobile apps at 9 am: start ahead, smear, or keep slots in reserve. With a workload: which of its functions run by the clock, when to warm them, and what that saves, as a replay of the schedule finds it.',
  examples: ['', '--functions 5000 --smear 5m', '--workload w.arrow --top 50'],
  inputs,
  answers: (values) => [...scheduleAnswers(values), ...standbyAnswers(values)],
  verdict,
  tries: true,
  workload: async (workload, values) => ({
    ...replayedAt(values),
    ...(await import('./workload.ts')).periodicOfWorkload(workload, {
      p99ColdSeconds: values.p99ColdSeconds,
      startRate: values.startRate,
      jitterSeconds: values.jitterSeconds,
      warmUsdPerSecond: warmUsd(values),
      coldUsd: coldUsd(values),
      keepAliveSeconds: values.keepAliveSeconds,
    }),
  }),
};

/** Seconds to start every function's instance, and how long before the stroke to begin. */
function lead(values: Values<typeof inputs>): {drainSeconds: number; leadSeconds: number} {
  const drainSeconds = values.functions / values.startRate;
  return {drainSeconds, leadSeconds: values.p99ColdSeconds + drainSeconds + values.jitterSeconds};
}

/** The `p` quantile of a count by its normal approximation, for counts more dispersed than Poisson. */
export function standbyQuantile(p: number, mean: number, dispersion: number): number {
  return mean + normalQuantile(p) * Math.sqrt(dispersion * mean);
}

function scheduleAnswers(values: Values<typeof inputs>): Answer[] {
  const {functions, smearSeconds, warmUsdPerDay} = values;
  const {drainSeconds, leadSeconds} = lead(values);
  const leadUsd = functions * leadSeconds * warmUsd(values);
  return [
    answer('E1.4.drainSeconds', drainSeconds, 's', 'time to start them all', 'functions / start rate'),
    answer('E1.4.leadSeconds', leadSeconds, 's', 'how early to begin', 'p99 cold + functions / start rate + jitter'),
    answer('E1.4.leadUsd', leadUsd, 'USD', 'cost of holding them for that long', 'functions x lead x warm price'),
    answer(
      'E1.4.allDayUsd',
      functions * warmUsdPerDay,
      'USD/day',
      'cost of holding them all day',
      'functions x warm price',
    ),
    answer(
      'E1.4.smearedPerSecond',
      functions / smearSeconds,
      'instances/s',
      'starts a second if spread by a hash of the name',
      'functions / smear',
    ),
  ];
}

function standbyAnswers({rate, dispersion}: Values<typeof inputs>): Answer[] {
  const unit = 'calls/min';
  const text = 'calls that 99 % of minutes stay within';
  return [
    answer(
      'E1.4.standbyQuantile',
      standbyQuantile(0.99, rate, dispersion),
      unit,
      text,
      'mean + z sqrt(dispersion x mean)',
    ),
    answer(
      'E1.4.standbyPoisson',
      standbyQuantile(0.99, rate, 1),
      unit,
      'the same if they were Poisson',
      'mean + z sqrt(mean)',
    ),
    answer(
      'E1.4.standbyNegativeBinomial',
      negativeBinomialQuantile(0.99, rate, dispersion),
      unit,
      'the same without the normal approximation',
      'quantile of the negative binomial with that mean and dispersion',
    ),
    answer(
      'E1.4.standbyPoissonExact',
      poissonQuantile(0.99, rate),
      unit,
      'the same of a Poisson count',
      'quantile of the Poisson distribution',
    ),
  ];
}

function verdict(values: Values<typeof inputs>): Verdict {
  const {functions, startRate, smearSeconds, rate, dispersion} = values;
  const {drainSeconds, leadSeconds} = lead(values);
  const smeared = functions / smearSeconds;
  const usd = functions * leadSeconds * warmUsd(values);
  const exact = `where the second matters start ${formatSeconds(leadSeconds)} ahead, for ${formatUsd(usd)}`;
  const random = (): string =>
    `Random arrivals have no schedule: keep ${formatCount(negativeBinomialQuantile(0.99, rate, dispersion))} a minute in ` +
    `reserve, where Poisson would say ${formatCount(poissonQuantile(0.99, rate))}.`;
  if (smeared <= startRate) {
    return {
      code: 'smear',
      text: () =>
        `Timers: spread over ${formatSeconds(smearSeconds)} they need ${formatCount(smeared)} starts a second of the ` +
        `${formatCount(startRate)} there are; ${exact}. ${random()}`,
    };
  }
  return {
    code: 'pre-warm',
    text: () =>
      `Timers: even spread over ${formatSeconds(smearSeconds)} they need ${formatCount(smeared)} starts a second, more than ` +
      `the ${formatCount(startRate)} there are, and ${formatSeconds(drainSeconds)} to start; ${exact}. ${random()}`,
  };
}
