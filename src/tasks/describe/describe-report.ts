import {US_PER_DAY, US_PER_MINUTE, US_PER_MS, US_PER_SECOND} from '../../base/units.ts';
import {DurationLaws} from '../../demand/durations/duration-law.ts';
import {meanDurations} from '../../demand/durations/mean-durations.ts';
import {functionRow, rowsByScore} from '../../demand/function-row.ts';
import {DEFAULT_DURATION_MS} from '../../forecast/backtest/costs.ts';
import {sensitivityOf} from '../../tradeoff/interference/sensitive.ts';
import {appsOf} from '../../workload/apps.ts';
import {type CallClass, callClasses, classOfCalls} from '../../workload/call-class.ts';
import {coldCountOf, type ObservedCold, observedCold} from '../../workload/observed-cold.ts';
import {type CallSummary, summariseCalls} from '../../workload/summarise.ts';
import {resolutionUs, type Workload} from '../../workload/workload.ts';
import {type Heat, heatOf} from './heat.ts';
import {
  type Concentration,
  concentrationOf,
  known,
  type PartReport,
  partsBy,
  type Ranks,
  ranksOf,
  sumOf,
  unknownIn,
} from './population.ts';

/** What `describe --json` prints. */
export interface DescribeReport {
  readonly schema: 'coldfront.describe/1';
  readonly source: string;
  readonly startTime: string;
  readonly licence: string;
  /** Whether the trace counts calls per minute or has each by itself. */
  readonly arrivals: 'minute' | 'event';
  readonly spanMs: number;
  readonly functions: number;
  readonly apps: number;
  readonly owners: number;
  readonly invocations: number;
  readonly rate: {
    readonly perSecond: number | null;
    readonly meanPerMinute: number | null;
    readonly peakPerMinute: number | null;
    readonly peakAtMs: number | null;
    readonly peakToMean: number | null;
    /**
     * Calls in progress on average: the mean number of busy instances. Calls without a duration take the default, a
     * second; null if none has one.
     */
    readonly busyInstances: number | null;
    /** Share of the calls that took the default. */
    readonly withoutDuration: number | null;
  };
  readonly heat: Heat;
  /** Calls from step to step, 120 steps at most, the last maybe cut; none for spans above a century. */
  readonly overTime: {readonly everyMs: number; readonly calls: readonly number[]};
  readonly callsPerDay: Ranks & {readonly mean: number | null};
  /** Share of the functions and of the apps called at most so often on average. */
  readonly atMost: readonly {readonly calls: string; readonly functions: number | null; readonly apps: number | null}[];
  readonly classes: readonly (PartReport & {readonly class: CallClass})[];
  /** Coefficient of variation of the times between a function's calls, over functions with three calls or more. */
  readonly iatCv: Ranks & {readonly functions: number; readonly above1: number | null};
  readonly concentration: Concentration;
  /** By falling number of functions; at most twenty. */
  readonly triggers: readonly (PartReport & {readonly trigger: string})[];
  readonly durationMs: {
    readonly unknown: number;
    /** Over calls. */
    readonly mean: number | null;
    /** Over functions' means. */
    readonly functionMean: Ranks;
    readonly clamped: number;
  };
  /** What the trace says of cold starts; null if it says nothing. */
  readonly observedCold: ObservedCold | null;
  readonly memoryMib: {readonly unknown: number; readonly functionMean: number | null} & Ranks;
  /** Functions with more signs than not that somebody waits: trigger, durations, regularity. A ranking. */
  readonly latencySensitive: PartReport & {readonly top: readonly FunctionReport[]};
  readonly busiest: readonly FunctionReport[];
}

export interface FunctionReport {
  readonly function: string;
  readonly app: string;
  readonly owner: string;
  readonly trigger: string;
  readonly class: CallClass;
  readonly callsPerDay: number | null;
  readonly peakPerMinute: number;
  readonly iatCv: number | null;
  readonly durationMeanMs: number | null;
  readonly memoryMib: number | null;
  /** Calls that the trace says were cold; null if it says that of none of its calls. */
  readonly coldObserved: number | null;
  /** 0 to 1: signs that somebody waits for its answer; a ranking, not a probability. */
  readonly sensitivity: number;
  readonly reasons: string;
}

const TRIGGERS = 20;
/** The score of a function of which the trace shows no sign either way. */
const NO_SIGN = 0.5;

