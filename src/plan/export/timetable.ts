import {usageError} from '../../base/errors.ts';
import {US_PER_DAY, US_PER_MINUTE} from '../../base/units.ts';
import type {PlanFile} from '../file/plan-file.ts';

/** From `minute` on the function keeps `slots`, until the next step. */
export interface Step {
  readonly minute: number;
  readonly slots: number;
}

/** Slots held for some minutes of each turn of a short period: a timer's strokes. */
export interface Strokes {
  /** Divides an hour or a day. */
  readonly periodMinutes: number;
  /** Minute of the period, in [0, periodMinutes). */
  readonly fromMinute: number;
  /** Length, below the period. */
  readonly minutes: number;
  readonly slots: number;
}

/** One function's slots on the clock, in whole minutes: platforms know no finer. */
export interface Timetable {
  /** 1,440 or 10,080 when the steps begin anew each day or week, counted from midnight (Monday) UTC; 0: once. */
  readonly periodMinutes: number;
  /** Ascending; in a period the last step holds until the first of the next turn. Minutes since 1970 when once. */
  readonly steps: readonly Step[];
  readonly strokes: readonly Strokes[];
}

export interface TimetableOptions {
  /** Microseconds since 1970 of the plan's time 0. */
  readonly originUs: number;
  /** How the plan comes again; `plan`: as its rows say. */
  readonly repeat: 'plan' | 'day' | 'week';
  /** Time that the platform needs before slots are ready, besides the plan's own lead. */
  readonly leadUs: number;
  /** The plan is one window: it holds at all times. */
  readonly always: boolean;
}

const DAY_MINUTES = 1440;
/** 1970-01-01 was a Thursday: Monday, the start of a week, is four days later. */
const FIRST_MONDAY_MINUTES = 4 * DAY_MINUTES;

interface Interval {
  readonly from: number;
  readonly until: number;
  readonly slots: number;
}

/** The timetable of function `f`. Starts are early by the leads and rounded down, ends are rounded up. */
export function timetableOf(plan: PlanFile, f: number, options: TimetableOptions): Timetable {
  const periodMinutes = periodOf(plan, f, options);
  const intervals: Interval[] = [];
  const strokes: Strokes[] = [];
  for (let row = plan.start[f]!; row < plan.start[f + 1]!; row++) {
    const slots = plan.slots[row]!;
    if (slots === 0) continue;
    const turn = plan.repeatUs[row]! / US_PER_MINUTE;
    const shift = options.originUs;
    const from = Math.floor((shift + plan.startUs[row]! - plan.leadUs[row]! - options.leadUs) / US_PER_MINUTE);
    const until = Math.ceil((shift + plan.endUs[row]!) / US_PER_MINUTE);
    if (turn > 0 && turn !== periodMinutes) strokes.push(...strokesOf(turn, from, until, slots, intervals));
    else if (options.always && turn === 0) intervals.push({...always, slots});
    else intervals.push({from, until, slots});
  }
  const folded = periodMinutes === 0 ? intervals : intervals.flatMap((one) => fold(one, periodMinutes));
  return {periodMinutes, steps: stepsOf(folded, periodMinutes), strokes};
}

/** Periods a timetable may have: a day, a week, or none where windows come once. */
function periodOf(plan: PlanFile, f: number, {repeat, always}: TimetableOptions): number {
  if (repeat !== 'plan') return repeat === 'day' ? DAY_MINUTES : 7 * DAY_MINUTES;
  let period = 0;
  for (let row = plan.start[f]!; row < plan.start[f + 1]!; row++) {
    const turn = plan.repeatUs[row]!;
    if (turn === 0 && !always) return 0;
    period = Math.max(period, turn === 7 * US_PER_DAY ? 7 * DAY_MINUTES : DAY_MINUTES);
  }
  return period;
}

const always = {from: Number.NEGATIVE_INFINITY, until: Number.POSITIVE_INFINITY};

/** Strokes of a period that clocks can express; any other, and one without a gap, is held throughout. */
function strokesOf(turn: number, from: number, until: number, slots: number, held: Interval[]): Strokes[] {
  const expressible = Number.isInteger(turn) && (60 % turn === 0 || (turn % 60 === 0 && DAY_MINUTES % turn === 0));
  const minutes = until - from;
  if (!expressible || minutes >= turn) {
    held.push({...always, slots});
    return [];
  }
  return [{periodMinutes: turn, fromMinute: modulo(from, turn), minutes, slots}];
}

