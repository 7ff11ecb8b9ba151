import {formatCount} from '../../base/units.ts';
import {savingsAgainst} from '../../cost/savings.ts';
import {checkOutput} from '../../files/output.ts';
import type {ContentionRequest} from '../../fleet/contention/read-contention.ts';
import {checkPlannable, type PlanSettings} from '../../plan/plan-workload.ts';
import type {ReplayOptions} from '../../replay/options.ts';
import type {PolicyChoice} from '../../replay/policies/policy.ts';
import {replayReport} from '../../replay/report/replay-report.ts';
import type {Threads} from '../../replay/threads.ts';
import type {Workload} from '../../workload/workload.ts';
import type {Listener} from '../listener.ts';
import {readPlanFiles} from '../plan-files.ts';
import {calibratedPolicy, replayWorkload, settled} from '../replay.ts';
import {type ReportFile, writeReport} from '../report-file.ts';
import {type DemandRequest, readDemand} from '../scaling/read-demand.ts';
import {checkShare, type PartHeader, type ShareRequest} from '../shard/part.ts';
import {findSize, type Search, scout} from './find-size.ts';
import {finds} from './finds.ts';
import {type Measured, measure, type SizeObjectives} from './measure.ts';
import {Prober, type ProbeTask} from './prober.ts';
import {type SizeParts, writeSizePart} from './size-part.ts';
import {type SizeReport, sizeReport} from './size-report.ts';
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
  /** What other machines have found; undefined: all is replayed here. */
  readonly parts?: SizeParts | undefined;
  readonly force: boolean;
  readonly threads: Threads;
}

/** Reads a workload, searches by replay, writes the report and returns it. */
export async function runSize(request: SizeRequest, listener: Listener): Promise<SizeReport> {
  const {report: file, force, headroom, parts} = request;
  if (file !== undefined) checkOutput(file.path, force);
  const task = await taskOf(request, listener);
  const sought: Search = {task: {...task, atHand: parts}, most: request.most};
  parts?.begin(sought);
  const scouted = parts ? parts.scouted : await scout(sought, listener);
  const prober = new Prober(sought.task, listener);
  const found = await findSize(sought, scouted, prober);
  listener.status?.(undefined);
  if (parts && prober.replays > 0) listener.remark?.(replayedHere(prober.replays));
  const sized = sizeReport(task, found.rows, found, {headroom, sample: found.sample, left: found.left});
  const report = request.baseline ? await withBaseline(sized, task, request.baseline) : sized;
  if (file !== undefined) writeReport(file, force, report, sizePrinted);
  return report;
}

/** Does a share of the search, writes what it finds, and returns what was written. */
export async function runSizeShare(
  request: Omit<SizeRequest, 'report' | 'parts'> & {readonly share: ShareRequest},
  listener: Listener,
): Promise<PartHeader> {
  checkShare(request.share);
  const task = await taskOf(request, listener);
  return writeSizePart(request.share, {task, most: request.most}, listener);
}

/** What is tried on what, read and checked. */
async function taskOf(request: Omit<SizeRequest, 'report'>, listener: Listener): Promise<ProbeTask> {
  const {path, headroom, scaling, options} = request;
  const find = finds.named(request.find);
  find.refuses?.({options, policy: request.policy});
  const more =
    headroom === 0
      ? scaling
      : {...(scaling ?? {scale: 1, by: undefined, seed: options.seed}), times: (scaling?.times ?? 1) * (1 + headroom)};
  const read = await readDemand({...request, scaling: more}, listener);
  const on = await settled(read, request, listener);
  const place = path === '-' ? 'stdin' : path;
  return {
    ...{find, place, workload: on.workload, objectives: request.objectives, seeds: request.seeds},
    given: {options: on.options, policy: request.policy},
    plans:
      request.planSettings &&
      (await planTerms(on.workload, place, request.planSettings, request.functions, on.options)),
    threads: request.threads,
  };
}

function replayedHere(replays: number): string {
  return replays === 1
    ? 'One replay that the search asked for was in no part, and made here.'
    : `${formatCount(replays)} replays that the search asked for were in no part, and made here.`;
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
