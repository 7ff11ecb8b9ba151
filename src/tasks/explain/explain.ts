import {usageError} from '../../base/errors.ts';
import {US_PER_HOUR, US_PER_MINUTE, US_PER_MS} from '../../base/units.ts';
import {DurationLaws} from '../../demand/durations/duration-law.ts';
import {timersOf} from '../../demand/rhythm/timers.ts';
import type {ContentionRequest} from '../../fleet/contention/read-contention.ts';
import {memoryOf} from '../../fleet/memory.ts';
import {FunctionNames} from '../../plan/file/function-names.ts';
import {planRows} from '../../plan/file/plan-rows.ts';
import {type Explained, planReport} from '../../plan/outcome/plan-report.ts';
import {checkPlannable, type PlanSettings} from '../../plan/plan-workload.ts';
import type {ReplayOptions} from '../../replay/options.ts';
import type {PolicyChoice} from '../../replay/policies/policy.ts';
import {replayReport} from '../../replay/report/replay-report.ts';
import type {Threads} from '../../replay/threads.ts';
import {classOfCalls} from '../../workload/call-class.ts';
import {callCursor} from '../../workload/call-cursor.ts';
import {coldCountOf} from '../../workload/observed-cold.ts';
import {summariseCalls} from '../../workload/summarise.ts';
import {invocationsOf, mapLists, type Workload} from '../../workload/workload.ts';
import type {Listener} from '../listener.ts';
import {readPlanFiles} from '../plan-files.ts';
import {planWithOutlook} from '../plan-outlook.ts';
import {replayWorkload, settled} from '../replay.ts';
import {type ReportFile, writeReport} from '../report-file.ts';
import {type DemandRequest, readDemand} from '../scaling/read-demand.ts';
import type {ExplainReport, Quantiles} from './explain-report.ts';
import {explainPrinted} from './explain-text.ts';

/** What `coldfront explain` was asked to do. */
export interface ExplainRequest extends DemandRequest {
  readonly functions: string | undefined;
  /** Its name, or owner/app/name. */
  readonly name: string;
  readonly policies: readonly PolicyChoice[];
  readonly options: ReplayOptions;
  readonly contention: ContentionRequest | undefined;
  readonly planSettings: PlanSettings;
  readonly report: ReportFile | undefined;
  readonly force: boolean;
  readonly threads: Threads;
}

/** Parts of the span in the picture of the rhythm, at most. */
const PARTS = 60;

/** Reads a workload and tells of one function all there is to tell. */
export async function runExplain(request: ExplainRequest, listener: Listener): Promise<ExplainReport> {
  const {path, name, report: file, force} = request;
  const place = path === '-' ? 'stdin' : path;
  const {workload, options} = await settled(await readDemand(request, listener), request, listener);
  const row = rowOf(workload, name);
  const alone = onlyRow(workload, row);
  const {ledgers, options: own} = await replayWorkload(alone, place, {
    policies: request.policies,
    // Its own instances alone: what others would take from it is a matter of the fleet.
    options: {
      ...options,
      cells: 1,
      fleet: {count: 1, slots: Number.POSITIVE_INFINITY, memoryMib: Number.POSITIVE_INFINITY},
    },
    threads: request.threads,
  });
  const {runs} = replayReport(alone, ledgers, own, 0);
  const report: ExplainReport = {
    ...factsOf(workload, row, options.defaultMemoryMib),
    runs: runs.map(({policy, cold, coldShare, startDelayMs, peakSlots, slotSeconds, usdPerDay}) => ({
      ...{policy, cold, coldShare, p99StartMs: startDelayMs.p99, peakSlots, idleSeconds: slotSeconds.idle, usdPerDay},
    })),
    plan: await plannedFor(workload, row, place, request, options),
  };
  if (file !== undefined) writeReport(file, force, report, explainPrinted);
  return report;
}

function rowOf(workload: Workload, name: string): number {
  const names = new FunctionNames(workload);
  const found = names.meant(name);
  const all = found.length > 0 ? found : beginningWith(workload, name);
  if (all.length === 1) return all[0]!;
  const some = all.slice(0, 3).map((row) => `'${names.describe(row)}'`);
  throw all.length === 0
    ? usageError(
        `there is no function '${name}'`,
        'give its name or how it begins, or owner/app/name; describe lists them',
      )
    : usageError(
        `'${name}' may be ${all.length} functions, ${some.join(', ')}${all.length > 3 ? ', ...' : ''}`,
        'give owner/app/name',
      );
}

function beginningWith({name, functions}: Workload, prefix: string): number[] {
  return Array.from({length: functions}, (_, row) => row).filter((row) => name.at(row).startsWith(prefix));
}

/** The workload without the calls of the others; rows stay what they are. */
function onlyRow(workload: Workload, row: number): Workload {
  const arrivals = mapLists(workload.arrivals, (list) => ({
    ...list,
    length: list.length.map((n, f) => (f === row ? n : 0)),
  }));
  return {...workload, arrivals, observed: undefined};
}

