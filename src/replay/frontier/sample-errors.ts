import {US_PER_SECOND} from '../../base/units.ts';
import {SlotRates} from '../../cost/cold-start.ts';
import {memoryOf} from '../../fleet/memory.ts';
import {invocationsTotal} from '../../workload/workload.ts';
import type {Ledger} from '../ledger.ts';
import type {ReplayOptions} from '../options.ts';
import {type AppSample, byApp, standardError} from './app-sample.ts';
import type {SampleErrors} from './frontier-report.ts';

/**
 * How far off a sweep over a sample may be. Costs are those that policies differ in, idle time, starts and waiting; what a
 * policy saves is judged as a share of what the baseline costs, app by app (the ratio estimator of Cochran, "Sampling
 * Techniques", 1977, chapter 6), because a sample that happens to hold more of the calls makes both dearer.
 */
export function sampleErrors(
  sample: AppSample,
  ledgers: readonly Ledger[],
  baselinePolicy: string,
  options: ReplayOptions,
): SampleErrors {
  const usd = new Map(ledgers.map((ledger) => [ledger.policy, usdByApp(sample, ledger, options)]));
  const baseline = usd.get(baselinePolicy)!;
  const total = baseline.reduce((sum, its) => sum + its, 0);
  const ofTotal = (error: number): number | null => (Number.isFinite(error / total) ? error / total : null);
  const savesError = (own: Float64Array): number | null => {
    const ratio = own.reduce((sum, its) => sum + its, 0) / total;
    return ofTotal(
      standardError(
        sample,
        own.map((its, k) => its - ratio * baseline[k]!),
      ),
    );
  };
  return {
    sample: {
      functions: sample.functions,
      of: sample.ofFunctions,
      apps: sample.apps.length,
      ofApps: sample.of,
      invocations: invocationsTotal(sample.workload),
      usdError: ofTotal(standardError(sample, baseline)),
    },
    savesError: new Map(Array.from(usd, ([policy, own]) => [policy, savesError(own)])),
  };
}

/** What each app of the sample costs. Waiting is told of all together: it is shared by cold starts. */
function usdByApp(sample: AppSample, {functions, startDelay, counts}: Ledger, options: ReplayOptions): Float64Array {
  const rates = new SlotRates(options.prices);
  const waitUs = counts.cold === 0 ? 0 : startDelay.sum / counts.cold;
  return byApp(sample, (row) => {
    const mib = memoryOf(sample.workload, row, options.defaultMemoryMib);
    const idleUsd = (functions.idleUs[row]! / US_PER_SECOND) * rates.warmUsdPerSecond(mib);
    const startUsd = (functions.startingUs[row]! / US_PER_SECOND) * rates.startUsdPerSecond(mib);
    return idleUsd + startUsd + functions.cold[row]! * rates.delayUsd(waitUs);
  });
}
