import {usageError} from '../base/errors.ts';
import {keepingIsUndecided} from '../cost/cold-start.ts';
import {checkOutput} from '../files/output.ts';
import {checkColdTimes} from '../fleet/settings/cold-by-function.ts';
import {withSettings} from '../fleet/settings/with-settings.ts';
import {encodePlan} from '../plan/file/encode-plan.ts';
import {FunctionNames} from '../plan/file/function-names.ts';
import {type PlanRows, planRows} from '../plan/file/plan-rows.ts';
import type {GrantedOrder} from '../plan/outcome/granted.ts';
import {type PlanReport, planReport} from '../plan/outcome/plan-report.ts';
import {checkPlannable, type PlanSettings, type WorkloadPlan} from '../plan/plan-workload.ts';
import type {PolicyChoice} from '../replay/policies/policy.ts';
import {writeArtifact} from '../workload/file/write-artifact.ts';
import type {Workload} from '../workload/workload.ts';
import type {Listener} from './listener.ts';
import {longPlanText} from './long-run.ts';
import {type PlanFiles, readPlanFiles, readSettingsOf} from './plan-files.ts';
import {expecting, outlookOf, planWithOutlook} from './plan-outlook.ts';
import {planMetadata, replayOptionsOf} from './plan-policy.ts';
import {savingsAfter} from './plan-savings.ts';
import {originsIn, validatePlans, validationWork} from './plan-validate.ts';
import {calibratedPolicy} from './replay.ts';
import {type DemandRequest, readDemand} from './scaling/read-demand.ts';
import {checkShare, type PartHeader, type ShareRequest} from './shard/part.ts';
import {type Pieces, writePieces} from './shard/pieces.ts';

/** What `coldfront plan` was asked to do. */
export interface PlanRequest extends DemandRequest {
  /** Plan file to write; undefined: none. */
  readonly out: string | undefined;
  readonly force: boolean;
  readonly settings: PlanSettings;
  readonly files: PlanFiles;
  /** Names of functions to explain. */
  readonly explain: readonly string[];
  /** Refused slots to list. */
  readonly refused: number;
  /** Functions that have slots to list, and their order. */
  readonly granted: {readonly order: GrantedOrder; readonly top: number};
  /** What runs without a plan; calibrated: the keep-alive that comes nearest to what the trace tells. */
  readonly baseline: PolicyChoice | 'calibrated';
  /** Plans to be made inside the trace, each replayed on what comes after it; 0: none. */
  readonly origins: number;
  /** What those find, where other machines have found it; undefined: it is found here. */
  readonly pieces?: Pieces | undefined;
}

/** Reads a workload, plans, writes the plan file, and returns the report. */
export async function runPlan(request: PlanRequest, listener: Listener): Promise<PlanReport> {
  const {out} = request;
  if (out !== undefined) checkOutput(out, request.force);
  const {workload, place, settings, inputs, explained} = await asked(request, listener);
  const startedMs = performance.now();
  const planned = await planWithOutlook(workload, settings, inputs, (measured, tried) => {
    const long = longPlanText(measured, tried);
    if (long !== undefined) listener.remark?.(long);
  });
  const {made} = planned;
  const rows = planRows(made.plan, made.schedule, request.refused);
  const baseline = await baselineOf(workload, place, settings, request.baseline);
  const {origins, granted, pieces} = request;
  const terms = {baseline, origins, made: inputs.forecast ? undefined : planned};
  const validation = origins > 0 ? await validatePlans(workload, settings, inputs, terms, pieces) : undefined;
  const after = settings.trainUntilUs < workload.meta.spanUs ? validation?.[0] : undefined;
  const report: PlanReport = {
    ...expecting(planReport({workload, ...made, rows, explained, granted}), planned.expectation),
    ...(await outlookOf(workload, settings, planned, baseline)),
    ...(after && {savings: savingsAfter(baseline, after)}),
    ...(settings.prices.origin && {prices: settings.prices.origin}),
    ...(validation && {validation}),
  };
  const seconds = (performance.now() - startedMs) / 1000;
  listener.timing?.(
    `planned ${report.functions} functions x ${report.windows} windows in ${seconds.toFixed(3)} s (resident ${Math.round(process.memoryUsage.rss() / 1048576)} MiB)`,
  );
  if (out !== undefined) writePlan({...request, out}, workload, made, rows, report);
  return report;
}

/** Does a share of the plans inside the trace and of the policies beside them, and writes what comes of them. */
export async function runPlanShare(
  request: PlanRequest & {readonly share: ShareRequest},
  listener: Listener,
): Promise<PartHeader> {
  checkShare(request.share);
  if (request.origins === 0) {
    throw usageError(
      '--shard shares out what --validate finds: a plan itself is made on one machine',
      'add --validate',
    );
  }
  const {workload, place, settings, inputs} = await asked(request, listener);
  const baseline = await baselineOf(workload, place, settings, request.baseline);
  const terms = {baseline, origins: request.origins, made: undefined};
  return writePieces(request.share, await validationWork(workload, settings, inputs, terms));
}

/** What is planned for and from what, read and checked. */
async function asked(request: PlanRequest, listener: Listener) {
  const {path} = request;
  if (request.settings.objective === 'dollars' && keepingIsUndecided(request.settings.prices)) {
    throw usageError(
      'a plan weighs idle time against waiting, and at these prices both are free',
      'give waiting a price with --delay-usd-per-hour',
    );
  }
  if (request.settings.prices.hostUsdPerHour > 0) {
    throw usageError(
      'a plan gives slots their price, and at these prices hosts are charged whole (hostUsdPerHour)',
      'give another sheet, or --price hostUsdPerHour=0 and what a slot costs',
    );
  }
  const read = await readDemand({...request, functions: request.files.functions}, listener);
  const place = path === '-' ? 'stdin' : path;
  checkPlannable(read, place, request.settings);
  const {functions, limits} = await readSettingsOf(read, request.files, listener.remark);
  const workload = withSettings(read, functions);
  const settings = {...request.settings, functions};
  if (functions) checkColdTimes(settings.cold, functions, workload, place);
  const explained = explainedRows(workload, request.explain);
  if (request.origins > 0) originsIn(workload.meta.spanUs, settings.trainUntilUs, request.origins);
  const inputs = await readPlanFiles(workload, request.files, settings, limits);
  return {workload, place, settings, inputs, explained};
}

/** What runs without a plan, as one writes it; what a log tells of it is told of what came before the plan. */
async function baselineOf(
  workload: Workload,
  place: string,
  settings: PlanSettings,
  baseline: PlanRequest['baseline'],
): Promise<string> {
  if (baseline !== 'calibrated') return baseline.text;
  const options = replayOptionsOf(settings, workload);
  const untilUs = Math.min(options.untilUs, settings.trainUntilUs);
  return (await calibratedPolicy(workload, place, {options: {...options, untilUs}, threads: 1})).text;
}

function explainedRows(workload: Workload, wanted: readonly string[]): number[] {
  const names = new FunctionNames(workload);
  return wanted.flatMap((name) => {
    const found = names.meant(name);
    if (found.length > 0) return found;
    throw usageError(`--explain is '${name}', must be a function of the workload`, 'give its name, or owner/app/name');
  });
}

function writePlan(
  {out, force}: PlanRequest & {readonly out: string},
  workload: Workload,
  made: WorkloadPlan,
  rows: PlanRows,
  report: PlanReport,
): void {
  const metadata = planMetadata(workload, made).set('summary', JSON.stringify(report));
  writeArtifact(out, force, (sink) => encodePlan(workload, rows, metadata, sink));
}
