/**
 * The counting lane (`level-count.ts`, its twin in TypeScript) in AssemblyScript, with the draws of calls fused in: four
 * calls at a time by SIMD, never in order. Compiled by `npm run build`; a test holds it against its twin. Nothing is
 * allocated: all columns lie at fixed places of the memory, tables of durations behind them.
 */

const MOST_CALLS: i32 = 1 << 16;
const MOST_BINS: i32 = 1 << 14;
const LEAST_BINS: i32 = 64;
/** Stretches of a minute that are drawn apart. */
const STRETCHES: u64 = 64;
const BINS_A_CALL: i32 = 2;
const ARRIVAL: u32 = 1 << 16;
const FINISHES: u32 = ARRIVAL - 1;

/** What may be in a bin: an arrival that takes lower than any before, a finish that stays on the stack to the end. */
const TAKES: u8 = 1;
const STAYS: u8 = 2;
/** Events are 4 x time + kind; a call that takes no time arrives and finishes as one. */
const FINISH: i32 = 0;
const ARRIVE: i32 = 1;
const ORDER: i32 = ~2;

// Four elements more than the most: what is stored four at a time may reach beyond the end.
const COUNTS: usize = memory.data(4 * (MOST_BINS + 8), 16); // [bin]
const BEFORE: usize = memory.data(4 * (MOST_BINS + 8), 16); // [bin] idle as it begins
const BEHIND: usize = memory.data(4 * (MOST_BINS + 8), 16); // [bin] finishes less arrivals behind it
const PLACE: usize = memory.data(4 * (MOST_BINS + 8), 16); // [bin] its events
const PLACE_END: usize = memory.data(4 * (MOST_BINS + 8), 16); // [bin]
const CHOSEN: usize = memory.data(4 * (MOST_BINS + 8), 16);
const MAY: usize = memory.data(MOST_BINS + 8, 16); // [bin]
const STEP: usize = memory.data(MOST_BINS + 8, 16); // [bin] 1 if its events are gathered
const DEALT: usize = memory.data(4 * 64, 16); // [stretch] calls to be drawn
const ARRIVES: usize = memory.data(4 * (MOST_CALLS + 8), 16); // [call] above its time a sign if it takes no time
const FINISHED: usize = memory.data(4 * (MOST_CALLS + 8), 16);
const BEYOND: usize = memory.data(4 * (MOST_CALLS + 8), 16);
const EVENTS: usize = memory.data(8 * (MOST_CALLS + 8), 16);
const PUSHED: usize = memory.data(4 * (MOST_CALLS + 8), 16);
const TAKEN: usize = memory.data(4 * (MOST_CALLS + 8), 16);
/** Where events that nobody asks for are written, again and again. */
const NOWHERE: i32 = 2 * MOST_CALLS + 4;

let shift: i32 = 0;
let bins: i32 = 0;
let length: i32 = 0;
let calls: i32 = 0;
let finishes: i32 = 0;
let beyond: i32 = 0;
let sum: i64 = 0;
let level: i32 = 0;
let pushed: i32 = 0;
let taken: i32 = 0;
let risky: bool = false;
let choices: i32 = 0;

export function dealtAt(): usize {
  return DEALT;
}
export function finishedAt(): usize {
  return FINISHED;
}
export function beyondAt(): usize {
  return BEYOND;
}
export function pushedAt(): usize {
  return PUSHED;
}
export function takenAt(): usize {
  return TAKEN;
}
export function levelCount(): i32 {
  return level;
}
export function pushedCount(): i32 {
  return pushed;
}
export function takenCount(): i32 {
  return taken;
}
export function beyondCount(): i32 {
  return beyond;
}
export function sumUs(): f64 {
  return <f64>sum;
}
/** The first byte behind all columns. */
export function heapBase(): usize {
  return __heap_base;
}

