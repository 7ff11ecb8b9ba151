import {usageError} from '../../base/errors.ts';
import {mixKeys} from '../../base/random.ts';
import {settingOf} from '../../fleet/settings/columns.ts';
import type {Numbers, SessionRule} from '../../scheduler/parts/sessions/session-rule.ts';
import {type EventArrivals, int64At, NO_SESSION, type Workload} from '../../workload/workload.ts';
import type {ReplayOptions} from '../options.ts';
import type {CellTask} from './replay-plan.ts';

/** Stream of the keys of seats. */
const SEAT = 0x5ea7;

/**
 * The task of a cell whose calls belong to sessions: where those are bound to instances each instance has a seat of its own, a
 * function with one instance that is always there, so that a call waits for that one and no other. Seats beyond the first
 * of each function stand behind all functions, as the same row of the workload.
 */
export function seatedTask(task: CellTask): CellTask {
  const {options, functions, workload} = task;
  if (options.sessions === undefined) return task;
  const binds = options.sessions.routing.by !== 'any';
  const seats = Int32Array.from(functions.rows, (row) =>
    binds && hasSessions(workload, row) ? settingOf(options.settings, 'min', row, 0) : 0,
  );
  const own = functions.rows.length;
  const rows = [...functions.rows];
  const [part, parts] = [[...functions.part], [...functions.parts]];
  const secondSeat = new Int32Array(own);
  for (let fn = 0; fn < own; fn++) {
    secondSeat[fn] = rows.length;
    for (let seat = 1; seat < seats[fn]!; seat++) {
      rows.push(functions.rows[fn]!);
      part.push(0);
      parts.push(1);
    }
  }
  return {
    ...task,
    functions: {rows: Int32Array.from(rows), part: Int32Array.from(part), parts: Int32Array.from(parts)},
    seating: {functions: own, seats, secondSeat},
  };
}

/** The keys of a task's functions: each seat has its own. */
export function keysOfTask({functions, key, seating}: CellTask): Int32Array {
  const own = seating?.functions ?? functions.rows.length;
  return Int32Array.from(functions.rows, (row, fn) => (fn < own ? key[row]! : mixKeys(mixKeys(key[row]!, SEAT), fn)));
}

/** How many seats each function of the task has that is one: 1, or undefined where there is no such function. [function] */
export function seatsOfTask({functions, seating}: CellTask): Uint8Array | undefined {
  if (seating === undefined) return undefined;
  return Uint8Array.from(functions.rows, (_, fn) => (fn >= seating.functions || seating.seats[fn]! > 0 ? 1 : 0));
}

/** What the cell of a seated task needs to know of sessions; undefined: nothing. */
export function sessionsOfCell(task: CellTask): SessionRule | undefined {
  const {options, seating, workload, functions} = task;
  const {sessions: terms, seed} = options;
  if (terms === undefined || seating === undefined || workload.arrivals.kind !== 'event') return undefined;
  const {arrivals} = workload;
  const rows = functions.rows.subarray(0, seating.functions);
  return {
    terms,
    session: numbersOf(arrivals, 'session', rows),
    room: terms.routing.by === 'room' ? numbersOf(arrivals, 'room', rows) : undefined,
    ...seating,
    key: keysOfTask(task),
    seed,
  };
}

function numbersOf(arrivals: EventArrivals, name: 'session' | 'room', rows: Int32Array): Numbers | undefined {
  const list = arrivals[name];
  if (list === undefined) return undefined;
  // Lists of one function begin at places of their own in each column.
  return {
    words: list.values,
    offset: Float64Array.from(rows, (row) => list.start[row]! - arrivals.arrivalUs.start[row]!),
  };
}

/** Whether any call of that row is of a session. */
export function hasSessions({arrivals}: Pick<Workload, 'arrivals'>, row: number): boolean {
  if (arrivals.session === undefined) return false;
  const {values, start, length} = arrivals.session;
  for (let i = start[row]!, end = i + length[row]!; i < end; i++) if (int64At(values, i) !== NO_SESSION) return true;
  return false;
}

/** Exit 2 where what is said of sessions fits neither the workload nor what else is asked for. */
export function checkSessions(workload: Workload, options: ReplayOptions): void {
  const {sessions, settings} = options;
  if (sessions === undefined) return;
  const {by} = sessions.routing;
  if (workload.arrivals.kind !== 'event' || workload.arrivals.session === undefined) {
    throw usageError(
      'the workload does not say to which sessions calls belong, and --routing, --state and --world are of those',
      'ingest a trace of single calls with --map ...,session=COLUMN, or make one: synth --sessions players=10000,rooms=500',
    );
  }
  if (by === 'room' && workload.arrivals.room === undefined) {
    throw usageError(
      'the workload does not say in which room a call is, and --routing room goes by that',
      'ingest with --map ...,room=COLUMN',
    );
  }
  refuseTogether(options);
  if (by === 'any') return;
  for (let row = 0; row < workload.functions; row++) {
    if (!hasSessions(workload, row)) continue;
    const [min, max] = [settingOf(settings, 'min', row, 0), settingOf(settings, 'max', row, Number.POSITIVE_INFINITY)];
    if (min >= 1 && min === max) continue;
    const said = max === Number.POSITIVE_INFINITY ? 'no max' : `max ${max}`;
    throw usageError(
      `--routing binds sessions to the instances of '${workload.name.at(row)}', which has min ${min} and ${said}, must be as many throughout`,
      'give both in --functions: a row of function,min,max',
    );
  }
}

/** What cannot be told of a call while it is bound to one instance, or would end it unseen. */
function refuseTogether(options: ReplayOptions): void {
  const {semantics, settings, queue, coalesce} = options;
  const named = (column: 'timeout' | 'deadline' | 'value' | 'half_life' | 'reserved') =>
    settings?.numbers[column] !== undefined ? `${column} of --functions` : undefined;
  const one = [
    semantics.lateBinding && '--late-binding',
    semantics.full === 'drop' && '--full drop',
    semantics.expiry === 'lookup' && '--semantics faascache',
    (queue !== undefined || coalesce) && '--queue and --coalesce',
    options.maxWaitUs < Number.POSITIVE_INFINITY && '--max-wait',
    options.retry !== undefined && '--retry',
    options.timeoutUs !== undefined && '--timeout',
    options.checkpoint !== undefined && '--checkpoint',
    options.contention !== undefined && '--cores',
    options.warmUpUs !== undefined && '--warm-up',
    options.batch !== undefined && 'batch',
    options.restart !== undefined && 'restart',
    options.faults?.some((fault) => 'work' in fault && fault.work === 'keep') && '--fail with work=keep',
    options.servedBy !== undefined && 'a platform whose functions share instances',
    options.platform?.platform.accountCalls !== undefined && 'a platform with a limit of calls in flight',
    named('timeout') ?? named('deadline') ?? named('value') ?? named('half_life') ?? named('reserved'),
  ].find((text) => text);
  if (one) throw usageError(`--routing, --state and --world do not go together with ${one}`, 'leave out one of them');
}
