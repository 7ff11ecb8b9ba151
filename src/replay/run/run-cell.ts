import {usageError} from '../../base/errors.ts';
import {US_PER_MS, US_PER_SECOND} from '../../base/units.ts';
import {Durations} from '../../demand/durations/durations.ts';
import type {ColdTime} from '../../fleet/cold-time/cold-time.ts';
import {startCoresOf} from '../../fleet/cold-time/start-cores.ts';
import {type HostShape, hostsOfCell, pooled} from '../../fleet/host-shape.ts';
import {memoryOf} from '../../fleet/memory.ts';
import {coldByFunction} from '../../fleet/settings/cold-by-function.ts';
import {settingOf} from '../../fleet/settings/columns.ts';
import type {BillingTerms} from '../../scheduler/core/billing.ts';
import {Cell} from '../../scheduler/core/cell.ts';
import type {CallBatch, CellSetup} from '../../scheduler/core/cell-setup.ts';
import {followOn} from '../../scheduler/core/run-on.ts';
import {ColdLives} from '../../scheduler/lanes/cold-lives.ts';
import {LaneCell} from '../../scheduler/lanes/lane-cell.ts';
import {kernelRuns, LaneKernel} from '../../scheduler/lanes/lane-kernel.ts';
import {suitsColdLives, suitsLanes} from '../../scheduler/lanes/suits-lanes.ts';
import type {Containers} from '../../scheduler/parts/containers/containers.ts';
import type {PolicyContext} from '../../scheduler/parts/keep-alive/keep-alive.ts';
import {lruRank} from '../../scheduler/parts/keep-alive/lru.ts';
import {withOwnTimes} from '../../scheduler/parts/keep-alive/own-times.ts';
import {heedingScarceStarts} from '../../scheduler/parts/keep-alive/scarce-starts.ts';
import {shareOfSlots} from '../../scheduler/parts/keep-alive/targets/slot-targets.ts';
import {invocationsOf} from '../../workload/workload.ts';
import {CallFeed} from '../calls/call-feed.ts';
import type {CellWorkload} from '../calls/cell-workload.ts';
import {futureOf} from '../calls/future.ts';
import type {FeedSetup} from '../calls/window-calls.ts';
import {type CellOutcome, checkOutcome} from '../ledger.ts';
import type {Engine, ReplayOptions} from '../options.ts';
import {isBound, type KeepAlivePolicy} from '../policies/policy.ts';
import {policies} from '../policies/registry.ts';
import {faultsOfCell, restartOfCell} from './cell-faults.ts';
import {limitsOfCell} from './cell-limits.ts';
import {logOfCell} from './cell-log.ts';
import {cellOutcome, changesOf} from './cell-outcome.ts';
import {knownDurationsOfCell, longCallsOfCell, meanDurationsOfCell, queueOfCell, worthOfCell} from './cell-queue.ts';
import {keysOfTask, seatedTask, sessionsOfCell} from './cell-sessions.ts';
import {CellTimeline} from './cell-timeline.ts';
import type {CellTask, Stages, Tell} from './replay-plan.ts';
import {runBound} from './run-bound.ts';

/**
 * Replays the task in steps of some thousand calls; yields the number of each step's calls. Where it is told in
 * `stages`, the outcome returned is the last of them. Who is asked for rows gives them to `tell`.
 */
export function* runCell(task: CellTask, stages?: Stages, tell?: Tell): Generator<number, CellOutcome> {
  const {calls, coldTime} = drawnFor(task);
  const policy = policies.named(task.policy.name);
  if (isBound(policy)) return yield* runBound(policy, {task, coldTime, calls}, stages);
  return yield* new PolicyRun(task, policy, {calls, coldTime}, stages, tell).alone();
}

/**
 * The same of several policies over one cell, which ask nobody for rows: those that are served event by event share the
 * calls, which are drawn and put in order once. Outcomes in the order of tasks.
 */
