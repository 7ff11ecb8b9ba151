import {mixKeys, unit} from '../../base/random.ts';
import {functionKeys} from '../../fleet/function-keys.ts';
import {appsOf} from '../../workload/apps.ts';
import {invocationsOf, invocationsTotal, mapLists, type Workload} from '../../workload/workload.ts';

/** Some apps of a workload, whole ones, that stand for all. */
export interface AppSample {
  /** The workload without the calls of the others; rows stay what they are. */
  readonly workload: Workload;
  /** Numbers of the apps taken, by calls: neighbours are alike. */
  readonly apps: Int32Array;
  /** Apps with a call. */
  readonly of: number;
  /** Functions with a call, of those taken and of all. */
  readonly functions: number;
  readonly ofFunctions: number;
  /** Calls of all. */
  readonly ofInvocations: number;
}

/**
 * A part of the apps that are called, `share` of them, at least one: of every 1 / share that are next to each other in order
 * of calls, one (systematic sampling). So each stands for equally many, and quantiles over calls are those of the
 * sample. Which ones is a matter of names and seed, not of the order of rows.
 */
export function sampleApps(workload: Workload, share: number, seed: number): AppSample {
  const {app, count} = appsOf(workload);
  const keys = functionKeys(workload);
  const calls = new Float64Array(count);
  const key = new Int32Array(count).fill(0x7fffffff);
  for (let row = 0; row < app.length; row++) {
    calls[app[row]!]! += invocationsOf(workload, row);
    key[app[row]!] = Math.min(key[app[row]!]!, keys[row]!);
  }
  const order = Int32Array.from(calls.keys())
    .filter((id) => calls[id]! > 0)
    .sort((a, b) => calls[b]! - calls[a]! || key[a]! - key[b]!);
  const regular = order.filter(everyNth(share, seed));
  const apps = regular.length > 0 ? regular : order.subarray(0, 1);
  const taken = new Uint8Array(count);
  for (const id of apps) taken[id] = 1;
  const arrivals = mapLists(workload.arrivals, (list) => ({
    ...list,
    length: list.length.map((n, row) => (taken[app[row]!] === 1 ? n : 0)),
  }));
  const called = Array.from(app.keys()).filter((row) => invocationsOf(workload, row) > 0);
  return {
    workload: {...workload, arrivals, observed: undefined},
    apps,
    of: order.length,
    functions: called.filter((row) => taken[app[row]!] === 1).length,
    ofFunctions: called.length,
    ofInvocations: invocationsTotal(workload),
  };
}

/** Whether place k is one of those taken: one of every 1 / share, from a place on that the seed draws. */
function everyNth(share: number, seed: number): (_: number, k: number) => boolean {
  const start = unit(mixKeys(seed, 0x73616d70));
  return (_, k) => Math.floor((k + 1) * share + start) > Math.floor(k * share + start);
}

/** What each of the sample's apps has of a quantity that functions have. [place in `apps`] */
export function byApp(sample: AppSample, of: (row: number) => number): Float64Array {
  const {app} = appsOf(sample.workload);
  const place = new Map(Array.from(sample.apps, (id, k) => [id, k]));
  const sums = new Float64Array(sample.apps.length);
  for (let row = 0; row < app.length; row++) {
    const at = place.get(app[row]!);
    if (at !== undefined) sums[at]! += of(row);
  }
  return sums;
}

/**
 * Standard error of the sum over a sample's apps, as an estimate of what its share of all apps has: from the
 * differences of neighbours, which are alike (Wolter, "Introduction to Variance Estimation", 2007, section 8.2). NaN where
 * the sample is a single app of several.
 */
export function standardError({of}: Pick<AppSample, 'of'>, values: Float64Array): number {
  const n = values.length;
  if (n === of) return 0;
  let squares = 0;
  for (let k = 1; k < n; k++) squares += (values[k]! - values[k - 1]!) ** 2;
  return Math.sqrt(((1 - n / of) * n * squares) / (2 * (n - 1)));
}
