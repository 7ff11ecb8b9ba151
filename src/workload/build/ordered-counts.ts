import {inputError, UserError} from '../../base/errors.ts';
import {US_PER_MINUTE} from '../../base/units.ts';
import {SpillFile} from '../../files/spill-file.ts';
import {consecutiveLists, doubled} from '../columns.ts';
import {MAX_CALLS, MAX_MINUTES} from '../limits.ts';
import type {DurationColumns, MinuteArrivals} from '../workload.ts';
import type {DraftList, WorkloadDraft} from './draft.ts';
import {FunctionTable} from './function-table.ts';
import type {TraceMeta} from './minute-builder.ts';

const UINT32_MAX = 4294967295;
/** Counts that are written at once: minutes as 32-bit integers, then counts as doubles. */
const BLOCK = 1 << 16;
const BLOCK_BYTES = 12 * BLOCK;

/** Counts that were said to come in order do not: to be read as counts in any order. */
export class OutOfOrder extends UserError {
  constructor() {
    super('OUT_OF_ORDER', 'counts are not in the order of functions and minutes');
  }
}

/**
 * Collects per-minute counts that come function by function, each function's by ascending minutes. What is in memory is
 * who the functions are; the counts lie in a temporary file, in the order in which they will be written.
 */
export class OrderedCounts {
  readonly functions = new FunctionTable();
  private readonly file = new SpillFile();
  private readonly minutes = new Uint32Array(BLOCK);
  private readonly counts = new Float64Array(BLOCK);
  private used = 0;
  private length = new Float64Array(1024); // [function]
  private lastFunction = -1;
  private lastMinute = -1;
  private firstMinute = Number.POSITIVE_INFINITY;
  private endMinute = 0;
  private calls = 0;
  private huge = false;

  /** As `MinuteBuilder.add`. @throws OutOfOrder, after which the collector is spent */
  add(f: number, minute: number, count: number): boolean {
    if (!(Number.isSafeInteger(count) && count >= 0)) return false;
    if (!(Number.isInteger(minute) && minute >= 0 && minute < MAX_MINUTES)) return false;
    if (count === 0) return true;
    if (f < this.lastFunction || (f === this.lastFunction && minute <= this.lastMinute)) throw this.outOfOrder();
    [this.lastFunction, this.lastMinute] = [f, minute];
    while (f >= this.length.length) this.length = doubled(this.length);
    this.length[f]!++;
    this.minutes[this.used] = minute;
    this.counts[this.used++] = count;
    if (this.used === BLOCK) this.flush();
    this.firstMinute = Math.min(this.firstMinute, minute);
    this.endMinute = Math.max(this.endMinute, minute + 1);
    this.calls += count;
    this.huge ||= count > UINT32_MAX;
    return true;
  }

  /** The workload, its counts still in the file, with these durations. The collector is spent. */
  finish(meta: TraceMeta, duration: DurationColumns): WorkloadDraft {
    if (this.calls > MAX_CALLS) throw inputError('the trace', 'has more than 2^53 calls');
    this.flush();
    const functions = this.functions.size;
    const length = new Float64Array(functions);
    length.set(this.length.subarray(0, functions));
    const isEmpty = this.calls === 0;
    const origin = isEmpty ? 0 : this.firstMinute;
    const lists = this.listsOf(length, origin);
    return {
      meta: {
        ...meta,
        originUs: origin * US_PER_MINUTE,
        spanUs: isEmpty ? 0 : (this.endMinute - origin) * US_PER_MINUTE,
      },
      functions,
      ...this.functions.columns(),
      duration,
      lists,
      loadArrivals: () => loaded(lists, length),
      release: () => this.file.close(),
    };
  }

  /** What to throw, with nothing left behind. */
  outOfOrder(): OutOfOrder {
    this.file.close();
    return new OutOfOrder();
  }

  private listsOf(length: Float64Array, origin: number): readonly [DraftList, DraftList] {
    const first = new Float64Array(length.length + 1);
    for (let f = 0; f < length.length; f++) first[f + 1] = first[f]! + length[f]!;
    const item = this.huge ? 'float64' : 'uint32';
    const {file} = this;
    function* minutes(from: number, to: number): Generator<Uint8Array> {
      for (const {block, at, count} of blocksOf(first[from]!, first[to]!)) {
        const bytes = new Uint8Array(4 * count);
        file.read(block * BLOCK_BYTES + 4 * at, bytes);
        const values = new Uint32Array(bytes.buffer);
        for (let k = 0; k < count; k++) values[k]! -= origin;
        yield bytes;
      }
    }
    const blockLength = (block: number): number => Math.min(BLOCK, first.at(-1)! - block * BLOCK);
    function* counts(from: number, to: number): Generator<Uint8Array> {
      for (const {block, at, count} of blocksOf(first[from]!, first[to]!)) {
        const bytes = new Uint8Array(8 * count);
        file.read(block * BLOCK_BYTES + 4 * blockLength(block) + 8 * at, bytes);
        yield item === 'float64' ? bytes : new Uint8Array(Uint32Array.from(new Float64Array(bytes.buffer)).buffer);
      }
    }
    return [
      {name: 'minute', item: 'uint32', length, pieces: minutes},
      {name: 'count', item, length, pieces: counts},
    ];
  }

  private flush(): void {
    this.file.append(this.minutes.subarray(0, this.used));
    this.file.append(this.counts.subarray(0, this.used));
    this.used = 0;
  }
}

/** The blocks that counts [from, to) lie in, and which of them. */
function* blocksOf(from: number, to: number): Generator<{block: number; at: number; count: number}> {
  for (let next = from; next < to; ) {
    const block = Math.floor(next / BLOCK);
    const at = next - block * BLOCK;
    const count = Math.min(BLOCK - at, to - next);
    yield {block, at, count};
    next += count;
  }
}

function loaded([minute, count]: readonly [DraftList, DraftList], length: Float64Array): MinuteArrivals {
  const elements = length.reduce((sum, its) => sum + its, 0);
  const minutes = consecutiveLists(new Uint32Array(elements), length);
  const values = count.item === 'uint32' ? new Uint32Array(elements) : new Float64Array(elements);
  fill(minutes.values, minute);
  fill(values, count);
  return {kind: 'minute', minute: minutes, count: {values, start: minutes.start, length}};
}

function fill(values: Uint32Array | Float64Array, {pieces, length}: DraftList): void {
  const bytes = new Uint8Array(values.buffer);
  let at = 0;
  for (const piece of pieces(0, length.length)) {
    bytes.set(piece, at);
    at += piece.length;
  }
}
