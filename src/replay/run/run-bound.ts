import type {ColdTime} from '../../fleet/cold-time/cold-time.ts';
import {startCoresOf} from '../../fleet/cold-time/start-cores.ts';
import {type HostShape, hostsOfCell} from '../../fleet/host-shape.ts';
import {memoryOf} from '../../fleet/memory.ts';
import {Account} from '../../scheduler/core/account.ts';
import {Functions} from '../../scheduler/core/functions.ts';
import {Tally} from '../../scheduler/core/tally.ts';
import {
  type BoundPart,
  callsOf,
  type FloorContext,
  type FlooredCalls,
  type TimedFuture,
} from '../../scheduler/parts/keep-alive/bounds/floor.ts';
import type {Future} from '../../scheduler/parts/keep-alive/keep-alive.ts';
import {foldedFuture} from '../calls/folded-future.ts';
import {futureOf} from '../calls/future.ts';
import type {FeedSetup} from '../calls/window-calls.ts';
import type {CellOutcome} from '../ledger.ts';
import {limitsOfCell} from './cell-limits.ts';
import {cellOutcome, changesOf} from './cell-outcome.ts';
import {Lives, NotedLives} from './lives.ts';
import type {CellTask, Stages} from './replay-plan.ts';

interface BoundSetup {
  readonly task: CellTask;
  readonly coldTime: ColdTime;
  readonly calls: FeedSetup;
}

/**
 * A bound over the task's calls, in one step: no scheduler serves them, and no limit of the fleet or on its starts is
 * asked. Where one would have stood in the way, or a rule is left out, the outcome is marked as relaxed.
 */
export function* runBound(
  bound: BoundPart,
  {task, coldTime, calls}: BoundSetup,
  stages?: Stages,
): Generator<number, CellOutcome> {
  const {options} = task;
  const {rows} = task.functions;
  const hosts = hostsOfCell(options.fleet, options.cells, task.cell);
  const memoryMib = Float64Array.from(rows, (row) => memoryOf(task.workload, row, options.defaultMemoryMib));
  const whole = timed(futureOf(calls), coldTime);
  const {places, limits} = limitsOfCell(task, hosts, false);
  // Of several calls in an instance what it serves at the least.
  const future = places ? foldedFuture(whole, places) : whole;
  const hasRoom = hasRoomForAll(whole, memoryMib, hosts);
  const waits = options.semantics.lateBinding || !hasRoom;
  const leaves = options.maxWaitUs < Number.POSITIVE_INFINITY || options.queue !== undefined;
  const givesUp = leaves && (waits || limitsStarts(options, hosts));
  const loses = givesUp || (options.semantics.full === 'drop' && !hasRoom);
  const edges = [options.fromUs, ...(stages?.atUs ?? []), options.untilUs];
  for (let stage = 0; ; stage++) {
    const context = {future, memoryMib, prices: options.prices, fromUs: edges[stage]!, waits, loses};
    // What hosts are charged for is left out.
    const ruled =
      places !== undefined ||
      limits !== undefined ||
      options.prices.hostUsdPerHour > 0 ||
      options.contention !== undefined ||
      startCoresOf(options.cold) !== undefined ||
      options.checkpoint !== undefined ||
      options.faults !== undefined ||
      options.sessions !== undefined ||
      options.restart !== undefined ||
      options.batch !== undefined;
    const outcome = outcomeOf(bound, {task, hosts, whole, ruled}, context, edges[stage + 1]!);
    yield outcome.counts.invocations;
    if (stage + 2 === edges.length) return outcome;
    stages!.take(outcome);
  }
}

/** What a bound is of. */
interface Bounded {
  readonly task: CellTask;
  readonly hosts: HostShape;
  /** All calls; the context's may stand for several. */
  readonly whole: TimedFuture;
  /** Rules are in force that the bound leaves out. */
  readonly ruled: boolean;
}

function outcomeOf(
  bound: BoundPart,
  {task, hosts, whole, ruled}: Bounded,
  context: FloorContext,
  untilUs: number,
): CellOutcome {
  const {memoryMib, fromUs} = context;
  const account = new Account(new Functions(memoryMib));
  const tally = new Tally(memoryMib.length);
  account.changes = changesOf(task, memoryMib);
  const noted = account.changes;
  const lives = noted
    ? new NotedLives(fromUs, untilUs, noted)
    : new Lives(fromUs, untilUs, context.future.arrivalUs.length);
  const floor = bound.floor(context);
  tally.beginCounting(fromUs);
  for (let fn = 0; fn < memoryMib.length; fn++) {
    // What fits on no host is lost, whoever decides.
    if (hosts.slots >= 1 && memoryMib[fn]! <= hosts.memoryMib) {
      serve(fn, floor(fn), context, untilUs, {account, tally, lives});
      joinSpells(fn, whole, context, untilUs, {account, tally});
    } else {
      lose(fn, {...context, future: whole}, untilUs, {account, tally});
    }
  }
  tally.finish();
  if (lives instanceof Lives) {
    account.peakSlots = lives.peak();
    account.peakMemoryMib = lives.peak(memoryMib);
  }
  const {options} = task;
  const limited = limitsStarts(options, hosts);
  const crowded = !surelyFits(hosts, account.peakSlots, account.peakMemoryMib);
  const relaxed = ruled || limited || crowded || options.semantics.ties === 'arrivals-first' || bound.relaxes(context);
  return cellOutcome({tally, account}, task, relaxed);
}

interface Books {
  readonly account: Account;
  readonly tally: Tally;
  readonly lives: Pick<Lives, 'add'>;
}

