import {inputError, usageError} from '../base/errors.ts';
import {formatCount} from '../base/units.ts';
import {checkOutputs, writeOutput} from '../files/output.ts';
import {type ContentionRequest, readContention, sharedCores} from '../fleet/contention/read-contention.ts';
import {checkColdTimes} from '../fleet/settings/cold-by-function.ts';
import {readFunctionSettings} from '../fleet/settings/read-settings.ts';
import {withSettings} from '../fleet/settings/with-settings.ts';
import {refuseCrowdedMinutes} from '../replay/calls/crowded-minutes.ts';
import type {Ledger} from '../replay/ledger.ts';
import {engines, type ReplayOptions, withinSpan} from '../replay/options.ts';
import type {PolicyChoice} from '../replay/policies/policy.ts';
import {policies, preparePolicies} from '../replay/policies/registry.ts';
import {chargeLines, chargesHeader, chargesOf} from '../replay/report/chargeback.ts';
import {besideCalm} from '../replay/report/failures.ts';
import {type Calibrated, type ReplayReport, replayReport} from '../replay/report/replay-report.ts';
import {replayPrinted} from '../replay/report/replay-text.ts';
import {callsWithin} from '../replay/run/all-calls.ts';
import {type Hearing, type OutcomesAtHand, replay} from '../replay/run/replay.ts';
import type {Asked} from '../replay/run/replay-plan.ts';
import type {Threads} from '../replay/threads.ts';
import {loadPages} from '../workload/parts/paged.ts';
import {invocationsTotal, type Workload} from '../workload/workload.ts';
import {calibrate} from './calibrate.ts';
import type {Listener} from './listener.ts';
import {longRunText} from './long-run.ts';
import {onPlatform, type Settled, tellsColdCalls} from './on-platform.ts';
import {type Played, planOnPlatform} from './plan-on-platform.ts';
import {refuseTogether} from './refuse-together.ts';
import {withTeamsAlone} from './replay-alone.ts';
import {withBaseline} from './replay-baseline.ts';
import {type ReportFile, writeReport} from './report-file.ts';
import {type DemandRequest, readDemand} from './scaling/read-demand.ts';
import {withScoreRanks} from './score-ranks.ts';
import {checkShare, type PartHeader, type ShareRequest, writePart} from './shard/part.ts';
import type {LogRequest, ReplayLogs} from './timeline.ts';
import type {Show} from './watched-replay.ts';

/** What is to be replayed. */
export interface ReplayTask {
  readonly policies: readonly PolicyChoice[];
  /** `untilUs` may be Infinity: to the end of the span. */
  readonly options: ReplayOptions;
  readonly threads: Threads;
  /** Outcomes of all cells, where other machines have worked them out; undefined: they are worked out here. */
  readonly parts?: (OutcomesAtHand & {readonly calm?: OutcomesAtHand}) | undefined;
}

/** A ledger a policy, in their order, and the options with the workload's span. */
export interface Replayed {
  readonly ledgers: readonly Ledger[];
  readonly options: ReplayOptions;
}

/** What `coldfront replay` was asked to do. */
export interface ReplayRequest extends ReplayTask, LogRequest, DemandRequest {
  /** Where the report goes; undefined: the caller has it. */
  readonly report: ReportFile | undefined;
  /** What is said of single functions, CSV or JSON; undefined: nothing. */
  readonly functions: string | undefined;
  /** How calls on a host slow each other down; undefined: they do not. */
  readonly contention: ContentionRequest | undefined;
  /** CSV of every function; undefined: none. */
  readonly perFunction: string | undefined;
  /** Teams in the report, largest first. */
  readonly teams: number;
  /** Each of them is replayed by itself as well. */
  readonly alone: boolean;
  /** Shows the replay while it runs; undefined: nobody looks on. */
  readonly watch?: Show | undefined;
  /** What is run today, a policy or `calibrated`: what the others save against it is told; undefined: nobody asked. */
  readonly baseline: PolicyChoice | 'calibrated' | undefined;
  /** Replay first the keep-alive that comes nearest to the cold starts that the trace tells. */
  readonly calibrate: boolean;
}

/** A share of what was asked, of which only a part is written. */
export type ReplayShare = Omit<ReplayRequest, 'report' | 'perFunction'> & {readonly share: ShareRequest};

