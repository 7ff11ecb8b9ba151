import {usageError} from '../../base/errors.ts';
import {checkOutput} from '../../files/output.ts';
import type {ContentionRequest} from '../../fleet/contention/read-contention.ts';
import {checkPlannable, type PlanSettings} from '../../plan/plan-workload.ts';
import type {ReplayOptions} from '../../replay/options.ts';
import type {PolicyChoice} from '../../replay/policies/policy.ts';
import {replayReport} from '../../replay/report/replay-report.ts';
import {savingsAgainst} from '../../replay/report/savings.ts';
import {invocationsTotal, type Workload} from '../../workload/workload.ts';
import type {Listener} from '../listener.ts';
import {readPlanFiles} from '../plan-files.ts';
import {replayWorkload, settled} from '../replay.ts';
import {type ReportFile, writeReport} from '../report-file.ts';
import {type DemandRequest, readDemand} from '../scaling/read-demand.ts';
import {finds} from './finds.ts';
import {type Measured, measure, type SizeObjectives} from './measure.ts';
import {type CurveRow, Prober, type ProbeTask} from './prober.ts';
import {peakSize, samplePart} from './sample-part.ts';
import {type Ladder, type Searched, searchLadder} from './search.ts';
import {type SizeReport, type SizeSample, sizeReport} from './size-report.ts';
import {sizeCsv, sizeText} from './size-text.ts';

/** What `coldfront size` was asked to do. */
export interface SizeRequest extends DemandRequest {
  readonly functions: string | undefined;
  readonly find: string;
  readonly objectives: SizeObjectives;
  readonly policy: PolicyChoice;
  readonly options: ReplayOptions;
  readonly contention: ContentionRequest | undefined;
  readonly seeds: readonly number[];
  /** Demand is this much more, a share; 0: as it is. */
  readonly headroom: number;
  /** No more of it is tried; undefined: as many as it takes. */
  readonly most: number | undefined;
  /** How slots are planned, where they are sized. */
  readonly planSettings: PlanSettings | undefined;
  /** What is run today, on the fleet that is found; undefined: nobody asked. */
  readonly baseline: PolicyChoice | undefined;
  readonly report: ReportFile | undefined;
  readonly force: boolean;
  readonly threads: number;
}

/** A replay of more calls than this is first looked for in a part. */
const MANY_CALLS = 50e6;
/** Calls of that part. */
const PART_CALLS = 10e6;
/** How near the answer for that many calls is found, as a share of it. */
const RESOLUTION = 0.01;

/** Reads a workload, searches by replay, writes the report and returns it. */
export async function runSize(request: SizeRequest, listener: Listener): Promise<SizeReport> {
  const {path, report: file, force, headroom, scaling, options} = request;
  if (file !== undefined) checkOutput(file.path, force);
  const find = finds.named(request.find);
  find.refuses?.({options, policy: request.policy});
  const more =
    headroom === 0
      ? scaling
      : {...(scaling ?? {scale: 1, by: undefined, seed: options.seed}), times: (scaling?.times ?? 1) * (1 + headroom)};
  const read = await readDemand({...request, scaling: more}, listener);
  const on = await settled(read, request, listener);
  const place = path === '-' ? 'stdin' : path;
  const task: ProbeTask = {
    ...{find, place, workload: on.workload, objectives: request.objectives, seeds: request.seeds},
    given: {options: on.options, policy: request.policy},
    plans:
      request.planSettings &&
      (await planTerms(on.workload, place, request.planSettings, request.functions, on.options)),
    threads: request.threads,
  };
  const found = await search(task, request.most, listener);
  listener.status?.(undefined);
  const sized = sizeReport(task, found.rows, found, {headroom, sample: found.sample});
  const report = request.baseline ? await withBaseline(sized, task, request.baseline) : sized;
  if (file !== undefined) writeReport(file, force, report, {csv: sizeCsv, text: sizeText});
  return report;
}

