import {usageError} from '../base/errors.ts';
import {US_PER_MS} from '../base/units.ts';
import {keepingIsUndecided, SlotRates} from '../cost/cold-start.ts';
import {checkOutputs, writeOutput} from '../files/output.ts';
import type {ContentionRequest} from '../fleet/contention/read-contention.ts';
import {memoryOf} from '../fleet/memory.ts';
import {type AppSample, sampleApps} from '../replay/frontier/app-sample.ts';
import {type FrontierReport, frontierReport} from '../replay/frontier/frontier-report.ts';
import {frontierSvg} from '../replay/frontier/frontier-svg.ts';
import {frontierPrinted} from '../replay/frontier/frontier-text.ts';
import {sampleErrors} from '../replay/frontier/sample-errors.ts';
import {boundPolicy, referencePolicy, sweepKind, sweepPolicies} from '../replay/frontier/sweep.ts';
import {type ReplayOptions, sharesNothing} from '../replay/options.ts';
import type {PolicyChoice} from '../replay/policies/policy.ts';
import {goesByPrices} from '../replay/policies/registry.ts';
import {replayReport} from '../replay/report/replay-report.ts';
import type {Workload} from '../workload/workload.ts';
import type {Listener} from './listener.ts';
import {calibratedPolicy, type ReplayTask, replayShare, replayWorkload, settled} from './replay.ts';
import {type ReportFile, writeReport} from './report-file.ts';
import {type DemandRequest, readDemand} from './scaling/read-demand.ts';
import {checkShare, type PartHeader, type ShareRequest} from './shard/part.ts';

/** What is to be swept. */
export interface FrontierTask extends Omit<ReplayTask, 'policies'> {
  /** Undefined: the usual sweep. */
  readonly policies: readonly PolicyChoice[] | undefined;
  /** What savings are measured against; undefined: fixed:ttl=10m. */
  readonly baseline?: PolicyChoice | 'calibrated' | undefined;
  /** Share of the apps that stands for all; undefined: all of them. */
  readonly sample?: number | undefined;
}

/** What `coldfront frontier` was asked to do. */
export interface FrontierRequest extends FrontierTask, DemandRequest {
  /** What is said of single functions, CSV or JSON; undefined: nothing. */
  readonly functions: string | undefined;
  /** How calls on a host slow each other down; undefined: they do not. */
  readonly contention: ContentionRequest | undefined;
  /** Where the report goes; undefined: the caller has it. */
  readonly report: ReportFile | undefined;
  /** Picture of the frontier; undefined: none. */
  readonly svg: string | undefined;
  readonly force: boolean;
}

const UNDECIDED =
  'At these prices neither idle time nor waiting costs anything: how long instances are kept is not yours to choose, and policies that go by prices are left out (--delay-usd-per-hour prices waiting).';

/** Reads a workload, sweeps, writes the outputs, and returns the report. */
export async function runFrontier(request: FrontierRequest, listener: Listener): Promise<FrontierReport> {
  const {path, report: file, svg, force} = request;
  checkOutputs([file?.path, svg], force);
  const {workload, options} = await settled(await readDemand(request, listener), request, listener);
  const baseline =
    request.baseline === 'calibrated'
      ? await calibratedPolicy(workload, path, {options, threads: request.threads})
      : request.baseline;
  const report = await frontierOf(workload, path, {...request, options, baseline}, listener);
  if (svg !== undefined) writeOutput(svg, force, (sink) => sink.write(frontierSvg(report)));
  if (file !== undefined) writeReport(file, force, report, frontierPrinted);
  return report;
}

/** Replays a share of the cells of a sweep, writes what becomes of them, and returns what was written. */
export async function runFrontierShare(
  request: Omit<FrontierRequest, 'report' | 'svg'> & {readonly share: ShareRequest},
  listener: Listener,
): Promise<PartHeader> {
  checkShare(request.share);
  const {workload, options} = await settled(await readDemand(request, listener), request, listener);
  const swept = sweptTask(workload, {...request, options}, listener);
  return replayShare(swept.workload, request.path, swept.task, request.share, listener);
}

/** What a sweep replays, as a task of `replay`. */
export function sweptTask(
  workload: Workload,
  task: FrontierTask,
  listener: Listener,
): {readonly workload: Workload; readonly task: ReplayTask} {
  const {policies, sample} = sweepOf(workload, task, listener);
  return {workload: sample?.workload ?? workload, task: {...task, policies}};
}

/** What a sweep replays: its policies, over the workload or a sample of its apps. */
function sweepOf(workload: Workload, task: FrontierTask, {remark}: Listener) {
  const {slots, memoryMib} = task.options.fleet;
  if (task.baseline === 'calibrated') {
    throw usageError(
      '--baseline calibrated takes several replays, of which --shard cannot share the first out',
      'run replay --calibrate once whole, and give the policy that it finds',
    );
  }
  const baselinePolicy = task.baseline?.text ?? referencePolicy;
  const texts = task.policies?.map(({text}) => text);
  const sweep = sweepPolicies(texts, Math.min(slots, memoryMib) < Number.POSITIVE_INFINITY, baselinePolicy);
  // Those that were asked for by name are refused by name.
  const undecided = texts === undefined && keepingIsUndecided(task.options.prices);
  const policies = undecided ? sweep.filter((choice) => !goesByPrices(choice)) : sweep;
  if (undecided) remark?.(UNDECIDED);
  const sample = task.sample === undefined ? undefined : sampleOf(workload, task.sample, task.options);
  return {policies, baselinePolicy, sample};
}

/** Replays a workload, which `place` names in messages, under a sweep of policies. Writes nothing. */
export async function frontierOf(
  workload: Workload,
  place: string,
  task: FrontierTask,
  listener: Listener = {},
): Promise<FrontierReport> {
  const {policies, baselinePolicy, sample} = sweepOf(workload, task, listener);
  const {ledgers, options} = await replayWorkload(sample?.workload ?? workload, place, {...task, policies}, listener);
  const rates = new SlotRates(options.prices);
  const memory = meanMemoryMib(workload, options.defaultMemoryMib);
  return frontierReport(replayReport(workload, ledgers, options, 0), {
    kinds: policies.map(sweepKind),
    boundPolicy,
    baselinePolicy,
    coldStartUsd: (coldMs) => rates.coldStartUsd(coldMs * US_PER_MS, memory),
    sampled: sample && sampleErrors(sample, ledgers, baselinePolicy, options),
  });
}

/** Apps stand for each other only where none takes another's room. */
function sampleOf(workload: Workload, share: number, options: ReplayOptions): AppSample {
  if (!sharesNothing(options)) {
    throw usageError(
      '--sample takes a part of the apps, but in a fleet with limits they share room and starts',
      'leave out --hosts, --slots, --memory, --starts-per-host and --start-rate, or --sample',
    );
  }
  return sampleApps(workload, share, options.seed);
}

function meanMemoryMib(workload: Workload, defaultMib: number): number {
  let sum = 0;
  for (let f = 0; f < workload.functions; f++) sum += memoryOf(workload, f, defaultMib);
  return sum / Math.max(1, workload.functions);
}