@inline
function at(column: usize, k: i32): i32 {
  return load<i32>(column + ((<usize>k) << 2));
}
@inline
function put(column: usize, k: i32, value: i32): void {
  store<i32>(column + ((<usize>k) << 2), value);
}
@inline
function add(column: usize, k: i32, value: u32): void {
  const place = column + ((<usize>k) << 2);
  store<u32>(place, load<u32>(place) + value);
}

/** A window that lasts `lengthUs` begins, with about `n` calls, and `earlier` finishes of calls before it filed. */
export function begin(n: i32, lengthUs: i32, earlier: i32): void {
  let wanted = BINS_A_CALL * n;
  if (wanted < LEAST_BINS) wanted = LEAST_BINS;
  if (wanted > MOST_BINS) wanted = MOST_BINS;
  shift = 0;
  while (lengthUs >> shift >= wanted) shift++;
  bins = (lengthUs >> shift) + 1;
  length = lengthUs;
  calls = 0;
  finishes = earlier;
  beyond = 0;
  sum = 0;
  memory.fill(COUNTS, 0, (<usize>(bins + 1)) << 2);
  for (let k = 0; k < earlier; k++) add(COUNTS, at(FINISHED, k) >> shift, 1);
}

/** `draw32` of base/random.ts for four counters. */
@inline
function mixed(counter: v128, keyB: v128): v128 {
  let z = v128.xor(counter, i32x4.shr_u(counter, 16));
  z = v128.xor(i32x4.mul(z, i32x4.splat(0x21f0aaad)), keyB);
  z = i32x4.mul(v128.xor(z, i32x4.shr_u(z, 15)), i32x4.splat(0x735a2d97));
  return v128.xor(z, i32x4.shr_u(z, 15));
}

/** A call arrives at `t`, takes `d` and finishes at `end`. */
@inline
function count(t: i32, d: i32, end: i32): void {
  sum += <i64>d;
  add(COUNTS, t >> shift, ARRIVAL);
  const inside = end < length;
  // What finishes later is counted in a bin behind the last.
  add(COUNTS, inside ? end >> shift : bins, 1);
  put(FINISHED, finishes, end);
  finishes += i32(inside) & i32(d != 0);
  put(BEYOND, beyond, end);
  beyond += i32(!inside);
}

/** `mix32` of base/random.ts. */
@inline
function mix32(x: u32): i32 {
  let z = x;
  z = (z ^ (z >>> 16)) * 0x21f0aaad;
  z = (z ^ (z >>> 15)) * 0x735a2d97;
  return <i32>(z ^ (z >>> 15));
}

/** Where stretch `stretch` of a minute that lasts `lengthUs` begins. */
@inline
function edge(stretch: i32, lengthUs: i32): i32 {
  return <i32>((<u64>stretch * <u64>lengthUs) / STRETCHES);
}

/** Draws the calls that are dealt to stretches [first, last) of a minute and counts them: see `CallDrawer`. */
export function draw(
  timeA: i32,
  timeB: i32,
  durationA: i32,
  durationB: i32,
  first: i32,
  last: i32,
  lengthUs: i32,
  table: usize,
): void {
  const beginUs = edge(first, lengthUs);
  for (let stretch = first; stretch < last; stretch++) {
    const n = at(DEALT, stretch);
    if (n == 0) continue;
    const lowUs = edge(stretch, lengthUs);
    const shift: u32 = <u32>(stretch + 1) * 0x9e3779b1;
    const timeKey = mix32(<u32>timeA + shift);
    const durationKey = mix32(<u32>durationA + shift);
    const widthUs = edge(stretch + 1, lengthUs) - lowUs;
    drawStretch(timeKey, timeB, durationKey, durationB, n, lowUs - beginUs, widthUs, table);
  }
}

/**
 * Draws `n` calls and counts them: times uniform in [lowUs, lowUs + widthUs), durations by `table`, a hundred pairs of
 * (least, growth in 2^-24 of a percent).
 */