/** What a trace is. `top` functions are listed by calls and by likely latency-sensitivity. */
export function describeReport(workload: Workload, top: number): DescribeReport {
  const {meta, functions, memoryMib} = workload;
  const calls = summariseCalls(workload);
  const meanMs = meanDurations(workload, Number.NaN).us.map((us) => us / US_PER_MS);
  const invocations = sumOf(calls.calls);
  const people = new Population(workload, calls, meanMs);
  const {sensitivity} = people;
  const [, sensitive] = partsBy(
    sensitivity.map((score) => (score > NO_SIGN ? 1 : 0)),
    2,
    calls.calls,
  );
  // Among equals the busier one matters more.
  const bySensitivity = rowsByScore(sensitivity.map((score, f) => score + calls.calls[f]! / (invocations * 1e6)));
  const byCalls = rowsByScore(calls.calls);
  const parts = partsBy(people.classId, callClasses.length, calls.calls);
  return {
    schema: 'coldfront.describe/1',
    source: meta.source,
    startTime: meta.startTime,
    licence: meta.licence,
    arrivals: workload.arrivals.kind,
    spanMs: meta.spanUs / US_PER_MS,
    functions,
    apps: appsOf(workload).count,
    owners: new Set(workload.owner.id).size,
    invocations,
    rate: rateOf(workload, calls, meanMs),
    heat: heatOf(workload, calls, byCalls),
    overTime: overTimeOf(calls),
    callsPerDay: {...ranksOf(calls.callsPerDay), mean: known(invocations / functions / (meta.spanUs / US_PER_DAY))},
    atMost: atMost(workload, calls),
    classes: callClasses.map((name, k) => ({class: name, ...parts[k]!})),
    iatCv: iatCvOf(calls),
    concentration: concentrationOf(calls.calls),
    triggers: triggersOf(workload, calls),
    durationMs: durationsReport(workload, calls, meanMs),
    observedCold: observedCold(workload),
    memoryMib: {unknown: unknownIn(memoryMib), functionMean: meanOf(memoryMib), ...ranksOf(memoryMib)},
    latencySensitive: {
      ...sensitive!,
      top: [...bySensitivity.slice(0, top)].filter((f) => sensitivity[f]! > NO_SIGN).map((f) => people.row(f)),
    },
    busiest: [...byCalls.slice(0, top)].map((f) => people.row(f)),
  };
}

function meanOf(values: Float64Array): number | null {
  const present = values.filter((value) => !Number.isNaN(value));
  return known(sumOf(present) / present.length);
}

/** What is said of single functions. */
class Population {
  readonly classId: Uint8Array; // [function], index into callClasses
  readonly sensitivity: Float64Array; // [function]
  private readonly workload: Workload;
  private readonly calls: CallSummary;
  private readonly meanMs: Float64Array; // [function]
  private readonly laws: DurationLaws;

  constructor(workload: Workload, calls: CallSummary, meanMs: Float64Array) {
    this.workload = workload;
    this.calls = calls;
    this.meanMs = meanMs;
    this.laws = new DurationLaws(workload);
    const perMinute = resolutionUs(workload.arrivals) === US_PER_MINUTE;
    this.classId = Uint8Array.from({length: workload.functions}, (_, f) =>
      callClasses.indexOf(classOfCalls(callsOf(calls, f), perMinute)),
    );
    this.sensitivity = Float64Array.from({length: workload.functions}, (_, f) => this.sensitivityOf(f).score);
  }

  row(f: number): FunctionReport {
    const {workload, calls} = this;
    return {
      ...functionRow(workload, f),
      trigger: triggerOf(workload, f),
      class: callClasses[this.classId[f]!]!,
      callsPerDay: known(calls.callsPerDay[f]!),
      peakPerMinute: calls.peakPerMinute[f]!,
      iatCv: known(calls.gapCv[f]!),
      durationMeanMs: known(this.meanMs[f]!),
      memoryMib: known(workload.memoryMib[f]!),
      coldObserved: coldObservedOf(workload, f),
      sensitivity: this.sensitivity[f]!,
      reasons: this.sensitivityOf(f).reasons,
    };
  }

  private sensitivityOf(f: number) {
    return sensitivityOf({
      trigger: triggerOf(this.workload, f),
      durations: this.laws.of(f),
      calls: this.calls.calls[f]!,
      daily: false,
      timer: callClasses[this.classId[f]!] === 'periodic',
    });
  }
}