export function* runTogether(tasks: readonly CellTask[]): Generator<number, CellOutcome[]> {
  if (tasks.length === 1) return [yield* runCell(tasks[0]!)];
  const drawn = drawnFor(tasks[0]!);
  const outcomes = new Map<CellTask, CellOutcome>();
  const runs: PolicyRun[] = [];
  for (const task of tasks) {
    const policy = policies.named(task.policy.name);
    const run = isBound(policy) ? undefined : new PolicyRun(task, policy, drawn);
    if (run?.byEvents) runs.push(run);
    else outcomes.set(task, yield* run === undefined ? runCell(task) : run.alone());
  }
  const feed = new CallFeed(drawn.calls);
  while (runs.length > 0 && feed.calls.next()) {
    for (const run of runs) run.beginBefore(feed.calls.lowUs);
    feed.take(feed.calls);
    while (feed.nextSlice()) for (const run of runs) yield run.serve(feed.batch);
  }
  for (const run of runs) outcomes.set(run.asked, run.finish());
  return tasks.map((task) => outcomes.get(task)!);
}

/** The calls of a task's cell, and how long its starts take: the same under every policy. */
interface Drawn {
  readonly calls: FeedSetup;
  readonly coldTime: ColdTime;
}

function drawnFor(task: CellTask): Drawn {
  const {workload, options} = task;
  const {rows, part, parts} = task.functions;
  const seated = seatedTask(task);
  const key = keysOfTask(seated);
  const {law: coldTime, byCall} = coldByFunction(options.cold, options.settings, {
    columns: workload,
    rows: seated.functions.rows,
    key,
    seed: options.seed,
  });
  const calls: FeedSetup = {
    workload,
    rows,
    part,
    parts,
    servedBy: servedByOf(options.servedBy, rows),
    key,
    durations: new Durations(workload, rows, options.defaultDurationUs),
    spread: options.spread,
    cold: byCall && coldTime,
    ownCold: byCall,
    seed: options.seed,
    spanUs: workload.spanUs,
    fromUs: options.fromUs,
    untilUs: options.untilUs,
    warmUpUs: options.warmUpUs,
    named: options.sessions !== undefined,
  };
  return {calls, coldTime};
}

/** Calls between two looks at how many are late: a look walks through all buckets. */
const CALLS_A_LOOK = 50_000;

/** One policy over the calls of a cell. */
class PolicyRun {
  readonly asked: CellTask;
  readonly task: CellTask;
  private readonly calls: FeedSetup;
  private readonly cell: Cell;
  private readonly lanes: LaneCell | ColdLives | undefined;
  private readonly timeline: CellTimeline | undefined;
  private readonly stages: Stages | undefined;
  /** When stages begin, and how many have. */
  private readonly begins: readonly number[];
  private begun = 0;
  private readonly served: Partial<Record<Engine, number>> = {};
  /** Late calls are counted again once so many have arrived. */
  private nextLook = CALLS_A_LOOK;

  constructor(asked: CellTask, policy: KeepAlivePolicy, {calls, coldTime}: Drawn, stages?: Stages, tell?: Tell) {
    const task = seatedTask(asked);
    this.asked = asked;
    const {fromUs} = task.options;
    const {cell, lanes} = makeCell(task, policy, coldTime, calls, tell);
    this.task = task;
    this.calls = calls;
    this.cell = cell;
    this.lanes = lanes;
    this.timeline = tell && task.asked.timeline && new CellTimeline(cell, task, tell);
    this.stages = stages;
    this.begins = fromUs > 0 ? [fromUs, ...(stages?.atUs ?? [])] : (stages?.atUs ?? []);
  }

  get byEvents(): boolean {
    return this.lanes === undefined;
  }