/** Replays a share of the cells, writes what becomes of them, and returns what was written. */
export async function runReplayShare(request: ReplayShare, listener: Listener): Promise<PartHeader> {
  checkShare(request.share);
  if (request.calibrate || request.alone) {
    throw usageError(
      `--${request.calibrate ? 'calibrate' : 'alone'} takes several replays, of which --shard cannot share the first out`,
      request.calibrate ? 'run it once whole, and share out the policy that it finds' : 'leave out --shard',
    );
  }
  const read = await readDemand({...request, paged: canPage(request)}, listener);
  const {workload, options} = await settled(read, request, listener);
  if (calibratesPlatform(options, workload)) {
    throw usageError('--shard needs a policy where the platform keeps instances as the log tells', 'name it: --policy');
  }
  if (request.baseline === 'calibrated') {
    throw usageError('--baseline calibrated takes several replays', 'find it once whole, and name the policy');
  }
  const task = {...request, options, policies: withToday(request.policies, request.baseline)};
  const logs = await logsOf(request, workload, task);
  return replayShare(workload, request.path, task, request.share, listener, logs?.asked);
}

/** Reads a workload, replays it, writes the outputs, and returns the report. */
export async function runReplay(request: ReplayRequest, listener: Listener): Promise<ReplayReport> {
  const {path, report: file, perFunction, calls, timeline, force} = request;
  // Without a file the caller prints the report.
  checkOutputs([file?.path ?? '-', perFunction, calls, timeline?.path], force);
  const read = await readDemand({...request, paged: canPage(request)}, listener);
  const {workload, options: given} = await settled(read, request, listener);
  const asObserved = calibratesPlatform(given, workload);
  const calibrated =
    request.calibrate || request.baseline === 'calibrated' || asObserved
      ? await calibrateTask(workload, path, {...request, options: given})
      : undefined;
  const found = calibrated ? [policies.parse(calibrated.policy, '--calibrate')] : [];
  const listed = [...found, ...(asObserved ? [] : request.policies)];
  const {baseline} = request;
  const today = baseline === 'calibrated' ? found[0] : baseline;
  const task = {...request, options: given, policies: withToday(listed, today)};
  const logs = await logsOf(request, workload, task);
  const {ledgers, options} = await replayAsAsked(workload, task, logs, request, listener);
  logs?.write(workload, task.policies, options);
  const told = replayReport(workload, ledgers, options, request.teams, calibrated, request.by);
  const together = withScoreRanks(told, workload, ledgers, options);
  const beside = given.faults ? await besideCalmRuns(together, workload, path, task) : together;
  const compared = today === undefined ? beside : withBaseline(beside, today.text);
  const report = request.alone
    ? await withTeamsAlone(compared, workload, given.settings, (its) => replayWorkload(its, path, task))
    : compared;
  if (perFunction !== undefined) {
    writeOutput(perFunction, force, (sink) => {
      sink.write(chargesHeader('function'));
      for (const [k, ledger] of ledgers.entries()) {
        const charges = chargesOf(workload, ledger, report.runs[k]!.costUsd.total, options, 'function');
        for (const line of chargeLines(ledger.policy, charges, 'function')) sink.write(line);
      }
    });
  }
  if (file !== undefined) writeReport(file, force, report, replayPrinted);
  return report;
}

/** What runs today is replayed first, unless it is one of those asked for. */
function withToday(listed: readonly PolicyChoice[], today: PolicyChoice | undefined): readonly PolicyChoice[] {
  const isListed = today === undefined || listed.some(({text}) => text === today.text);
  return isListed ? listed : [today, ...listed];
}

/** Cells read the lists of their own functions; what else looks at them wants them all. */
function canPage({alone, watch, timeline, contention}: Omit<ReplayShare, 'share'>): boolean {
  return !alone && watch === undefined && timeline === undefined && contention?.detect === undefined;
}

/** The replay, looked at while it runs where somebody wants to. */
async function replayAsAsked(
  workload: Workload,
  task: ReplayTask,
  logs: ReplayLogs | undefined,
  {path, watch}: ReplayRequest,
  listener: Listener,
): Promise<Replayed> {
  if (watch === undefined) return replayWorkload(workload, path, task, listener, logs);
  const {WatchedReplay} = await import('./watched-replay.ts');
  const watched = new WatchedReplay(task.policies, withinSpan(task.options, workload.meta.spanUs), watch, logs);
  try {
    return await replayWorkload(workload, path, {...task, threads: 1}, {remark: listener.remark}, watched);
  } finally {
    await watched.stop();
  }
}