function coldObservedOf(workload: Workload, f: number): number | null {
  const {cold, known: of} = coldCountOf(workload, f);
  return of === 0 ? null : cold;
}

function callsOf(summary: CallSummary, f: number) {
  const {calls, callsPerDay, peakPerMinute, gapCv, dispersion} = summary;
  return {
    calls: calls[f]!,
    callsPerDay: callsPerDay[f]!,
    peakPerMinute: peakPerMinute[f]!,
    gapCv: gapCv[f]!,
    dispersion: dispersion[f]!,
  };
}

function triggerOf({trigger}: Workload, f: number): string {
  return trigger.values[trigger.id[f]!] ?? '';
}

function rateOf({meta}: Workload, {calls, perMinute}: CallSummary, meanMs: Float64Array): DescribeReport['rate'] {
  const invocations = sumOf(calls);
  const meanPerMinute = invocations / (meta.spanUs / US_PER_MINUTE);
  let peak = 0;
  for (let m = 1; m < perMinute.length; m++) if (perMinute[m]! > perMinute[peak]!) peak = m;
  const peakPerMinute = perMinute[peak] ?? Number.NaN;
  const assumed = sumOf(calls.map((n, f) => (meanMs[f]! >= 0 ? 0 : n)));
  const busyMs = sumOf(calls.map((n, f) => n * (meanMs[f]! >= 0 ? meanMs[f]! : DEFAULT_DURATION_MS)));
  return {
    perSecond: known(invocations / (meta.spanUs / US_PER_SECOND)),
    meanPerMinute: known(meanPerMinute),
    peakPerMinute: known(peakPerMinute),
    peakAtMs: Number.isNaN(peakPerMinute) ? null : (peak * US_PER_MINUTE) / US_PER_MS,
    peakToMean: known(peakPerMinute / meanPerMinute),
    busyInstances: assumed === invocations ? null : known((busyMs * US_PER_MS) / meta.spanUs),
    withoutDuration: known(assumed / invocations),
  };
}

const MOST_STEPS = 120;

function overTimeOf({perMinute}: CallSummary): DescribeReport['overTime'] {
  const minutes = Math.max(1, Math.ceil(perMinute.length / MOST_STEPS));
  const calls = Array.from({length: Math.ceil(perMinute.length / minutes)}, (_, k) =>
    sumOf(perMinute.subarray(k * minutes, (k + 1) * minutes)),
  );
  return {everyMs: (minutes * US_PER_MINUTE) / US_PER_MS, calls};
}

function atMost(workload: Workload, calls: CallSummary): DescribeReport['atMost'] {
  const {app, count} = appsOf(workload);
  const appCallsPerDay = new Float64Array(count);
  for (let f = 0; f < app.length; f++) appCallsPerDay[app[f]!]! += calls.callsPerDay[f]!;
  const share = (rates: Float64Array, limit: number) =>
    known(rates.filter((rate) => rate <= limit).length / rates.length);
  return [
    {calls: 'one a day', perDay: 1},
    {calls: 'one an hour', perDay: 24},
    {calls: 'one a minute', perDay: 1440},
  ].map(({calls: name, perDay}) => ({
    calls: name,
    functions: share(calls.callsPerDay, perDay),
    apps: share(appCallsPerDay, perDay),
  }));
}

function iatCvOf({gapCv}: CallSummary): DescribeReport['iatCv'] {
  const values = gapCv.filter((cv) => cv >= 0);
  const above1 = known(values.filter((cv) => cv > 1).length / values.length);
  return {...ranksOf(values), functions: values.length, above1};
}

function triggersOf({trigger}: Workload, {calls}: CallSummary): DescribeReport['triggers'] {
  return partsBy(trigger.id, trigger.values.length, calls)
    .map((part, id) => ({trigger: trigger.values[id]!, ...part}))
    .filter(({functions}) => functions > 0)
    .sort((a, b) => b.functions - a.functions)
    .slice(0, TRIGGERS);
}

function durationsReport({meta}: Workload, {calls}: CallSummary, meanMs: Float64Array): DescribeReport['durationMs'] {
  const total = sumOf(calls.map((n, f) => (meanMs[f]! >= 0 ? n * meanMs[f]! : 0)));
  const weight = sumOf(calls.map((n, f) => (meanMs[f]! >= 0 ? n : 0)));
  return {
    unknown: unknownIn(meanMs),
    mean: known(total / weight),
    functionMean: ranksOf(meanMs),
    clamped: meta.clampedDurations,
  };
}
