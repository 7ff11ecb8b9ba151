import {usageError} from '../../base/errors.ts';
import {savingsAgainst} from '../../cost/savings.ts';
import {checkOutput} from '../../files/output.ts';
import type {ContentionRequest} from '../../fleet/contention/read-contention.ts';
import {checkPlannable, type PlanSettings} from '../../plan/plan-workload.ts';
import type {ReplayOptions} from '../../replay/options.ts';
import type {PolicyChoice} from '../../replay/policies/policy.ts';
import {replayReport} from '../../replay/report/replay-report.ts';
import {invocationsTotal, type Workload} from '../../workload/workload.ts';
import type {Listener} from '../listener.ts';
import {readPlanFiles} from '../plan-files.ts';
import {calibratedPolicy, replayWorkload, settled} from '../replay.ts';
import {type ReportFile, writeReport} from '../report-file.ts';
import {type DemandRequest, readDemand} from '../scaling/read-demand.ts';
import {finds} from './finds.ts';
import {type Measured, measure, type SizeObjectives} from './measure.ts';
import {type CurveRow, Prober, type ProbeTask} from './prober.ts';
import {peakSize, type SizedPart, samplePart} from './sample-part.ts';
import {type Ladder, ONE_BY_ONE, type Searched, searchAround, searchLadder} from './search.ts';
import {type SizeReport, type SizeSample, sizeReport} from './size-report.ts';
import {sizePrinted} from './size-text.ts';

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
  readonly baseline: PolicyChoice | 'calibrated' | undefined;
  readonly report: ReportFile | undefined;
  readonly force: boolean;
  readonly threads: number;
}

/** A replay of more calls than this is first looked for in a part. */
const MANY_CALLS = 20e6;
/** Calls of that part. */
const PART_CALLS = 5e6;
/** How near the answer for that many calls is found, as a share of it. */
const RESOLUTION = 0.01;
/** Sizes are tried one by one as far as so many calls go, and less than a whole search of fewer calls takes. */
const EXHAUSTIVE_CALLS = 600e6;
/** Of many calls whole replays go on for so many of them, but there are two at least: one that meets, one that misses. */
const WHOLE_CALLS = 600e6;
const LEAST_REPLAYS = 2;
const THRIFTY = {resolution: RESOLUTION, oneByOne: 1};

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
  if (file !== undefined) writeReport(file, force, report, sizePrinted);
  return report;
}

/** The report with what the answer saves against what is run today, on the same fleet, with the first seed. */
async function withBaseline(
  report: SizeReport,
  task: ProbeTask,
  asked: PolicyChoice | 'calibrated',
): Promise<SizeReport> {
  const {answer} = report;
  const row = report.curve.find(({value}) => value === answer);
  if (answer === null || row === undefined) return report;
  const {workload, place, threads, seeds} = task;
  const {options} = task.find.with(task.given, answer);
  const seeded = {options: {...options, seed: seeds[0]!}, threads};
  const policy = asked === 'calibrated' ? await calibratedPolicy(workload, place, seeded) : asked;
  const {ledgers, options: own} = await replayWorkload(workload, place, {...seeded, policies: [policy]});
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
  const calls = invocationsTotal(task.workload);
  const part = calls > MANY_CALLS ? samplePart(task, PART_CALLS / calls) : undefined;
  if (!('least' in tries)) return searchGrid(tries, prober, part, listener);
  const least = find.name === 'hosts' ? Math.max(tries.least, given.options.cells) : tries.least;
  const ladder: Ladder = {...tries, least, most: Math.min(most ?? find.most, find.most)};
  if (ladder.most < ladder.least) {
    throw usageError(
      `at most ${find.written(ladder.most)}: fewer than ${find.written(ladder.least)}, the least there can be`,
    );
  }
  const probe = (value: number) => prober.probe(value);
  if (part === undefined) {
    const oneByOne = Math.max(1, Math.min(ONE_BY_ONE, Math.floor(EXHAUSTIVE_CALLS / Math.max(1, calls))));
    const searched = await searchLadder(ladder, probe, calls > MANY_CALLS ? THRIFTY : {oneByOne});
    await above(searched.answer, ladder, prober);
    return {...searched, rows: [...prober.rows.values()], sample: undefined};
  }
  return searchByPart(ladder, prober, part, calls, listener);
}

/** Many calls: a part says where to look, then all are replayed about there, with the first seed and as few times as will do. */
async function searchByPart(
  ladder: Ladder,
  prober: Prober,
  part: SizedPart,
  calls: number,
  listener: Listener,
): Promise<Found> {
  const first = new Prober(part.task, listener);
  const small = {...part.ladder, most: Math.ceil(ladder.most * part.share)};
  const beginning = part.task.find.isRoom ? await peakSize(part.task) : small.least;
  const ofPart = (value: number) => first.probe(value);
  const {answer} = part.task.find.isRoom
    ? await searchAround(beginning, small, ofPart, {resolution: RESOLUTION, tries: Number.POSITIVE_INFINITY})
    : await searchLadder(small, ofPart, THRIFTY);
  const estimate = answer === null ? null : part.forAll(answer);
  const affordable = Math.max(LEAST_REPLAYS, Math.floor(WHOLE_CALLS / calls));
  const once = (value: number) => prober.probe(value, 1);
  const sparing = {resolution: RESOLUTION, tries: affordable};
  let searched =
    estimate === null ? await searchLadder(ladder, once, THRIFTY) : await searchAround(estimate, ladder, once, sparing);
  // The answer is to hold with the other seeds too, where so many replays are affordable.
  while (searched.answer !== null && affordable > 2 * LEAST_REPLAYS) {
    if ((await prober.probe(searched.answer)).met) break;
    const more = Math.ceil((searched.answer * (1 + RESOLUTION)) / ladder.step) * ladder.step;
    if (more > ladder.most) searched = {answer: null, exhaustive: false};
    else searched = await searchAround(more, {...ladder, least: more}, once, sparing);
  }
  return {...searched, rows: [...prober.rows.values()], sample: sampleOf(part, estimate)};
}

/** Every value of a grid; of many calls those that meet on a part, the cheapest first, until one meets on all. */
async function searchGrid(
  tries: readonly number[],
  prober: Prober,
  part: SizedPart | undefined,
  listener: Listener,
): Promise<Found> {
  if (part === undefined) {
    for (const value of tries) await prober.probe(value);
    return {answer: null, exhaustive: true, rows: [...prober.rows.values()], sample: undefined};
  }
  const first = new Prober(part.task, listener);
  for (const value of tries) await first.probe(value);
  const meeting = [...first.rows.values()].filter(({met}) => met).sort((a, b) => a.usdPerDay - b.usdPerDay);
  const order = meeting.length > 0 ? meeting.map(({value}) => value) : tries;
  for (const value of order) if ((await prober.probe(value)).met) break;
  return {
    answer: null,
    exhaustive: false,
    rows: [...prober.rows.values()],
    sample: sampleOf(part, meeting[0]?.value ?? null),
  };
}

function sampleOf({apps, ofApps, invocations}: SizedPart, estimate: number | null): SizeSample {
  return {apps, ofApps, invocations, estimate};
}

/** The next larger one shows what the answer is near to. */
async function above(answer: number | null, {step, most}: Ladder, prober: Prober): Promise<void> {
  if (answer !== null && answer + step <= most) await prober.probe(answer + step);
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