  /** All of it, over calls of its own. */
  *alone(): Generator<number, CellOutcome> {
    const {cell, lanes, served} = this;
    const feed = new CallFeed(this.calls);
    while (feed.calls.next()) {
      if (this.isTooLate()) return this.leave();
      const {calls: window} = feed;
      this.beginBefore(window.lowUs);
      const before = cell.tally.arrivals;
      if (lanes?.run(window)) {
        const calls = cell.tally.arrivals - before;
        const engine = lanes instanceof LaneCell && lanes.hasKernel ? 'kernel' : 'lanes';
        served[engine] = (served[engine] ?? 0) + calls;
        yield calls;
        continue;
      }
      feed.take(window);
      while (feed.nextSlice()) yield this.serve(feed.batch);
      lanes?.served(window.highUs);
    }
    return this.finish();
  }

  /** So many calls are late already that nobody asks for the rest; looked at now and then. */
  private isTooLate(): boolean {
    const {lateLimit, options} = this.task;
    const {tally} = this.cell;
    const counts = options.fromUs === 0 || this.begun > 0;
    if (lateLimit === undefined || !counts || tally.arrivals < this.nextLook) return false;
    this.nextLook = tally.arrivals + CALLS_A_LOOK;
    return tally.lateSoFar(lateLimit.limitUs) > lateLimit.calls;
  }

  /** What there is of a run that nobody asks for: its late calls, and sums that do not add up. */
  private leave(): CellOutcome {
    this.cell.tally.finish();
    return cellOutcome(this.cell, this.task);
  }

  /** Stages begin that do so by `untilUs`. */
  beginBefore(untilUs: number): void {
    const {begins, cell, lanes, stages, task} = this;
    const server = lanes ?? cell;
    // What is told in stages has no peak of the whole, and so no cold lives.
    const cutter = server instanceof ColdLives ? cell : server;
    for (; this.begun < begins.length && begins[this.begun]! <= untilUs; this.begun++) {
      const atUs = begins[this.begun]!;
      if (atUs > task.options.fromUs) {
        cutter.cut(atUs);
        stages!.take(cellOutcome(cell, task));
      }
      server.beginCounting(atUs);
    }
  }

  /** Serves the calls of a batch event by event; returns how many they are. */
  serve(batch: CallBatch): number {
    if (this.timeline) this.timeline.run(batch);
    else this.cell.run(batch);
    this.served.events = (this.served.events ?? 0) + batch.length;
    return batch.length;
  }

  /** There are no more calls. */
  finish(): CellOutcome {
    const {cell, lanes, served, task, timeline} = this;
    const {untilUs} = task.options;
    this.beginBefore(untilUs);
    timeline?.beforeFinish();
    (lanes ?? cell).finish(untilUs);
    timeline?.finish();
    const outcome = cellOutcome(cell, task, false, served);
    checkOutcome(outcome);
    followOn(cell);
    return outcome;
  }
}

/** Calls are counted by instance even where each serves one: limits of its pace, sessions that are bound to it. */
function sharesInstances({ordersStarts}: KeepAlivePolicy, {pace, sessions}: ReplayOptions): boolean {
  return ordersStarts === true || pace !== undefined || sessions !== undefined;
}

/** How calls on a host slow each other down, and which share one, by the numbers that functions have in a cell. */
function neighboursOf(
  rule: ReplayOptions['contention'],
  rows: Int32Array,
): Pick<CellSetup, 'contention' | 'hostGroupOf'> {
  if (rule === undefined) return {};
  const classOf = Int32Array.from(rows, (row) => rule.classOf[row]!);
  const hostGroup = rule.isolation?.hostGroup;
  const none = rule.classes.length;
  return {
    contention: {...rule, classOf},
    hostGroupOf: hostGroup && classOf.map((its) => hostGroup[its < 0 ? none : its]!),
  };
}

/** How many hosts are paid for at least in a cell: each has its share; undefined: none is paid for whole. */
function billedHostsOf({prices, cells}: ReplayOptions, cell: number): {least: number} | undefined {
  return prices.hostUsdPerHour > 0 ? {least: shareOfSlots(prices.minimumHosts, cell, cells)} : undefined;
}

