import {usageError} from '../base/errors.ts';
import {coldTimes} from '../fleet/cold-time/registry.ts';
import {memoryOf} from '../fleet/memory.ts';
import type {FunctionSettings} from '../fleet/settings/columns.ts';
import {withDefaults} from '../fleet/settings/with-defaults.ts';
import type {ReplayOptions} from '../replay/options.ts';
import {appsOf} from '../workload/apps.ts';
import {observedCold} from '../workload/observed-cold.ts';
import {isHttp} from '../workload/trigger-kind.ts';
import type {Workload} from '../workload/workload.ts';

/** A workload and how it is replayed. */
export interface Settled {
  readonly workload: Workload;
  readonly options: ReplayOptions;
}

/** The same on the platform of the options, now that the workload is known: what it says of functions and of cold times. */
export function onPlatform({workload, options}: Settled): Settled {
  if (options.platform === undefined) return {workload, options};
  const {platform, name, assumed} = options.platform;
  if (platform.noMinimum !== undefined && options.settings?.numbers.min?.some((n) => n > 0)) {
    throw usageError(
      `--platform ${name} has ${platform.noMinimum}, which goes without instances that are kept (min)`,
      'leave out either',
    );
  }
  const settings = withDefaults(options.settings, workload.functions, platform.functions ?? {});
  const fromTrace = platform.coldFromTrace === true && assumed.includes('cold') && tellsColdTimes(workload);
  const told = {...options, settings, ...(fromTrace && {cold: coldTimes.parse('trace')})};
  return platform.httpPlaces === undefined
    ? {workload, options: told}
    : withSharing({workload, options: told}, platform.httpPlaces);
}

/**
 * Functions called over http share the instances of the first of their app, which have the memory of the largest and
 * keep as many as all of them together.
 */
function withSharing({workload, options}: Settled, places: number): Settled {
  const {functions} = workload;
  const {app} = appsOf(workload);
  const servedBy = Int32Array.from({length: functions}, (_, row) => row);
  const first = new Map<number, number>();
  for (let row = 0; row < functions; row++) {
    if (!isHttp(workload, row)) continue;
    if (!first.has(app[row]!)) first.set(app[row]!, row);
    servedBy[row] = first.get(app[row]!)!;
  }
  const leaders = new Set(first.values());
  if (leaders.size === 0) return {workload, options};
  const settings = withDefaults(options.settings, functions, {min: 0})!;
  const {min: own, ...others} = settings.numbers;
  const min = new Float64Array(functions);
  const memoryMib = Float64Array.from(servedBy, (_, row) => memoryOf(workload, row, options.defaultMemoryMib));
  for (let row = 0; row < functions; row++) {
    const leader = servedBy[row]!;
    min[leader]! += own![row]!;
    memoryMib[leader] = Math.max(memoryMib[leader]!, memoryMib[row]!);
  }
  const numbers: FunctionSettings['numbers'] = {
    ...others,
    ...(min.some((n) => n > 0) && {min}),
    concurrency: placesOf(options, leaders, places, functions),
  };
  return {
    workload: {
      ...workload,
      memoryMib: memoryMib.map((mib, row) => (leaders.has(row) ? mib : workload.memoryMib[row]!)),
    },
    options: {...options, servedBy, settings: {...settings, numbers}},
  };
}

/** Calls that an instance serves at once: of those that share, as many as the platform says, unless the user does. */
function placesOf(
  {settings, platform}: ReplayOptions,
  leaders: ReadonlySet<number>,
  places: number,
  functions: number,
): Float64Array {
  const given = settings?.numbers.concurrency;
  const assumed = platform!.assumed.includes('concurrency');
  return Float64Array.from({length: functions}, (_, row) => {
    const own = given?.[row] ?? Number.NaN;
    return Number.isNaN(own) && assumed && leaders.has(row) ? places : own;
  });
}

/** The trace tells how long some call's cold start took. */
export function tellsColdTimes(workload: Workload): boolean {
  return workload.arrivals.kind === 'event' && observedCold(workload, ALWAYS)?.coldTimeMs.p50 != null;
}

/** The trace tells which calls were cold, so that a keep-alive can be found that comes near. */
export function tellsColdCalls(workload: Workload): boolean {
  return observedCold(workload, ALWAYS) !== null;
}

const ALWAYS = [0, Number.POSITIVE_INFINITY] as const;
