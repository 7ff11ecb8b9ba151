import {encodePlan} from '../plan/file/encode-plan.ts';
import {readPlan} from '../plan/file/plan-file.ts';
import {planRows} from '../plan/file/plan-rows.ts';
import type {PlanSettings, WorkloadPlan} from '../plan/plan-workload.ts';
import {type ReplayOptions, usualOptions} from '../replay/options.ts';
import {followedPlan} from '../replay/policies/plan/followed-plan.ts';
import type {PreparedRest} from '../replay/policies/plan/rest-policies.ts';
import type {PolicyChoice} from '../replay/policies/policy.ts';
import type {Workload} from '../workload/workload.ts';

/** The replay that a plan is for: its fleet, prices and defaults, the whole span, else what `replay` does without flags. */
export function replayOptionsOf(settings: PlanSettings, {meta}: Workload): ReplayOptions {
  const {fleet, cells, cold, defaultDurationUs, defaultMemoryMib, prices, seed, concurrency} = settings;
  const own = {fleet, cells, cold, defaultDurationUs, defaultMemoryMib, prices, seed, concurrency};
  return {...usualOptions, ...own, ...startsOf(settings), settings: settings.functions, untilUs: meta.spanUs};
}

function startsOf({startRate, startsPerSecond}: PlanSettings): Partial<ReplayOptions> & {startsPerSecond: number} {
  if (startRate === undefined) return {startsPerSecond};
  const {perSecond, burst, perFunction} = startRate;
  return {startsPerSecond: perSecond, startBurst: burst, startsPerFunction: perFunction};
}

/** What the metadata of a plan file say of the plan, besides its report. */
export function planMetadata({meta}: Workload, {plan}: WorkloadPlan): Map<string, string> {
  const {rest} = plan.terms;
  return new Map([
    ['rest', rest.name],
    ...(rest.kind === 'kept' ? [['spill_us', String(plan.otherKeepAliveUs)] as const] : []),
    ['source', meta.source],
    ['start_time', meta.startTime],
    ['origin_us', String(meta.originUs)],
  ]);
}

/** The policy that follows a plan, read from the very bytes that its file would have. */
export function planPolicy(
  workload: Workload,
  made: WorkloadPlan,
  options: ReplayOptions,
  rest: PreparedRest | undefined,
): PolicyChoice {
  const pieces: Uint8Array[] = [];
  const sink = {write: (piece: Uint8Array | string) => void pieces.push(Buffer.from(piece as Uint8Array))};
  encodePlan(workload, planRows(made.plan, made.schedule, 0), planMetadata(workload, made), sink);
  const bytes = Buffer.concat(pieces);
  const file = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length) as ArrayBuffer;
  const prepared = followedPlan(readPlan(file, 'the plan'), {
    place: 'the plan',
    workload,
    options,
    rest,
    spillUs: undefined,
  });
  return {text: 'plan', name: 'plan', values: {}, prepared};
}
