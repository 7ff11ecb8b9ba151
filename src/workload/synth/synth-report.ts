import {formatCount, formatTimeUs, US_PER_MS, US_PER_SECOND} from '../../base/units.ts';
import {appsOf} from '../apps.ts';
import {invocationsOf, invocationsTotal, type Workload} from '../workload.ts';
import {averageOf} from './lognormal-durations.ts';

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

/** The report on a workload that was made with `seed` and written to `out`. */
export function synthReport(workload: Workload, seed: number, out: string): SynthReport {
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
