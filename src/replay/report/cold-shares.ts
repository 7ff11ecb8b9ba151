import {appsOf} from '../../workload/apps.ts';
import type {Workload} from '../../workload/workload.ts';
import type {FunctionOutcomes} from '../ledger.ts';

/** Cold starts over calls, as a distribution over functions or apps that were called. Null when none was. */
export interface ShareSummary {
  readonly p25: number | null;
  readonly p50: number | null;
  readonly p75: number | null;
  readonly p90: number | null;
  readonly mean: number | null;
}

/** Cold shares weighted by function and by app: the app-weighted p75 is the measure of Serverless in the Wild. */
export function coldShares(
  workload: Workload,
  functions: FunctionOutcomes,
): {functionColdShare: ShareSummary; appColdShare: ShareSummary} {
  const {app, count} = appsOf(workload);
  const appCalls = new Float64Array(count);
  const appCold = new Float64Array(count);
  for (let row = 0; row < app.length; row++) {
    appCalls[app[row]!]! += functions.calls[row]!;
    appCold[app[row]!]! += functions.cold[row]!;
  }
  return {functionColdShare: summary(functions.calls, functions.cold), appColdShare: summary(appCalls, appCold)};
}

function summary(calls: Float64Array, cold: Float64Array): ShareSummary {
  const shares = cold.map((n, k) => n / calls[k]!).filter((_, k) => calls[k]! > 0);
  if (shares.length === 0) return {p25: null, p50: null, p75: null, p90: null, mean: null};
  shares.sort();
  const at = (p: number): number => shares[Math.max(0, Math.ceil(p * shares.length) - 1)]!;
  return {
    p25: at(0.25),
    p50: at(0.5),
    p75: at(0.75),
    p90: at(0.9),
    mean: shares.reduce((a, b) => a + b, 0) / shares.length,
  };
}