/** Which host an instance is on matters. */
function needsHosts({contention, faults, restart, placement, cold}: ReplayOptions): boolean {
  const parts = [contention, faults, restart, startCoresOf(cold)];
  return parts.some((part) => part !== undefined) || placement.name === 'lifetime';
}

/** What stem cells leave of the hosts' memory. */
function withoutStemCells(hosts: HostShape, containers: Containers | undefined): HostShape {
  if (containers === undefined || hosts.memoryMib === Number.POSITIVE_INFINITY) return hosts;
  const memoryMib = hosts.memoryMib - containers.stemCells * containers.stemMib;
  if (memoryMib > 0) return {...hosts, memoryMib};
  throw usageError(
    `${containers.stemCells} stem cells of ${containers.stemMib} MiB leave nothing of a host's ${hosts.memoryMib} MiB`,
    'give --memory, or fewer stem cells',
  );
}

/** The same by the numbers that functions have in a cell, which holds all that share. [function] */
function servedByOf(servedBy: Int32Array | undefined, rows: Int32Array): Int32Array | undefined {
  if (servedBy === undefined) return undefined;
  const fn = new Map([...rows].map((row, k) => [row, k]));
  return rows.map((row) => fn.get(servedBy[row]!)!);
}

/** The cell, and the lanes that serve for it as long as they can, if they suit the task. */
function makeCell(
  task: CellTask,
  policy: KeepAlivePolicy,
  coldTime: ColdTime,
  calls: FeedSetup,
  tell: Tell | undefined,
): {cell: Cell; lanes: LaneCell | ColdLives | undefined} {
  const {workload, options} = task;
  const {rows, parts} = task.functions;
  const memoryMib = Float64Array.from(rows, (row) => memoryOf(workload, row, options.defaultMemoryMib));
  const {containers} = options.platform?.platform ?? {};
  const hosts = withoutStemCells(hostsOfCell(options.fleet, options.cells, task.cell), containers);
  // No more start on a host at once than it has slots.
  const startsPerHost = options.startsPerHost < hosts.slots ? options.startsPerHost : Number.POSITIVE_INFINITY;
  const billsHosts = billedHostsOf(options, task.cell);
  const limited = Math.min(hosts.slots, hosts.memoryMib) < Number.POSITIVE_INFINITY;
  const log = tell && logOfCell(task, tell);
  const setup: CellSetup = {
    log,
    memoryMib,
    // A log says which host it was, a bill how many, and only calls on one host share its cores.
    hosts: log || billsHosts || needsHosts(options) ? hosts : pooled(hosts, startsPerHost),
    placement: options.placement,
    semantics: options.semantics,
    coldTime,
    maxWaitUs: options.maxWaitUs,
    queue: queueOfCell(task, memoryMib),
    worth: worthOfCell(task),
    meanDurationUs: limited ? knownDurationsOfCell(task) : undefined,
    startsPerHost,
    startsPerSecond: options.startsPerSecond / (options.startsPerFunction ? 1 : options.cells),
    seed: options.seed + task.cell,
    callsPerSecond: callsPerSecond(workload, task.seating ? rows.subarray(0, task.seating.functions) : rows),
    startBurst: Math.max(1, (options.startBurst ?? 1) / (options.startsPerFunction ? 1 : options.cells)),
    startsPerFunction: options.startsPerFunction,
    parts,
    checkpoint: options.checkpoint,
    sessions: sessionsOfCell(task),
    faults: faultsOfCell(task, hosts),
    restart: restartOfCell(task, hosts),
    longCalls: longCallsOfCell(task),
    expectedUs: options.placement.name === 'lifetime' ? meanDurationsOfCell(task) : undefined,
    billing: billingOf(options),
    billsHosts,
    notesPeaks: options.notesPeaks,
    containers,
    startCores: startCoresOf(options.cold),
    ...neighboursOf(options.contention, rows),
    pace: options.pace,
    ...limitsOfCell(task, hosts, sharesInstances(policy, options)),
  };
  const cell = new Cell(setup);
  cell.account.changes = changesOf(task, memoryMib);
  const context: PolicyContext = {
    functions: rows.length,
    row: rows,
    part: calls.part,
    parts: calls.parts,
    app: Int32Array.from(rows, (row) => workload.appId[row]!),
    memoryMib,
    coldUs: Float64Array.from(rows, (_, fn) => coldTime.meanUs(fn)),
    prices: options.prices,
    places: setup.places,
    spanUs: options.untilUs,
    originUs: options.warmUpUs ?? 0,
    seed: options.seed,
    pool: cell.control,
    future: () => futureOf(calls),
  };
  const {startsPerSecond} = setup;
  const gated = startsPerHost < Number.POSITIVE_INFINITY || startsPerSecond < Number.POSITIVE_INFINITY;
  const ttlUs = Float64Array.from(rows, (row) => settingOf(options.settings, 'ttl', row, Number.NaN));
  const make = (known: PolicyContext) =>
    withOwnTimes(ttlUs, known, (own) => policy.create(task.policy.values, own, task.policy.prepared));
  const keepAlive = gated && !policy.ordersStarts ? heedingScarceStarts(context, make) : make(context);
  // FaasCache evicts by the last start whenever a policy has no rank of its own.
  const rank = options.semantics.evictUntil === 'newcomer-size' ? lruRank : undefined;
  cell.use(keepAlive, keepAlive.eviction ?? rank);
  // Where nothing is scarce it does not matter which of two simultaneous calls goes first.
  const ordered = workload.arrivals.sequence !== undefined && !cell.fleet.hosts.unlimited;
  const isTold = log !== undefined || task.asked.timeline !== undefined || options.notesPeaks === true;
  const needEvents = isTold || calls.cold !== undefined || calls.servedBy !== undefined || ordered || setup.sessions;
  const byFunction = options.engine !== 'events' && !needEvents;
  let lanes: LaneCell | ColdLives | undefined;
  if (byFunction && suitsLanes(setup, policy, keepAlive)) {
    lanes = new LaneCell(cell, setup, keepAlive.constantUs!, options.untilUs, kernelsFor(workload, options));
  } else if (byFunction && task.notesChanges && suitsColdLives(setup, policy, keepAlive)) {
    lanes = new ColdLives(cell, coldTime, options.fromUs, options.untilUs);
  }
  return {cell, lanes};
}