/** The report with what failures add to start delays: the same is replayed without any. */
async function besideCalmRuns(
  report: ReplayReport,
  workload: Workload,
  path: string,
  task: ReplayTask,
): Promise<ReplayReport> {
  const calm = await replayWorkload(workload, path, {
    ...task,
    parts: task.parts?.calm,
    options: {...task.options, faults: undefined},
  });
  const runs = replayReport(workload, calm.ledgers, calm.options, 0).runs;
  return {...report, runs: report.runs.map((run, k) => besideCalm(run, runs[k]!))};
}

/** The workload on the platform of the options, and what that does with idle instances. */
export async function playedOn(
  read: Workload,
  place: string,
  request: Pick<ReplayRequest, 'functions' | 'contention' | 'options' | 'policies' | 'threads'>,
  listener: Listener,
): Promise<Settled & {readonly policy: PolicyChoice}> {
  const {workload, options: given} = await settled(read, request, listener);
  const options = withinSpan(given, workload.meta.spanUs);
  checkColdTimes(options.cold, options.settings, workload, place);
  const [policy] = request.policies;
  if (!calibratesPlatform(options, workload)) return {workload, options, policy: policy!};
  const found = await calibrateTask(workload, place, {...request, options});
  return {workload, options, policy: policies.parse(found.policy, '--calibrate')};
}

/** Instances stay on the platform for as long as the trace tells, if nobody says for how long. */
function calibratesPlatform({platform}: ReplayOptions, workload: Workload): boolean {
  if (platform?.platform.calibrates !== true || !platform.assumed.includes('policy')) return false;
  return tellsColdCalls(workload);
}

/** What cells tell besides, undefined where nothing is asked; writers of tables load only then. */
async function logsOf(
  request: LogRequest,
  workload: Workload,
  {options, policies}: ReplayTask,
): Promise<ReplayLogs | undefined> {
  if (request.calls === undefined && request.timeline === undefined) return undefined;
  const {ReplayLogs} = await import('./timeline.ts');
  return new ReplayLogs(request, workload, options, policies);
}

/** The workload and the options with what `--functions` says of single functions, and the platform of all. */
export async function settled(
  workload: Workload,
  {functions, contention, options}: Pick<ReplayRequest, 'functions' | 'contention' | 'options'>,
  {remark = () => {}}: Listener,
): Promise<Settled> {
  const given = functions === undefined ? undefined : await readFunctionSettings([functions], workload, remark);
  const settled = onPlatform({workload: withSettings(workload, given), options: {...options, settings: given}});
  const own = await contended(settled.workload, settled.options, contention, remark);
  refuseTogether(own);
  return {...settled, options: own};
}

/** The options with what `--cores` and `--contention` say. */
async function contended(
  workload: Workload,
  options: ReplayOptions,
  asked: ContentionRequest | undefined,
  note: (line: string) => void,
): Promise<ReplayOptions> {
  if (asked === undefined) return options;
  const {path} = asked;
  const contention =
    path === undefined
      ? sharedCores(asked, workload.functions)
      : await readContention({...asked, path}, workload, options.settings, note);
  return {...options, contention};
}

function calibrateTask(workload: Workload, place: string, task: ReplayTask): Promise<Calibrated> {
  const {fromUs, untilUs} = withinSpan(task.options, workload.meta.spanUs);
  return calibrate(workload, place, [fromUs, untilUs], async (choices) => {
    const {ledgers} = await replayWorkload(workload, place, {...task, policies: choices});
    return ledgers;
  });
}

/** What a log tells to have run: the keep-alive that comes nearest to its cold starts. */
export async function calibratedPolicy(
  workload: Workload,
  place: string,
  task: Pick<ReplayTask, 'options' | 'threads'>,
): Promise<PolicyChoice> {
  const {policy} = await calibrateTask(workload, place, {...task, policies: []});
  return policies.parse(policy, '--baseline');
}