function drawStretch(
  timeA: i32,
  timeB: i32,
  durationA: i32,
  durationB: i32,
  n: i32,
  lowUs: i32,
  widthUs: i32,
  table: usize,
): void {
  const step = i32x4(0, 0x9e3779b9, 0x3c6ef372, 0xdaa66d2b);
  const next = i32x4.splat(0x78dde6e4);
  const timeKey = i32x4.splat(timeB);
  const durationKey = i32x4.splat(durationB);
  const width = i32x4.splat(widthUs);
  const low = i32x4.splat(lowUs);
  const percents = i32x4.splat(100);
  let times = i32x4.add(i32x4.splat(timeA), step);
  let durations = i32x4.add(i32x4.splat(durationA), step);
  const from = calls;
  for (let j = 0; j < n; j += 4) {
    const time = mixed(times, timeKey);
    const duration = mixed(durations, durationKey);
    times = i32x4.add(times, next);
    durations = i32x4.add(durations, next);
    const t = i32x4.add(
      v128.shuffle<i32>(i64x2.extmul_low_i32x4_u(time, width), i64x2.extmul_high_i32x4_u(time, width), 1, 3, 5, 7),
      low,
    );
    const a = i64x2.extmul_low_i32x4_u(duration, percents);
    const b = i64x2.extmul_high_i32x4_u(duration, percents);
    const percent = v128.shuffle<i32>(a, b, 1, 3, 5, 7);
    const part = f32x4.convert_i32x4_s(i32x4.shr_u(v128.shuffle<i32>(a, b, 0, 2, 4, 6), 8));
    const p0 = v128.load64_zero(table + ((<usize>i32x4.extract_lane(percent, 0)) << 3));
    const p1 = v128.load64_zero(table + ((<usize>i32x4.extract_lane(percent, 1)) << 3));
    const p2 = v128.load64_zero(table + ((<usize>i32x4.extract_lane(percent, 2)) << 3));
    const p3 = v128.load64_zero(table + ((<usize>i32x4.extract_lane(percent, 3)) << 3));
    const p01 = v128.shuffle<i32>(p0, p1, 0, 4, 1, 5);
    const p23 = v128.shuffle<i32>(p2, p3, 0, 4, 1, 5);
    const d = i32x4.trunc_sat_f32x4_s(
      f32x4.add(v128.shuffle<i32>(p01, p23, 0, 1, 4, 5), f32x4.mul(v128.shuffle<i32>(p01, p23, 2, 3, 6, 7), part)),
    );
    const end = i32x4.add(t, d);
    const none = i32x4.eq(d, i32x4.splat(0));
    v128.store(ARRIVES + ((<usize>(from + j)) << 2), v128.or(t, i32x4.shl(none, 31)));
    const left = n - j;
    count(i32x4.extract_lane(t, 0), i32x4.extract_lane(d, 0), i32x4.extract_lane(end, 0));
    if (left > 1) count(i32x4.extract_lane(t, 1), i32x4.extract_lane(d, 1), i32x4.extract_lane(end, 1));
    if (left > 2) count(i32x4.extract_lane(t, 2), i32x4.extract_lane(d, 2), i32x4.extract_lane(end, 2));
    if (left > 3) count(i32x4.extract_lane(t, 3), i32x4.extract_lane(d, 3), i32x4.extract_lane(end, 3));
  }
  calls = from + n;
}

/** Finds what becomes of `idle` instances over the window; false when one must be created. See `LevelCount.run`. */
export function settle(idle: i32, takings: bool): bool {
  if (!scan(idle)) return false;
  const all = takings || risky;
  choose(all);
  gather();
  order();
  findPushed();
  taken = 0;
  if (!all) return true;
  if (!findTaken(idle)) return false;
  if (!takings) taken = 0;
  return true;
}