/** The report with what the answer saves against what is run today, on the same fleet, with the first seed. */
async function withBaseline(report: SizeReport, task: ProbeTask, policy: PolicyChoice): Promise<SizeReport> {
  const {answer} = report;
  const row = report.curve.find(({value}) => value === answer);
  if (answer === null || row === undefined) return report;
  const {workload, place, threads, seeds} = task;
  const {options} = task.find.with(task.given, answer);
  const asked = {policies: [policy], options: {...options, seed: seeds[0]!}, threads};
  const {ledgers, options: own} = await replayWorkload(workload, place, asked);
  const {measured} = measure(replayReport(workload, ledgers, own, 0), ledgers[0]!, task.objectives);
  const compared = ({usdPerDay, p99StartMs}: Measured, name: string) => ({policy: name, usdPerDay, p99StartMs});
  const name = `${finds.named(report.find).written(answer)}, ${report.policy}`;
  return {...report, baseline: savingsAgainst(compared(measured, policy.text), [compared(row, name)])};
}

interface Found extends Searched {
  readonly rows: readonly CurveRow[];
  readonly sample: SizeSample | undefined;
}

async function search(task: ProbeTask, most: number | undefined, listener: Listener): Promise<Found> {
  const {find, given} = task;
  const prober = new Prober(task, listener);
  const {tries} = find;
  if (!('least' in tries)) {
    for (const value of tries) await prober.probe(value);
    return {answer: null, exhaustive: true, rows: [...prober.rows.values()], sample: undefined};
  }
  const least = find.name === 'hosts' ? Math.max(tries.least, given.options.cells) : tries.least;
  const ladder: Ladder = {...tries, least, most: Math.min(most ?? find.most, find.most)};
  if (ladder.most < ladder.least) {
    throw usageError(
      `at most ${find.written(ladder.most)}: fewer than ${find.written(ladder.least)}, the least there can be`,
    );
  }
  const probe = (value: number) => prober.probe(value);
  const calls = invocationsTotal(task.workload);
  const part = find.isRoom && calls > MANY_CALLS ? samplePart(task, PART_CALLS / calls) : undefined;
  if (part === undefined) {
    const searched = await searchLadder(ladder, probe);
    await above(searched.answer, ladder, prober);
    return {...searched, rows: [...prober.rows.values()], sample: undefined};
  }
  const first = new Prober(part.task, listener);
  const small = {...part.ladder, most: Math.ceil(ladder.most * part.share)};
  const {answer} = await around(await peakSize(part.task), small, (value) => first.probe(value));
  const estimate = answer === null ? null : part.forAll(answer);
  const searched =
    estimate === null
      ? await searchLadder(ladder, probe, {resolution: RESOLUTION, oneByOne: 1})
      : await around(estimate, ladder, probe);
  const {apps, ofApps, invocations} = part;
  return {...searched, rows: [...prober.rows.values()], sample: {apps, ofApps, invocations, estimate}};
}

/** The next larger one shows what the answer is near to. */
async function above(answer: number | null, {step, most}: Ladder, prober: Prober): Promise<void> {
  if (answer !== null && answer + step <= most) await prober.probe(answer + step);
}

/** Steps away from an estimate, each twice as wide, until one side meets and the other misses; then bisects. */
async function around(
  estimate: number,
  {least, step, most}: Ladder,
  probe: (value: number) => Promise<CurveRow>,
): Promise<Searched> {
  const onStep = (value: number): number => Math.min(most, Math.max(least, step * Math.round(value / step)));
  const width = Math.max(step, onStep(estimate * RESOLUTION * 2));
  let [low, high] = [least - step, Number.NaN];
  for (let at = onStep(estimate), stride = width; ; stride *= 2) {
    const {met} = await probe(at);
    if (met) high = at;
    else low = at;
    if (met && (Number.isFinite(low) ? low >= least : false)) break;
    if (!met && Number.isFinite(high)) break;
    if (met ? at === least : at === most) break;
    at = onStep(met ? at - stride : at + stride);
  }
  if (Number.isNaN(high)) return {answer: null, exhaustive: false};
  while (high - low > Math.max(step, high * RESOLUTION)) {
    const middle = onStep((low + high) / 2);
    if (middle === low || middle === high) break;
    if ((await probe(middle)).met) high = middle;
    else low = middle;
  }
  return {answer: high, exhaustive: false};
}

/** How plans of that many slots are made: as `plan` makes them for this fleet and these prices. */
async function planTerms(
  workload: Workload,
  place: string,
  planSettings: PlanSettings,
  functions: string | undefined,
  options: ReplayOptions,
) {
  const settings: PlanSettings = {...planSettings, functions: options.settings};
  checkPlannable(workload, place, settings);
  const files = {functions, limits: undefined, events: undefined, teams: undefined, forecast: undefined};
  return {settings, inputs: await readPlanFiles(workload, files, settings, options.settings)};
}