/** Replays a share of the cells of a workload, which `place` names in messages, and writes its part. */
export async function replayShare(
  workload: Workload,
  place: string,
  task: ReplayTask,
  share: ShareRequest,
  listener: Listener,
  asked?: Asked,
): Promise<PartHeader> {
  const {policies, options} = await readied(workload, place, task, listener);
  if (policies.some((policy) => planOnPlatform(policy, workload, options) !== undefined)) {
    throw usageError('--shard cannot share out a plan whose slots a platform keeps', 'leave out --shard');
  }
  const mine = (invocationsTotal(workload) * policies.length) / share.shard.of;
  const bar = await listener.progress?.('replaying', mine, 'invocations');
  try {
    return await writePart(share, {workload, policies, options, asked}, task.threads, bar?.advance);
  } finally {
    await bar?.stop();
  }
}

/** The policies of a task, ready to be replayed, and its options with the workload's span. */
export async function readied(
  workload: Workload,
  place: string,
  task: ReplayTask,
  {remark = () => {}, timing}: Listener,
): Promise<{readonly policies: readonly PolicyChoice[]; readonly options: ReplayOptions}> {
  const options = withinSpan(task.options, workload.meta.spanUs);
  if (invocationsTotal(workload) === 0) throw inputError(place, 'holds no call, so there is nothing to replay');
  checkColdTimes(options.cold, options.settings, workload, place);
  refuseCrowdedMinutes(workload, options.cells, options.untilUs);
  // What is prepared is for those who work outcomes out.
  if (task.parts !== undefined) return {policies: task.policies, options};
  const all = callsWithin(workload, 0, options.untilUs).most.reduce((sum, its) => sum + its, 0);
  const {length} = task.policies;
  const what = `${formatCount(all)} calls are replayed${length > 1 ? ` under ${length} policies` : ''}`;
  const long = longRunText(what, all * length, task.threads);
  if (long !== undefined) remark(long);
  const {threads} = task;
  // Forecasts and plans are made of all functions at once.
  const prepares = task.policies.some(({name}) => policies.named(name).prepare !== undefined);
  const whole = prepares ? loadPages(workload) : workload;
  const input = {workload: whole, options, threads, note: remark, timing};
  return {policies: await preparePolicies(task.policies, input), options};
}

/**
 * Replays a workload, which `place` names in messages. Writes nothing, and reads only what policies name: a plan, a
 * model.
 */
export async function replayWorkload(
  workload: Workload,
  place: string,
  task: ReplayTask,
  listener: Listener = {},
  hearing?: Hearing,
): Promise<Replayed> {
  const {policies, options} = await readied(workload, place, task, listener);
  const calls = invocationsTotal(workload);
  const {timing} = listener;
  const bar = await listener.progress?.('replaying', calls * policies.length, 'invocations', policies.length, 'policy');
  const startedMs = performance.now();
  let ledgers: Ledger[];
  let seconds: number;
  try {
    const kept = policies.map((policy) => planOnPlatform(policy, workload, options));
    const others = policies.filter((_, k) => kept[k] === undefined);
    const rest =
      others.length === 0
        ? []
        : await replay(workload, others, options, task.threads, bar?.advance, hearing, task.parts);
    ledgers = [];
    for (const played of kept) ledgers.push(played ? await replayKept(workload, played, task.threads) : rest.shift()!);
    seconds = (performance.now() - startedMs) / 1000;
  } finally {
    await bar?.stop();
  }
  const replayed = ledgers.reduce((sum, ledger) => sum + ledger.counts.invocations, 0);
  const rate = (replayed / seconds / 1e6).toFixed(2);
  timing?.(
    `replayed ${replayed} invocations in ${seconds.toFixed(3)} s (${rate} M invocations/s)${servedText(ledgers)}`,
  );
  return {ledgers, options};
}

/** The run of a plan whose slots are instances that the platform keeps. */
async function replayKept(workload: Workload, {policy, options}: Played, threads: Threads): Promise<Ledger> {
  const [ledger] = await replay(workload, [policy], options, threads);
  ledger!.minimums = options.minimums;
  return ledger!;
}

/** What served the calls, the most first, and which share of them; bounds are computed and served by none. */
function servedText(ledgers: readonly Ledger[]): string {
  const shares = engines
    .map((engine) => ({engine, calls: ledgers.reduce((sum, {served}) => sum + (served.get(engine) ?? 0), 0)}))
    .filter(({calls}) => calls > 0)
    .sort((a, b) => b.calls - a.calls);
  const all = shares.reduce((sum, {calls}) => sum + calls, 0);
  const texts = shares.map(({engine, calls}) => `${engine} ${((100 * calls) / all).toFixed(1)} %`);
  return texts.length === 0 ? '' : ` by ${texts.join(', ')}`;
}
