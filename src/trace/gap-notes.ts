import {formatCount, formatTimeUs, US_PER_DAY, US_PER_MINUTE} from '../base/units.ts';
import type {DraftList, WorkloadDraft} from '../workload/build/draft.ts';
import {int64At} from '../workload/workload.ts';

/** A stretch without calls that is this much of the span is no quiet time but a wrong one. */
const LONELY_SHARE = 0.9;
/** Of the calls so many may lie on the lonely side of it, or one alone. */
const LONELY_CALLS = 0.01;
/** A day without a call is worth a word where the others have so many. */
const BUSY_CALLS = 100;

/** Says where a trace's calls leave most of its span empty, and on which whole days there is none. */
export function gapNotes(draft: WorkloadDraft): string[] {
  const {spanUs, originUs, startTime} = draft.meta;
  if (spanUs < 2 * US_PER_DAY) return [];
  const days = callsByDay(draft);
  if (days === undefined) return [];
  const called = [...days.keys()].sort((a, b) => a - b);
  const total = [...days.values()].reduce((sum, calls) => sum + calls, 0);
  const lonely = lonelyNote(called, days, total, spanUs);
  if (lonely !== undefined) return [lonely];
  const all = Math.floor(spanUs / US_PER_DAY);
  const missing = Array.from({length: all}, (_, day) => day).filter((day) => !days.has(day));
  if (missing.length === 0 || total / called.length < BUSY_CALLS || missing.length > all / 2) return [];
  const name = (day: number): string =>
    startTime === '' ? `day ${day + 1}` : new Date((originUs + day * US_PER_DAY) / 1000).toISOString().slice(0, 16);
  const named = missing.slice(0, 5).map(name).join(', ');
  const more = missing.length > 5 ? ', ...' : '';
  return [`no call in the 24 h from ${named}${more}: is a file missing? they count as quiet`];
}

function lonelyNote(
  called: readonly number[],
  days: ReadonlyMap<number, number>,
  total: number,
  spanUs: number,
): string | undefined {
  let before = 0;
  for (let k = 1; k < called.length; k++) {
    before += days.get(called[k - 1]!)!;
    const emptyUs = (called[k]! - called[k - 1]! - 1) * US_PER_DAY;
    const fewer = Math.min(before, total - before);
    if (emptyUs < LONELY_SHARE * spanUs || (fewer > 1 && fewer > LONELY_CALLS * total)) continue;
    const [few, side] = before <= total - before ? [before, 'before'] : [total - before, 'behind'];
    const calls = few === 1 ? 'one call lies' : `${formatCount(few)} calls lie`;
    return `${calls} ${formatTimeUs(emptyUs)} ${side} the others, so most of the span is empty: is a time missing, or written as 0?`;
  }
  return undefined;
}

/** A trace of more elements than this is not gone through once more for a note. */
const MAX_ELEMENTS = 2 ** 24;

/** Calls by day from time 0 on; undefined where that would take too long. */
function callsByDay({lists}: WorkloadDraft): Map<number, number> | undefined {
  const [times] = lists;
  const counts = lists.find(({name}) => name === 'count');
  const functions = times!.length.length;
  let elements = 0;
  for (let f = 0; f < functions; f++) elements += times!.length[f]!;
  if (elements > MAX_ELEMENTS) return undefined;
  const days = new Days();
  if (counts === undefined) for (const piece of times!.pieces(0, functions)) days.addCalls(piece);
  else {
    const beside = counts.pieces(0, functions)[Symbol.iterator]();
    for (const piece of times!.pieces(0, functions)) days.addCounts(piece, beside.next().value as Uint8Array, counts);
  }
  return days.done();
}

const MINUTES_PER_DAY = US_PER_DAY / US_PER_MINUTE;

class Days {
  private readonly byDay = new Map<number, number>();
  private day = -1;
  private calls = 0;

  addCalls({buffer, byteOffset, byteLength}: Uint8Array): void {
    const words = new Int32Array(buffer as ArrayBuffer, byteOffset, byteLength / 4);
    for (let i = 0; i < words.length / 2; i++) this.add(Math.floor(int64At(words, i) / US_PER_DAY), 1);
  }

  addCounts(minutes: Uint8Array, counts: Uint8Array, {item}: DraftList): void {
    const at = new Uint32Array(minutes.buffer as ArrayBuffer, minutes.byteOffset, minutes.byteLength / 4);
    const NumberArray = item === 'float64' ? Float64Array : Uint32Array;
    const size = NumberArray.BYTES_PER_ELEMENT;
    const calls = new NumberArray(counts.buffer as ArrayBuffer, counts.byteOffset, counts.byteLength / size);
    for (let i = 0; i < at.length; i++) this.add(Math.floor(at[i]! / MINUTES_PER_DAY), calls[i]!);
  }

  done(): Map<number, number> {
    this.note();
    return this.byDay;
  }

  /** Calls of a day mostly come together. */
  private add(day: number, calls: number): void {
    if (day !== this.day) this.note();
    this.day = day;
    this.calls += calls;
  }

  private note(): void {
    if (this.calls > 0) this.byDay.set(this.day, (this.byDay.get(this.day) ?? 0) + this.calls);
    this.calls = 0;
  }
}