/** Kernels draw calls by their counts; undefined: there is none to be drawn, or it is not to serve. */
function kernelsFor({arrivals}: CellWorkload, {engine, spread}: ReplayOptions): (() => LaneKernel) | undefined {
  const draws = arrivals.kind === 'minute' && spread === 'uniform';
  return draws && engine !== 'lanes' && kernelRuns() ? () => LaneKernel.take() : undefined;
}

/** Undefined where time by state says all. */
function billingOf({prices, settings, minimums}: ReplayOptions): BillingTerms | undefined {
  const stepUs = prices.billingStepMs * US_PER_MS;
  const minimumUs = prices.minimumBilledMs * US_PER_MS;
  const keeps = settings?.numbers.min !== undefined || minimums !== undefined;
  if (stepUs === 0 && minimumUs === 0 && !keeps) return undefined;
  return {stepUs, minimumUs, withStart: prices.startUsdPerGbSecond > 0 || prices.usdPerVcpuSecond > 0};
}

/** The rate at which these functions are called, split ones in full: it only sizes the cell's buckets. */
function callsPerSecond(workload: CellWorkload, rows: Int32Array): number {
  let calls = 0;
  for (const row of rows) calls += invocationsOf(workload, row);
  return calls / Math.max(1, workload.spanUs / US_PER_SECOND);
}