function scan(idle: i32): bool {
  let now = idle;
  let least = idle;
  risky = false;
  for (let bin = 0; bin < bins; bin++) {
    const events = <u32>at(COUNTS, bin);
    const low = now - <i32>(events >> 16);
    now = low + <i32>(events & FINISHES);
    if (low >= least) {
      store<u8>(MAY + bin, 0);
      continue;
    }
    if (low < 0) risky = true;
    if (now < 0) return false;
    store<u8>(MAY + bin, TAKES);
    put(BEFORE, bin, low + <i32>(events >> 16));
    if (now < least) least = now;
  }
  level = now;
  return true;
}

function choose(takings: bool): void {
  let behind = 0;
  let most = 0;
  let chosen = 0;
  let place = 0;
  for (let bin = bins - 1; bin >= 0; bin--) {
    const events = <u32>at(COUNTS, bin);
    const arrivals = <i32>(events >> 16);
    const ended = <i32>(events & FINISHES);
    let may: u8 = takings ? load<u8>(MAY + bin) : 0;
    if (behind + ended > most) may |= STAYS;
    if (may != 0) {
      put(BEHIND, bin, behind);
      put(CHOSEN, chosen++, bin);
      put(PLACE, bin, place);
      put(PLACE_END, bin, place);
      place += arrivals + ended;
    } else put(PLACE_END, bin, NOWHERE);
    store<u8>(MAY + bin, may);
    store<u8>(STEP + bin, may != 0 ? 1 : 0);
    behind += ended - arrivals;
    if (behind > most) most = behind;
  }
  choices = chosen;
}

function gather(): void {
  for (let k = 0; k < calls; k++) {
    const arrival = at(ARRIVES, k);
    const time = arrival & 0x7fffffff;
    file(time >> shift, 4 * time + ARRIVE + ((arrival >>> 31) << 1));
  }
  for (let k = 0; k < finishes; k++) {
    const time = at(FINISHED, k);
    file(time >> shift, 4 * time + FINISH);
  }
}

/** Files an event with its bin, without a branch. */
@inline
function file(bin: i32, event: i32): void {
  const place = at(PLACE_END, bin);
  put(EVENTS, place, event);
  put(PLACE_END, bin, place + <i32>load<u8>(STEP + bin));
}

function order(): void {
  for (let c = 0; c < choices; c++) {
    const bin = at(CHOSEN, c);
    const from = at(PLACE, bin);
    const end = at(PLACE_END, bin);
    for (let k = from + 1; k < end; k++) {
      const event = at(EVENTS, k);
      let down = k - 1;
      for (; down >= from && (at(EVENTS, down) & ORDER) > (event & ORDER); down--) {
        put(EVENTS, down + 1, at(EVENTS, down));
      }
      put(EVENTS, down + 1, event);
    }
  }
}

function findPushed(): void {
  let most = 0;
  for (let c = 0; c < choices; c++) {
    const bin = at(CHOSEN, c);
    if ((load<u8>(MAY + bin) & STAYS) == 0) continue;
    const from = at(PLACE, bin);
    let behind = at(BEHIND, bin);
    for (let k = at(PLACE_END, bin) - 1; k >= from; k--) {
      const event = at(EVENTS, k);
      const kind = event & 3;
      if (kind != ARRIVE && ++behind > most) {
        most = behind;
        put(PUSHED, most, event >> 2);
      }
      if (kind != FINISH) behind--;
    }
  }
  pushed = most;
}

function findTaken(idle: i32): bool {
  let least = idle;
  let found = 0;
  for (let c = choices - 1; c >= 0; c--) {
    const bin = at(CHOSEN, c);
    if ((load<u8>(MAY + bin) & TAKES) == 0) continue;
    const end = at(PLACE_END, bin);
    let now = at(BEFORE, bin);
    for (let k = at(PLACE, bin); k < end; k++) {
      const event = at(EVENTS, k);
      const kind = event & 3;
      if (kind != FINISH && --now < least) {
        if (now < 0) return false;
        least = now;
        put(TAKEN, found++, event >> 2);
      }
      if (kind != ARRIVE) now++;
    }
  }
  taken = found;
  return true;
}
