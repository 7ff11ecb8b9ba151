import {isBlank} from '../../files/cells.ts';
import {parsed} from '../../files/json-values.ts';
import type {RowProblem} from '../../files/rows.ts';
import {isClockUs} from '../../workload/limits.ts';
import {UNKNOWN_START, WARM} from '../../workload/workload.ts';
import {CallCollector, MAX_WEIGHT} from '../collect/calls.ts';
import type {TraceResult} from '../format.ts';
import type {FieldMap, TraceField} from './field-map.ts';
import type {MappedRow} from './row.ts';

export const POINT_RULE = 'a time within +-142 years';
export const LENGTH_RULE = 'a length of time within 285 years';
export const WEIGHT_RULE = `a whole number from 0 to ${MAX_WEIGHT}`;

/**
 * Rows that are calls, or lists of calls. Blank lengths are unknown; a call without a cold start was warm. A row whose
 * time is blank is no call.
 */
export class MappedEvents {
  private readonly map: FieldMap;
  private readonly calls: CallCollector;
  private zeroStarts = 0;

  constructor(map: FieldMap) {
    this.map = map;
    this.calls = new CallCollector({
      duration: map.has('duration'),
      cold: map.has('cold'),
      session: map.has('session'),
      room: map.has('room'),
    });
  }

  taker(row: MappedRow): (cells: readonly string[]) => RowProblem | undefined {
    const point: TraceField = this.map.has('end') ? 'end' : 'arrival';
    return (cells) => (row.isList(cells, point) ? this.takeList(row, cells, point) : this.takeCall(row, cells, point));
  }

  finish(source: string): TraceResult {
    const point = this.map.get(this.map.has('end') ? 'end' : 'arrival')!;
    const {builder} = this.calls;
    const zeros = this.zeroStarts;
    const notes =
      zeros > 1 && 2 * zeros > builder.coldCalls
        ? [`${zeros} of ${builder.coldCalls} cold starts take no time: are these warm calls? leave their cell blank`]
        : [];
    return this.calls.finish(source, notes, point.clock);
  }

  private takeCall(row: MappedRow, cells: readonly string[], point: TraceField): RowProblem | undefined {
    const timeUs = row.number(cells, point) ?? Number.NaN;
    if (!isClockUs(timeUs)) return row.problem(cells, point, POINT_RULE);
    const durationUs = row.number(cells, 'duration') ?? UNKNOWN;
    if (durationUs !== UNKNOWN && !Number.isSafeInteger(durationUs)) return row.problem(cells, 'duration', LENGTH_RULE);
    const coldUs = row.number(cells, 'cold') ?? WARM;
    if (!Number.isSafeInteger(coldUs)) return row.problem(cells, 'cold', LENGTH_RULE);
    const weight = row.number(cells, 'weight') ?? 1;
    if (!(weight >= 0 && weight <= MAX_WEIGHT && Number.isInteger(weight)))
      return row.problem(cells, 'weight', WEIGHT_RULE);
    return row.whoProblem(cells) ?? this.add(row, cells, point, timeUs, durationUs, coldUs, weight);
  }

  /** A row whose time is a list is as many calls; its lengths are lists as long, or hold for all of them. */
  private takeList(row: MappedRow, cells: readonly string[], point: TraceField): RowProblem | undefined {
    const times = listOf(row.text(cells, point));
    if (times === undefined) return row.problem(cells, point, 'a list of times');
    const lists = new Map<TraceField, readonly number[]>();
    for (const field of [point, 'duration', 'cold'] as const) {
      const cell = row.text(cells, field);
      const list = field === point ? times : (listOf(cell) ?? times.map(() => cell));
      if (list.length !== times.length)
        return row.problem(cells, field, `a list as long as that of times, ${times.length}`);
      const numbers = list.map((text) => (isBlank(text) ? UNKNOWN : row.convert(field, text)));
      const isWrong = (us: number): boolean => {
        if (field === point) return !isClockUs(us);
        return us !== UNKNOWN && !Number.isSafeInteger(us);
      };
      if (row.has(field) && numbers.some(isWrong)) {
        return row.problem(cells, field, field === point ? POINT_RULE : LENGTH_RULE);
      }
      lists.set(field, numbers);
    }
    const problem = row.whoProblem(cells);
    if (problem) return problem;
    for (let k = 0; k < times.length; k++) {
      const timeUs = lists.get(point)![k]!;
      const coldUs = lists.get('cold')![k]!;
      const durationUs = lists.get('duration')![k]!;
      const unlikely = this.add(row, cells, point, timeUs, durationUs, coldUs === UNKNOWN ? WARM : coldUs, 1);
      if (unlikely) return unlikely;
    }
    return undefined;
  }

  private add(
    row: MappedRow,
    cells: readonly string[],
    point: TraceField,
    timeUs: number,
    durationUs: number,
    coldUs: number,
    weight: number,
  ): RowProblem | undefined {
    const [owner, app, name] = row.who(cells);
    // A length below 0 is one of 0, and no code for how the call started.
    const start = coldUs === WARM || coldUs >= 0 ? coldUs : CLAMPED;
    if (coldUs === 0) this.zeroStarts++;
    return this.calls.add({
      ...{name, app, owner, weight, timeUs, trigger: row.trigger(cells), memoryMib: row.number(cells, 'memory')},
      atEnd: point === 'end',
      durationUs: durationUs === UNKNOWN ? Number.NaN : durationUs,
      coldUs: row.has('cold') ? start : UNKNOWN_START,
      session: row.whose(cells, 'session'),
      room: row.whose(cells, 'room'),
    });
  }
}

/** No length that a cell can say. */
const UNKNOWN = Number.MIN_SAFE_INTEGER;
/** A length that builders make 0 and count. */
const CLAMPED = -1000;

/** The elements of a list as texts; undefined for what is none. */
function listOf(cell: string): readonly string[] | undefined {
  if (!cell.startsWith('[')) return undefined;
  const list = parsed(cell);
  return Array.isArray(list) ? list.map((value) => (value === null ? '' : String(value))) : undefined;
}
