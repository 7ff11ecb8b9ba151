import {normalQuantile} from '../base/distributions.ts';
import {type Bill, billLines} from '../cost/bill.ts';
import type {Stage} from './plan-stages.ts';

/** A value that days to come should bring, and what four out of five such days lie between. */
export interface Expected {
  readonly value: number;
  readonly interval80: readonly [low: number, high: number];
}

/** What days to come should bring, from what a policy did in each part of a history. */
export interface Expectation {
  readonly usdPerDay: Expected;
  /** The lines of the bill, a day; their total is `usdPerDay.value`. */
  readonly bill: Bill;
  /** Cold starts over calls; 0 where no call was seen. */
  readonly coldShare: Expected;
  readonly coldPerDay: number;
  readonly callsPerDay: number;
}

/*
 * The constants below were found on 182 splits of 26 traces (random functions of a day of Azure 2019, Azure 2021, Huawei
 * 2023, synthetic ones) and chosen on 63 of nine others: of the former 80 % lie in the interval, of the latter 70 %. What
 * no history tells remains: a function that first bursts half-way through costs as much as all others do in a day.
 */

/** The weight of what was seen halves with this multiple of the history, of cold starts with this share of it. */
const HALF_LIFE = 1.5;
const COLD_HALF_LIFE = 0.35;
/** What waits for instances on the way usually come to beside all else counts as much as what they did, */
const WAITS = 0.1;
/** but as so many times that at most: some policies start nothing early. */
const WAITS_MORE = 3;
/** Spread of the logarithm of found / expected dollars, had every part of the history been the same, */
const USD_SPREAD = 0.09;
/** to which parts are added of how its parts differed, and how what its functions cost did between its halves, */
const RIPPLE = 0.5;
const UNLIKENESS = 0.75;
/** and functions that fall silent: a day such a share of them (Azure 2021), with what they cost. */
const LEAVING_PER_DAY = 0.08;
/** Newcomers beyond those expected cost so many times what others do: they come with a burst. */
const NEWCOMER = 2.3;
/** Deviations that one in ten exceeds. */
const TENTH = normalQuantile(0.9);
/** The same of cold starts, of which `COLD_NOISE`^2 is added for as many as one in expectation. */
const COLD_SPREAD = 0.5;
const COLD_NOISE = 1.6;
/** Of so few cold starts expected there may be none: a chance above a tenth. */
const SURE_COLD = 2.3;
/** A part of the history counts as this share of the mean at least, and as so many cold starts more: for the logarithm. */
const LEAST_PART = 0.05;
const LEAST_COLD = 0.3;

/** What is known of a history besides what a policy did in it. */
export interface HistoryFacts {
  readonly days: number;
  /** Functions that were called in its first half, and in all of it. */
  readonly knownHalf: number;
  readonly known: number;
  /** Sum of the squared shares of functions in the cost: 1 if it is all one function's. */
  readonly concentration: number;
  /** As `unlikenessOf` has it. */
  readonly unlikeness: number;
  /** What a cold start costs, where the history has none. */
  readonly coldStartUsd: number;
}

/**
 * Expects days to come from the stages of a history, oldest first, of equal length. First calls of functions cost a cold
 * start that nobody escapes, so they are taken out and expected anew: the number of functions seen grows as a power of
 * time (Heaps), which the first half of the history tells. Of what a policy decides, what calls waited beyond their own
 * cold starts comes with bursts, few and great ones, so it leans on what is usual; all else goes on as it was on average.
 * Cold starts are averaged by their logarithm, the latest counting most: policies learn. Execution and requests are the
 * calls' own, whatever the policy.
 */
