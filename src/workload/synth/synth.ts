import {inputError, usageError} from '../../base/errors.ts';
import {formatCount, formatTimeUs, US_PER_MINUTE, US_PER_MS, US_PER_SECOND} from '../../base/units.ts';
import {checkOutput} from '../../files/output.ts';
import {appsOf} from '../apps.ts';
import {readWorkload, writeWorkload} from '../file/file.ts';
import {invocationsOf, invocationsTotal, type Workload} from '../workload.ts';
import {azurePopulation} from './azure-population.ts';
import {likePopulation} from './like-population.ts';
import {averageOf} from './lognormal-durations.ts';
import type {Population} from './population.ts';
import {ownRate, type SynthOptions, synthesise, totalCalls} from './synthesise.ts';

/** What `coldfront synth` was asked for; undefined fields are the population's own. */
export interface SynthRequest extends SynthOptions {
  readonly functions: number | undefined;
  readonly teams: number | undefined;
  /** Workload to take after, `-` for stdin; undefined for Azure's population. */
  readonly like: string | undefined;
  readonly out: string;
  readonly force: boolean;
}

/** What `synth --json` prints. */
export interface SynthReport {
  readonly schema: 'coldfront.synth/1';
  readonly functions: number;
  readonly apps: number;
  readonly owners: number;
  readonly invocations: number;
  readonly spanMs: number;
  readonly ratePerSecond: number;
  /** Over all calls; null when the durations are unknown. */
  readonly meanDurationMs: number | null;
  readonly seed: number;
  readonly out: string;
}

export const DEFAULT_FUNCTIONS = 10_000;
export const MAX_FUNCTIONS = 20_000_000;
/** Functions x minutes with calls: 8 GiB of counts. */
const MAX_CELLS = 2 ** 30;
/** Longer spans are typing errors. */
const MAX_SPAN_US = 10 * 366 * 24 * 60 * US_PER_MINUTE;

/** Makes a workload and writes it. Flags that cannot be met are usage errors. */
export async function synth(request: SynthRequest): Promise<SynthReport> {
  checkSpan(request.spanUs);
  checkOutput(request.out, request.force);
  const population = await populationOf(request);
  checkSize(population, request);
  const workload = synthesise(population, request);
  writeWorkload(workload, request.out, request);
  return reportOf(workload, request);
}

/** The report for people. */
export function synthText(report: SynthReport): string {
  const {functions, apps, owners, invocations, spanMs, ratePerSecond, meanDurationMs, out} = report;
  const duration =
    meanDurationMs === null ? 'durations unknown' : `mean duration ${formatTimeUs(meanDurationMs * US_PER_MS)}`;
  return (
    `${formatCount(functions)} functions of ${formatCount(apps)} apps and ${formatCount(owners)} teams\n` +
    `${formatCount(invocations)} invocations in ${formatTimeUs(spanMs * US_PER_MS)} ` +
    `(${Number(ratePerSecond.toPrecision(4))}/s), ${duration}\n` +
    `workload: ${out === '-' ? 'stdout' : out}\n`
  );
}

async function populationOf({like, functions, teams, seed}: SynthRequest): Promise<Population> {
  if (like === undefined) {
    const wanted = functions ?? DEFAULT_FUNCTIONS;
    return azurePopulation(wanted, teams ?? Math.ceil(Math.sqrt(wanted)), seed);
  }
  const trace = await readWorkload(like);
  if (trace.functions === 0) throw inputError(like === '-' ? 'stdin' : like, 'has no functions to take after');
  return likePopulation(trace, functions ?? trace.functions, seed);
}

function checkSpan(spanUs: number): void {
  if (spanUs > 0 && spanUs <= MAX_SPAN_US) return;
  throw usageError(`--span is ${formatTimeUs(spanUs)}, must be above 0 and at most ten years`);
}

function checkSize(population: Population, {ratePerSecond, spanUs}: SynthRequest): void {
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
  if (cells <= MAX_CELLS) return;
  throw usageError(
    `${formatCount(population.functions)} functions over ${formatTimeUs(spanUs)} make ${formatCount(cells)} counts, ` +
      `a workload takes at most ${formatCount(MAX_CELLS)}`,
    'lower --functions or --rate, or shorten --span',
  );
}

function reportOf(workload: Workload, {seed, out}: SynthRequest): SynthReport {
  const {functions, meta} = workload;
  const invocations = invocationsTotal(workload);
  return {
    schema: 'coldfront.synth/1',
    functions,
    apps: appsOf(workload).count,
    owners: new Set(workload.owner.id).size,
    invocations,
    spanMs: meta.spanUs / US_PER_MS,
    ratePerSecond: (invocations * US_PER_SECOND) / meta.spanUs,
    meanDurationMs: meanDuration(workload),
    seed,
    out,
  };
}

function meanDuration(workload: Workload): number | null {
  const {meanMs} = workload.duration;
  const known = meanMs.map((mean) => (Number.isNaN(mean) ? 0 : mean));
  const calls = Float64Array.from(meanMs, (mean, f) => (Number.isNaN(mean) ? 0 : invocationsOf(workload, f)));
  return meanMs.some((mean) => !Number.isNaN(mean)) ? averageOf(known, calls) : null;
}