function factsOf(workload: Workload, row: number, defaultMemoryMib: number): Omit<ExplainReport, 'runs' | 'plan'> {
  const label = ({id, values}: Workload['app']): string => values[id[row]!]!;
  const alone = onlyRow(workload, row);
  const summary = summariseCalls(alone);
  const [calls, callsPerDay, peakPerMinute, gapCv, dispersion] = [
    ...[summary.calls[row]!, summary.callsPerDay[row]!, summary.peakPerMinute[row]!, summary.gapCv[row]!],
    summary.dispersion[row]!,
  ] as [number, number, number, number, number];
  const timers = timersOf(alone);
  const at = timers.function.indexOf(row);
  const {cold, known} = coldCountOf(workload, row);
  let all = 0;
  for (let f = 0; f < workload.functions; f++) all += invocationsOf(workload, f);
  const law = new DurationLaws(workload).of(row);
  return {
    schema: 'coldfront.explain/1',
    ...{function: workload.name.at(row), app: label(workload.app), owner: label(workload.owner)},
    trigger: label(workload.trigger),
    memoryMib: memoryOf(workload, row, defaultMemoryMib),
    ...{calls, callsPerDay, shareOfCalls: all > 0 ? calls / all : null},
    class: classOfCalls({calls, callsPerDay, peakPerMinute, gapCv, dispersion}, workload.arrivals.kind === 'minute'),
    peakPerMinute,
    gapCv: Number.isNaN(gapCv) ? null : gapCv,
    periodMs: at < 0 ? null : timers.periodUs[at]! / US_PER_MS,
    rhythm: rhythmOf(summary.perMinute, workload.meta.spanUs),
    gapsMs: gapsOf(workload, row),
    durationMs: law ? {mean: law.meanUs / US_PER_MS, ...quantiles((p) => law.quantileUs(p) / US_PER_MS)} : null,
    observed: known > 0 ? {cold, of: known} : null,
  };
}

/** Calls by equal parts of the span, whole minutes each. */
function rhythmOf(perMinute: Float64Array, spanUs: number): ExplainReport['rhythm'] {
  const nice = [1, 2, 5, 10, 15, 30, 60, 120, 180, 240, 360, 720, 1440].map((minutes) => minutes * US_PER_MINUTE);
  const partUs = nice.find((us) => spanUs / us <= PARTS) ?? Math.ceil(spanUs / PARTS / US_PER_HOUR) * US_PER_HOUR;
  const minutes = partUs / US_PER_MINUTE;
  const calls = new Array<number>(Math.ceil(perMinute.length / minutes)).fill(0);
  perMinute.forEach((n, minute) => {
    calls[Math.floor(minute / minutes)]! += n;
  });
  return {partMs: partUs / US_PER_MS, calls};
}

/** Quantiles of the times between calls, those of a counted minute evenly spread over it. */
function gapsOf({arrivals}: Workload, row: number): Quantiles | null {
  const cursor = callCursor(arrivals);
  const widthMs = cursor.resolutionUs === 1 ? 0 : cursor.resolutionUs / US_PER_MS;
  const gaps: {readonly ms: number; readonly times: number}[] = [];
  let [last, before] = [Number.NaN, 0];
  cursor.open(row);
  while (cursor.next()) {
    const {calls} = cursor;
    const at = cursor.timeUs / US_PER_MS;
    if (before > 0) gaps.push({ms: at - last - widthMs + widthMs / (2 * before) + widthMs / (2 * calls), times: 1});
    if (calls > 1) gaps.push({ms: widthMs / calls, times: calls - 1});
    [last, before] = [at, calls];
  }
  const all = gaps.reduce((sum, {times}) => sum + times, 0);
  if (all === 0) return null;
  gaps.sort((a, b) => a.ms - b.ms);
  return quantiles((p) => {
    let passed = 0;
    return gaps.find(({times}) => (passed += times) >= p * all)!.ms;
  });
}

function quantiles(at: (p: number) => number): Quantiles {
  return {p10: at(0.1), p50: at(0.5), p90: at(0.9), p99: at(0.99)};
}

/** What the plan of the whole workload gives it. */
async function plannedFor(
  workload: Workload,
  row: number,
  place: string,
  {planSettings, functions}: ExplainRequest,
  options: ReplayOptions,
): Promise<Explained | null> {
  const settings: PlanSettings = {...planSettings, functions: options.settings};
  if (settings.prices.hostUsdPerHour > 0 || workload.meta.spanUs < US_PER_MINUTE) return null;
  checkPlannable(workload, place, settings);
  const files = {functions, limits: undefined, events: undefined, teams: undefined, forecast: undefined};
  const inputs = await readPlanFiles(workload, files, settings, options.settings);
  const {made} = await planWithOutlook(workload, settings, inputs);
  const rows = planRows(made.plan, made.schedule, 0);
  return planReport({workload, ...made, rows, explained: [row]}).explain?.[0] ?? null;
}