export function expectationOf(stages: readonly Stage[], facts: HistoryFacts, horizonDays: number): Expectation {
  const {days, concentration, unlikeness} = facts;
  // What a first call costs: its delay.
  const starts = sum(stages, ({cold}) => cold);
  const coldUsd = starts > 0 ? sum(stages, (stage) => stage.coldUsd) / starts : facts.coldStartUsd;
  const weights = weightsOf(stages, days, HALF_LIFE);
  const mean = (of: (stage: Stage) => number): number =>
    stages.reduce((total, stage, k) => total + weights[k]! * of(stage), 0) /
    stages.reduce((total, stage, k) => total + weights[k]! * stage.days, 0);
  const newPerDay = newFunctionsPerDay(facts, horizonDays);
  const waited = ({bill, coldUsd: own}: Stage): number => Math.max(0, bill.delay - own);
  const again = (stage: Stage): number =>
    Math.max(0, decided(stage.bill) - waited(stage) - coldUsd * Math.min(stage.cold, stage.newFunctions));
  const steady = mean(again);
  const waits = mean(waited);
  // Who leaves is as likely to do so early as late.
  const leaving = -Math.expm1(-LEAVING_PER_DAY * horizonDays);
  const staying = leaving / (LEAVING_PER_DAY * horizonDays);
  const goesOn = steady + (waits + Math.min(WAITS * steady, WAITS_MORE * waits)) / 2;
  const usd = staying * goesOn + coldUsd * newPerDay;
  const seen = mean((stage) => decided(stage.bill));
  const scale = seen > 0 ? usd / seen : 0;
  const lines = Object.keys(billLines) as (keyof typeof billLines)[];
  const scaleOf = (line: string): number => (line === 'execution' || line === 'requests' ? 1 : scale);
  const bill = Object.fromEntries(lines.map((line) => [line, scaleOf(line) * mean((stage) => stage.bill[line])]));
  const total = sum(Object.values(bill), (line) => line);
  const ripple = deviation(stages.map((stage) => (again(stage) + waited(stage)) / stage.days));
  const silent = TENTH * Math.sqrt(concentration * leaving);
  const spread = Math.hypot(USD_SPREAD, RIPPLE * ripple, UNLIKENESS * unlikeness, silent);
  // A newcomer costs its first start at least.
  const each = Math.max((NEWCOMER * steady) / Math.max(1, facts.known), coldUsd / horizonDays);
  const newcomers = moreNewcomers(facts, horizonDays) * each;
  const most = total * Math.exp(spread) + newcomers;
  const callsPerDay = mean(({calls}) => calls);
  const coldPerDay = coldAgain(stages, days) + newPerDay;
  // Where none is expected, up to half a one may be.
  const expectedCold = Math.max(0.5, coldPerDay * horizonDays);
  const coldSpread = Math.hypot(COLD_SPREAD, COLD_NOISE / Math.sqrt(expectedCold));
  const share = (cold: number): number => (callsPerDay > 0 ? Math.min(1, cold / callsPerDay) : 0);
  return {
    usdPerDay: {value: total, interval80: [total * Math.exp(-spread), most]},
    bill: {...bill, total} as Bill,
    coldShare: {
      value: share(coldPerDay),
      interval80: [
        share(expectedCold < SURE_COLD ? 0 : coldPerDay * Math.exp(-coldSpread)),
        share((expectedCold / horizonDays) * Math.exp(coldSpread)),
      ],
    },
    coldPerDay: Math.min(coldPerDay, callsPerDay),
    callsPerDay,
  };
}

/** The lines of a bill that depend on what a policy does. */
function decided({warm, delay, dropped}: Bill): number {
  return warm + delay + dropped;
}

/**
 * Twice as much for what is `halfLife` of the history later. The stages are the last of it. Of whole days every hour
 * weighs the same: what counts is how many days ago it was.
 */
function weightsOf(stages: readonly Stage[], days: number, halfLife: number): number[] {
  let endDays = 0;
  const weights = stages.toReversed().map((stage) => {
    const ago = endDays + stage.days / 2;
    endDays += stage.days;
    return 0.5 ** ((days >= 1 ? Math.floor(ago) : ago) / days / halfLife);
  });
  return weights.reverse();
}

/** First calls a day over a horizon, if as many functions are known after time t as a power of t. */
function newFunctionsPerDay({days, knownHalf, known}: HistoryFacts, horizonDays: number): number {
  const power = Math.min(1, Math.log2((known + 0.5) / (knownHalf + 0.5)));
  return (known * ((1 + horizonDays / days) ** power - 1)) / horizonDays;
}

/**
 * Newcomers beyond those expected that one time in ten exceeds: as the later half of the history doubled the time, so does
 * the horizon; what is seen so often is a Poisson number of a rate that is Gamma distributed (Jeffreys).
 */
function moreNewcomers({days, knownHalf, known}: HistoryFacts, horizonDays: number): number {
  const late = known - knownHalf;
  const shape = late + 0.5;
  // Wilson-Hilferty: within 3 %.
  const most = shape * (1 - 1 / (9 * shape) + TENTH / Math.sqrt(9 * shape)) ** 3;
  return Math.max(0, most - late) * Math.log2(1 + horizonDays / days);
}

/** Cold starts a day, first ones left out: the weighted mean of logarithms, taken back. */
function coldAgain(stages: readonly Stage[], days: number): number {
  const again = stages.map(({cold, newFunctions}) => Math.max(0, cold - newFunctions));
  // Sums of logarithms would leave a rounding error of none.
  if (again.every((cold) => cold === 0)) return 0;
  const weights = weightsOf(stages, days, COLD_HALF_LIFE);
  const logs = again.map((cold) => Math.log(cold + LEAST_COLD));
  const mean = logs.reduce((total, log, k) => total + weights[k]! * log, 0) / sum(weights, (weight) => weight);
  return (Math.max(0, Math.exp(mean) - LEAST_COLD) * stages.length) / sum(stages, (stage) => stage.days);
}

/** Standard deviation of the logarithms; 0 where all are 0. */
function deviation(values: readonly number[]): number {
  const least = (LEAST_PART * sum(values, (value) => value)) / values.length;
  if (least === 0) return 0;
  const logs = values.map((value) => Math.log(Math.max(value, least)));
  const mean = sum(logs, (log) => log) / logs.length;
  return Math.sqrt(sum(logs, (log) => (log - mean) ** 2) / logs.length);
}

function sum<T>(items: readonly T[], of: (item: T) => number): number {
  return items.reduce((total, item) => total + of(item), 0);
}