/** Enters the calls of `fn` between the context's `fromUs` and `untilUs`. */
function serve(fn: number, floored: FlooredCalls, context: FloorContext, untilUs: number, books: Books): void {
  const {account, tally, lives} = books;
  const {fromUs} = context;
  const {arrivalUs, durationUs, coldUs} = callsOf(context.future, fn);
  const {beginUs, heldUs, kept, freedUs, delayUs, cold, forced} = floored;
  const counted = (us: number): boolean => us >= fromUs && us < untilUs;
  const within = (us: number): number => Math.min(Math.max(us, fromUs), untilUs);
  let [calls, coldCalls, startingUs, forcedUs, busyUs, idleUs] = [0, 0, 0, 0, 0, 0];
  for (let k = 0; k < arrivalUs.length; k++) {
    const endUs = beginUs[k]! + durationUs[k]!;
    const beforeUs = within(beginUs[k]!) - within(heldUs[k]!);
    busyUs += within(endUs) - within(beginUs[k]!);
    lives.add(fn, heldUs[k]!, endUs);
    if (counted(endUs)) tally.expirations++;
    if (kept[k] === 1) {
      idleUs += beforeUs;
      if (counted(freedUs[k]!)) tally.expirations--;
    } else {
      startingUs += beforeUs;
      if (!cold && counted(heldUs[k]!)) tally.prewarms++;
    }
    if (!counted(arrivalUs[k]!)) continue;
    calls++;
    tally.started(fn, arrivalUs[k]!, arrivalUs[k]! + delayUs[k]!);
    if (kept[k] === 1 || !cold) continue;
    coldCalls++;
    forcedUs += coldUs[k]!;
    tally.startedCold(fn, arrivalUs[k]!, coldUs[k]!);
    if (k === 0) tally.startedFirst(arrivalUs[k]!);
  }
  if (forced) {
    // Whatever is kept, all of these start: the gaps behind them can save no more than there is of them.
    idleUs = Math.max(0, idleUs - forcedUs);
    startingUs += forcedUs;
  }
  account.addWindow(fn, calls, startingUs, busyUs, idleUs);
  tally.addWindow(calls, coldCalls);
}

/** Calls of `fn` that join a spell which another began are warm. */
function joinSpells(
  fn: number,
  whole: TimedFuture,
  {future, fromUs}: FloorContext,
  untilUs: number,
  {account, tally}: Omit<Books, 'lives'>,
): void {
  if (future === whole) return;
  const within = ({arrivalUs}: {readonly arrivalUs: Float64Array}): number =>
    arrivalUs.reduce((n, us) => (us >= fromUs && us < untilUs ? n + 1 : n), 0);
  const joined = within(callsOf(whole, fn)) - within(callsOf(future, fn));
  account.addWindow(fn, joined, 0, 0, 0);
  tally.addWindow(joined, 0);
}

function lose(fn: number, context: FloorContext, untilUs: number, {account, tally}: Omit<Books, 'lives'>): void {
  const {arrivalUs} = callsOf(context.future, fn);
  const calls = arrivalUs.reduce((n, us) => (us >= context.fromUs && us < untilUs ? n + 1 : n), 0);
  for (let k = 0; k < calls; k++) tally.drop(fn, context.fromUs);
  account.addWindow(fn, calls, 0, 0, 0);
  tally.arrivals += calls;
}

/**
 * Where the trace tells of every call, a start ahead of calls takes the shortest of its function, so that no luck beats it;
 * where times are drawn, that of the call, and no more than the mean.
 */
function timed(future: Future, coldTime: ColdTime): TimedFuture {
  const {start, arrivalUs} = future;
  const coldUs = future.coldUs ?? new Float64Array(arrivalUs.length);
  const startUs = new Float64Array(arrivalUs.length);
  for (let fn = 0; fn + 1 < start.length; fn++) {
    const [from, to] = [start[fn]!, start[fn + 1]!];
    let mostUs = coldTime.meanUs(fn);
    if (future.coldUs === undefined) for (let k = from; k < to; k++) coldUs[k] = coldTime.drawUs(fn, arrivalUs[k]!);
    else mostUs = coldUs.subarray(from, to).reduce((least, us) => Math.min(least, us), mostUs);
    for (let k = from; k < to; k++) startUs[k] = Math.min(mostUs, coldUs[k]!);
  }
  return {...future, coldUs, startUs};
}

function limitsStarts({startsPerHost, startsPerSecond}: CellTask['options'], hosts: HostShape): boolean {
  return startsPerHost < hosts.slots || startsPerSecond < Number.POSITIVE_INFINITY;
}

/** True if every call can have an instance as soon as it comes, were all of them cold: no policy that starts nothing early meets a limit. */
function hasRoomForAll(future: TimedFuture, memoryMib: Float64Array, hosts: HostShape): boolean {
  if (hosts.slots === Number.POSITIVE_INFINITY && hosts.memoryMib === Number.POSITIVE_INFINITY) return true;
  let [slots, mib] = [0, 0];
  for (let fn = 0; fn < memoryMib.length; fn++) {
    const {arrivalUs, durationUs, coldUs} = callsOf(future, fn);
    const lives = new Lives(0, Number.POSITIVE_INFINITY, arrivalUs.length);
    for (let k = 0; k < arrivalUs.length; k++)
      lives.add(fn, arrivalUs[k]!, arrivalUs[k]! + coldUs[k]! + durationUs[k]!);
    const most = lives.peak();
    slots += most;
    mib += most * memoryMib[fn]!;
  }
  return surelyFits(hosts, slots, mib);
}

/** True if the hosts have room for so much, however it is placed. */
function surelyFits({count, slots, memoryMib}: HostShape, needed: number, neededMib: number): boolean {
  if (memoryMib === Number.POSITIVE_INFINITY) return needed <= count * Math.floor(slots);
  return needed <= Math.floor(slots) && neededMib <= memoryMib;
}