/** The parts of an interval inside one period, counted from its start. */
function fold({from, until, slots}: Interval, period: number): Interval[] {
  if (until - from >= period) return [{from: 0, until: period, slots}];
  const zero = period > DAY_MINUTES ? FIRST_MONDAY_MINUTES : 0;
  const start = modulo(from - zero, period);
  const end = start + until - from;
  if (end <= period) return [{from: start, until: end, slots}];
  return [
    {from: 0, until: end - period, slots},
    {from: start, until: period, slots},
  ];
}

/** The most slots of all intervals at each time, as steps where it changes; none when no slot is ever held. */
function stepsOf(intervals: readonly Interval[], period: number): Step[] {
  if (intervals.length === 0) return [];
  const edges = new Set(intervals.flatMap(({from, until}) => [from, until]));
  if (period > 0) edges.add(0).delete(period);
  const ascending = [...edges].filter((edge) => edge < Number.POSITIVE_INFINITY).sort((a, b) => a - b);
  const steps: Step[] = [];
  for (const minute of ascending) {
    const slots = intervals.reduce(
      (most, one) => (one.from <= minute && minute < one.until ? Math.max(most, one.slots) : most),
      0,
    );
    if (steps.at(-1)?.slots !== slots) steps.push({minute, slots});
  }
  // In a period the last step goes on into the next turn.
  if (period > 0 && steps.length > 1 && steps[0]!.slots === steps.at(-1)!.slots) steps.shift();
  return steps;
}

/** The most slots that a timetable ever holds. */
export function mostSlots({steps, strokes}: Timetable): number {
  return [...steps, ...strokes].reduce((most, {slots}) => Math.max(most, slots), 0);
}

/** Slots that a timetable always holds: those of its lowest step. */
export function floorSlots({steps}: Timetable): number {
  return steps.length === 0 ? 0 : steps.reduce((least, {slots}) => Math.min(least, slots), Number.POSITIVE_INFINITY);
}

/** Whether all windows that come once are one and the same. */
export function isOneWindow({startUs, endUs, repeatUs}: PlanFile): boolean {
  const first = repeatUs.indexOf(0);
  return repeatUs.every((turn, row) => turn > 0 || (startUs[row] === startUs[first] && endUs[row] === endUs[first]));
}

/** Microseconds since 1970 of a plan's time 0: as given, or what the trace said of its own clock. */
export function originOf(plan: PlanFile, startUs: number | undefined): {originUs: number; known: boolean} {
  if (startUs !== undefined) return {originUs: startUs, known: true};
  const ms = Date.parse(plan.metadata.get('start_time') ?? '');
  if (Number.isFinite(ms)) return {originUs: ms * 1000, known: true};
  // Traces that count from midnight of their first day know the time of day, not the date.
  const originUs = Number(plan.metadata.get('origin_us') ?? 0);
  return {originUs: FIRST_MONDAY_MINUTES * US_PER_MINUTE + modulo(originUs, US_PER_DAY), known: false};
}

/** Refuses to write a plan that happens once in a form that can only recur. */
export function requireRecurring({periodMinutes, steps}: Timetable, what: string): void {
  if (periodMinutes > 0 || steps.length <= 1) return;
  throw usageError(
    `the plan's windows happen once, ${what} knows schedules that recur`,
    'say how they recur with --repeat day or week, or plan with --cycle day or week',
  );
}

function modulo(a: number, b: number): number {
  return ((a % b) + b) % b;
}

/** A function under its platform's name, with its slots on the clock. */
export interface NamedTimetable {
  readonly name: string;
  /** Calls that an instance serves at once; Infinity: as many as come. */
  readonly concurrency: number;
  /** Instances at most; Infinity: the plan does not say. */
  readonly most: number;
  readonly timetable: Timetable;
  /** As the trace has it; '' and NaN where it does not say. */
  readonly own: {
    readonly function: string;
    readonly app: string;
    readonly owner: string;
    readonly trigger: string;
    readonly memoryMib: number;
  };
}
