import type {CallBatch} from '../../scheduler/core/cell-setup.ts';

/** Rows of the feed's scratch: time within its minute, function, then the duration as a double. */
export const ROW_INTS = 4;
export const ROW_DOUBLES = 2;

const MAX_BUCKETS = 1 << 13;
const bucketEnd = new Int32Array(MAX_BUCKETS + 1);

/** Rows before they are sorted. */
export interface Scratch {
  readonly ints: Int32Array;
  readonly doubles: Float64Array;
  readonly coldUs: Float64Array | undefined;
  readonly sequence: Float64Array | undefined;
  readonly call: Int32Array | undefined;
}

/**
 * Sorts rows [from, to) of the scratch by time into `batch`, stable, so that equal times keep the order of
 * functions. A counting sort into about as many buckets as rows leaves nearly nothing to the insertion sort.
 * With a `sequence`, equal times are put in its order; it is filled along with the batch.
 * Times lie in [lowUs, lowUs + widthUs) of the minute that begins at `minuteUs`.
 */
export function sortByTime(
  scratch: Scratch,
  from: number,
  to: number,
  lowUs: number,
  widthUs: number,
  minuteUs: number,
  batch: CallBatch,
  sequence: Float64Array | undefined,
): void {
  const {ints, doubles, coldUs: cold, sequence: order, call: which} = scratch;
  const {timeUs, fn, durationUs, coldUs, call} = batch;
  const n = to - from;
  batch.length = n;
  let shift = 0;
  while (widthUs >> shift >= MAX_BUCKETS || (widthUs >> shift > 2 * n && widthUs >> shift > 1)) shift++;
  const buckets = (widthUs >> shift) + 1;
  bucketEnd.fill(0, 0, buckets + 1);
  for (let row = from; row < to; row++) bucketEnd[((ints[row * ROW_INTS]! - lowUs) >> shift) + 1]! += 1;
  for (let b = 1; b <= buckets; b++) bucketEnd[b]! += bucketEnd[b - 1]!;
  for (let row = from; row < to; row++) {
    const inMinuteUs = ints[row * ROW_INTS]!;
    const at = bucketEnd[(inMinuteUs - lowUs) >> shift]!++;
    timeUs[at] = minuteUs + inMinuteUs;
    fn[at] = ints[row * ROW_INTS + 1]!;
    durationUs[at] = doubles[row * ROW_DOUBLES + 1]!;
    if (cold !== undefined) coldUs![at] = cold[row]!;
    if (order !== undefined) sequence![at] = order[row]!;
    if (which !== undefined) call![at] = which[row]!;
  }
  insertionSort(batch, n, sequence);
  if (sequence !== undefined) orderTies(batch, n, sequence);
}

function insertionSort(batch: CallBatch, n: number, sequence: Float64Array | undefined): void {
  const {timeUs, fn, durationUs, coldUs, call} = batch;
  for (let k = 1; k < n; k++) {
    const time = timeUs[k]!;
    if (timeUs[k - 1]! <= time) continue;
    const itsFn = fn[k]!;
    const duration = durationUs[k]!;
    const cold = coldUs === undefined ? 0 : coldUs[k]!;
    const place = sequence === undefined ? 0 : sequence[k]!;
    const which = call === undefined ? 0 : call[k]!;
    let at = k;
    for (; at > 0 && timeUs[at - 1]! > time; at--) {
      timeUs[at] = timeUs[at - 1]!;
      fn[at] = fn[at - 1]!;
      durationUs[at] = durationUs[at - 1]!;
      if (coldUs !== undefined) coldUs[at] = coldUs[at - 1]!;
      if (sequence !== undefined) sequence[at] = sequence[at - 1]!;
      if (call !== undefined) call[at] = call[at - 1]!;
    }
    timeUs[at] = time;
    fn[at] = itsFn;
    durationUs[at] = duration;
    if (coldUs !== undefined) coldUs[at] = cold;
    if (sequence !== undefined) sequence[at] = place;
    if (call !== undefined) call[at] = which;
  }
}

/** Puts calls at the same time in the order of `sequence`. */
function orderTies({timeUs, fn, durationUs, coldUs, call}: CallBatch, n: number, sequence: Float64Array): void {
  for (let from = 0, to = 1; from < n; from = to++) {
    let ordered = true;
    for (; to < n && timeUs[to] === timeUs[from]; to++) ordered &&= sequence[to - 1]! < sequence[to]!;
    if (ordered) continue;
    const order = Uint32Array.from({length: to - from}, (_, k) => from + k);
    order.sort((a, b) => sequence[a]! - sequence[b]!);
    for (const column of [fn, durationUs, coldUs, call].filter((one) => one !== undefined)) {
      column.set(
        Array.from(order, (k) => column[k]!),
        from,
      );
    }
  }
}
