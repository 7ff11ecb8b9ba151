import {usageError} from '../../base/errors.ts';
import {formatCount, formatTimeUs, US_PER_MINUTE, US_PER_MS} from '../../base/units.ts';
import type {MinuteArrivals, Workload} from '../workload.ts';
import {azurePopulation} from './azure-population.ts';
import {likePopulation} from './like-population.ts';
import {DEFAULT_FUNCTIONS, MAX_COUNTS, MAX_SPAN_US} from './limits.ts';
import type {Population} from './population.ts';
import {ACTION_MS, playerCalls, type SessionPopulation} from './session-calls.ts';
import {joinParts, ownRate, type SynthOptions, synthesiseParts, totalCalls} from './synthesise.ts';

/** What a made workload is to be like; undefined fields are the population's own. */
export interface SynthTask extends SynthOptions {
  readonly functions: number | undefined;
  readonly teams: number | undefined;
  /** Players whose calls these are; undefined: calls are counts, of nobody. */
  readonly sessions?: SessionPopulation | undefined;
}

/** Makes a workload after `like`, which has functions, or after Azure's population. What cannot be met is a usage error. */
export function synth(task: SynthTask, like: Workload | undefined): Workload {
  checkSpan(task.spanUs);
  if (task.sessions) return playerCalls(task.sessions, actionsOf(task));
  const [whole] = synthParts(task, like, 1);
  return whole!;
}

/** The same in parts of functions, one after the other: each is in memory alone. */
export function* synthParts(task: SynthTask, like: Workload | undefined, parts: number): Generator<Workload> {
  const made = synthPieces(task, like, parts);
  for (let part = 0; part < parts; part++) yield made(part);
}

/** The same in any order: what makes a part of so many. */
export function synthPieces(task: SynthTask, like: Workload | undefined, parts: number): (part: number) => Workload {
  const population = checkedPopulation(task, like, parts);
  return synthesiseParts(population, task, parts);
}

/** The workload whose calls were laid out in parts. */
export function withArrivals(task: SynthTask, like: Workload | undefined, parts: readonly MinuteArrivals[]): Workload {
  return joinParts(checkedPopulation(task, like, parts.length), task, parts);
}

function checkedPopulation(task: SynthTask, like: Workload | undefined, parts: number): Population {
  checkSpan(task.spanUs);
  const population = populationOf(task, like);
  if (parts > population.functions) {
    throw usageError(`--parts is ${parts}, more than the ${formatCount(population.functions)} functions`);
  }
  checkSize(population, task, parts);
  return population;
}

function actionsOf({functions = 1, spanUs, meanDurationMs = ACTION_MS, seed}: SynthTask) {
  return {functions, spanUs, meanDurationUs: meanDurationMs * US_PER_MS, seed};
}

function populationOf({functions, teams, seed}: SynthTask, like: Workload | undefined): Population {
  if (like) return likePopulation(like, functions ?? like.functions, seed);
  const wanted = functions ?? DEFAULT_FUNCTIONS;
  return azurePopulation(wanted, teams ?? Math.ceil(Math.sqrt(wanted)), seed);
}

function checkSpan(spanUs: number): void {
  if (spanUs > 0 && spanUs <= MAX_SPAN_US) return;
  throw usageError(`--span is ${formatTimeUs(spanUs)}, must be above 0 and at most ten years`);
}

function checkSize(population: Population, {ratePerSecond, spanUs}: SynthTask, parts: number): void {
  const rate = ratePerSecond ?? ownRate(population);
  const total = totalCalls(rate, spanUs);
  if (total > Number.MAX_SAFE_INTEGER) {
    throw usageError(
      `--rate ${rate} over ${formatTimeUs(spanUs)} is ${total.toPrecision(3)} calls, counts are exact up to 2^53`,
      'lower --rate or shorten --span',
    );
  }
  const own = ownRate(population);
  const minutes = Math.ceil(spanUs / US_PER_MINUTE);
  const perMinute = rate / (own || 1) / (24 * 60);
  let cells = 0;
  for (const calls of population.callsPerDay) cells += Math.min(1, calls * perMinute) * minutes;
  if (cells <= MAX_COUNTS * parts) return;
  throw usageError(
    `${formatCount(population.functions)} functions over ${formatTimeUs(spanUs)} make ${formatCount(cells)} counts, ` +
      `a file takes at most ${formatCount(MAX_COUNTS)}`,
    `write it in ${Math.ceil(cells / MAX_COUNTS) * 2} --parts, lower --functions or --rate, or shorten --span`,
  );
}
