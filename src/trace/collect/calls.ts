import type {RowProblem} from '../../files/rows.ts';
import {EventBuilder} from '../../workload/build/event-builder.ts';
import {LabelTable} from '../../workload/columns.ts';
import {isClockUs} from '../../workload/limits.ts';
import {COLD_UNTIMED, NO_SESSION, UNKNOWN_START, WARM} from '../../workload/workload.ts';
import type {TraceResult} from '../format.ts';
import {type Clock, dated} from './dated.ts';

/** What a log says of one call; NaN for a time that it does not say, undefined for anything else. */
export interface LoggedCall {
  readonly name: string;
  readonly app?: string | undefined;
  readonly owner?: string | undefined;
  readonly trigger?: string | undefined;
  readonly memoryMib?: number | undefined;
  /** On the log's own clock: when the call came, or, with `atEnd`, when it was over. */
  readonly timeUs: number;
  readonly atEnd?: boolean;
  /** Without its cold start. */
  readonly durationUs: number;
  /** Length of its cold start, or how it started. */
  readonly coldUs: number;
  /** Calls that it stands for; 1 if undefined. */
  readonly weight?: number | undefined;
  /** Name of the session that it belongs to, and of the room that it is in; '' or undefined: none. */
  readonly session?: string | undefined;
  readonly room?: string | undefined;
}

/** A row that stands for more calls than this stands for none. */
export const MAX_WEIGHT = 1e6;

/** Collects the calls of a log. A call whose end is known arrived its duration and its cold start before that. */
export class CallCollector {
  readonly builder: EventBuilder;
  private weighted = false;
  private readonly sessions = new LabelTable();
  private readonly rooms = new LabelTable();

  constructor(has: {duration: boolean; cold: boolean; order?: boolean; session?: boolean; room?: boolean}) {
    this.builder = new EventBuilder(has);
  }

  /** Adds a call, or says what of it cannot be. */
  add(call: LoggedCall): RowProblem | undefined {
    const problem = problemOf(call);
    if (problem !== undefined) return problem;
    const {weight = 1} = call;
    const {builder} = this;
    const f = builder.functions.idOf(call.owner ?? '', call.app ?? '', call.name);
    if (call.trigger !== undefined) builder.functions.setTrigger(f, call.trigger.trim());
    if (call.memoryMib !== undefined) builder.functions.raiseMemory(f, call.memoryMib);
    if (weight > 1) this.weighted = true;
    const arrivalUs = arrivalOf(call);
    const session = numberOf(this.sessions, call.session);
    const room = numberOf(this.rooms, call.room);
    for (let k = 0; k < weight; k++) builder.add(f, arrivalUs, call.durationUs, call.coldUs, session, room);
    return undefined;
  }

  finish(source: string, notes: readonly string[], clock: Clock = 'calendar'): TraceResult {
    const {builder, weighted} = this;
    const draft = builder.finishDraft({source, startTime: '', licence: '', clampedDurations: 0});
    const peaks = 'rows stand for several calls each, which are put at the same time: peaks are a lower bound';
    return {
      draft: dated(draft, clock),
      notes: [...notes, ...(weighted ? [peaks] : [])],
      calls: callCounts(builder),
    };
  }
}

/** The number of a session or room by the order in which names first came. */
function numberOf(names: LabelTable, name: string | undefined): number {
  return name === undefined || name === '' ? NO_SESSION : names.idOf(name);
}

/** What of a call cannot be; undefined if it can. */
export function problemOf(call: LoggedCall): RowProblem | undefined {
  const {weight = 1} = call;
  if (call.name.trim() === '') return {column: 'the function', value: call.name, rule: 'a name'};
  if (!(Number.isSafeInteger(weight) && weight >= 0 && weight <= MAX_WEIGHT)) {
    return {column: 'the weight', value: String(weight), rule: `a whole number from 0 to ${MAX_WEIGHT}`};
  }
  if (!isClockUs(arrivalOf(call))) {
    return {column: 'the time', value: String(call.timeUs), rule: 'a time within +-142 years'};
  }
  if (!isLength(call.durationUs)) return notLength('the duration', call.durationUs);
  return isLength(call.coldUs) ? undefined : notLength('the cold start', call.coldUs);
}

/** How much a builder's calls say, for the summary. */
export function callCounts({
  withoutDuration,
  withoutStart,
  coldCalls,
}: EventBuilder): NonNullable<TraceResult['calls']> {
  return {withoutDuration, withoutStart, cold: coldCalls};
}

/** When a call came, as far as what is known of it tells. */
export function arrivalOf({timeUs, atEnd, durationUs, coldUs}: LoggedCall): number {
  if (!atEnd) return timeUs;
  return timeUs - (durationUs > 0 ? durationUs : 0) - (coldUs > 0 ? coldUs : 0);
}

function isLength(us: number): boolean {
  return Number.isNaN(us) || Number.isSafeInteger(us);
}

function notLength(column: string, us: number): RowProblem {
  return {column, value: String(us), rule: 'a length of time within 285 years'};
}

/** How a call started, of which a log says whether it was cold and perhaps for how long. */
export function startOf(cold: boolean | undefined, lengthUs = Number.NaN): number {
  if (cold === undefined) return UNKNOWN_START;
  if (!cold) return WARM;
  return Number.isNaN(lengthUs) ? COLD_UNTIMED : lengthUs;
}
