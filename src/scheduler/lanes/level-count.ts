/** Arrivals are counted in the upper half of a bin's integer, finishes in the lower. */
const ARRIVAL = 1 << 16;
const FINISHES = ARRIVAL - 1;
/** So many events of a kind can be counted in one bin. */
export const MOST_COUNTED = FINISHES;
const LEAST_BINS = 64;
const MOST_BINS = 1 << 14;
const BINS_A_CALL = 2;
/** Events that there is room for at first. */
const FIRST_ROOM = 1 << 12;

/** What may be in a bin: an arrival that takes lower than any before, a finish that stays on the stack to the end. */
const TAKES = 1;
const STAYS = 2;

/** Events are 4 x time + kind; a call that takes no time arrives and finishes as one. */
const FINISH = 0;
const ARRIVE = 1;
const PASS = 3;
/** Orders events as they happen: at a time finishes before arrivals, which keep their order. */
const ORDER = ~2;

/** What a lane's window comes to where no instance is created. */
export interface Levels {
  /** Idle in the end. */
  readonly level: number;
  /** Of these, since when: the k-th from the top since `pushedAt[k]`, k from 1 on; those below were idle before. */
  readonly pushed: number;
  readonly pushedAt: Int32Array;
  /** Instances idle before that were taken, from the top, and when. Only where that is asked for. */
  readonly taken: number;
  readonly takenAt: Int32Array;
  /** Calls that finish behind the window, and when. */
  readonly beyond: number;
  readonly beyondAt: Int32Array | Float64Array;
  /** How long the calls run in all, within the window or beyond. */
  readonly sumUs: number;
}

/**
 * How many instances of a lane are idle over a window, by counting instead of sorting: arrivals and finishes are counted
 * in short bins of time. Where even the worst order within each bin leaves an idle instance for every arrival, no
 * instance is created, and all that is left to know are records of the level: when each instance that was idle before
 * was first taken, and since when those idle in the end are. Only bins that may hold one, few, are put in order.
 */
export class LevelCount implements Levels {
  level = 0;
  pushed = 0;
  pushedAt = new Int32Array(FIRST_ROOM + 1);
  taken = 0;
  takenAt = new Int32Array(FIRST_ROOM);
  sumUs = 0;
  beyond = 0;
  beyondAt = new Float64Array(256);
  private lengthUs = 0;
  private shift = 0;
  private bins = 0;
  private finishes = 0;
  /** A bin may hold an arrival that finds nothing idle. */
  private risky = false;
  private readonly counts = new Int32Array(MOST_BINS + 1); // [bin]
  private readonly may = new Uint8Array(MOST_BINS + 1); // [bin]
  /** Idle as the bin begins; and finishes less arrivals behind the bin. Of bins that may hold something. */
  private readonly before = new Int32Array(MOST_BINS + 1); // [bin]
  private readonly behind = new Int32Array(MOST_BINS + 1); // [bin]
  /** Bins whose events are put in order, latest first, and where these lie. */
  private readonly chosen = new Int32Array(MOST_BINS + 1);
  private readonly place = new Int32Array(MOST_BINS + 1); // [bin]
  private readonly placeEnd = new Int32Array(MOST_BINS + 1); // [bin]
  private choices = 0;
  private events = new Int32Array(FIRST_ROOM);
  private eventCount = 0;

  /**
   * Takes `calls` of a window that lasts `lengthUs`, in any order, and the `finishes` of earlier calls in it, behind which
   * the calls' own are written. `idle` instances are there as it begins. False when an instance must be created;
   * `takings` says whether to tell what is taken. Neither calls nor finishes may be more than MOST_COUNTED.
   */
  run(
    arrivalUs: Int32Array,
    durationUs: Float64Array,
    calls: number,
    lengthUs: number,
    finishAt: Int32Array,
    finishes: number,
    idle: number,
    takings: boolean,
  ): boolean {
    this.begin(calls, lengthUs);
    this.count(arrivalUs, durationUs, calls, finishAt, finishes);
    if (!this.scan(idle)) return false;
    this.choose(takings || this.risky);
    this.gather(arrivalUs, durationUs, calls, finishAt);
    this.order();
    this.findPushed();
    this.taken = 0;
    if (takings || this.risky) {
      if (!this.findTaken(idle)) return false;
      if (!takings) this.taken = 0;
    }
    return true;
  }

  private begin(calls: number, lengthUs: number): void {
    const wanted = Math.min(MOST_BINS, Math.max(LEAST_BINS, calls * BINS_A_CALL));
    let shift = 0;
    while (lengthUs >> shift >= wanted) shift++;
    this.lengthUs = lengthUs;
    this.shift = shift;
    this.bins = (lengthUs >> shift) + 1;
    this.counts.fill(0, 0, this.bins);
    if (this.beyondAt.length < calls) this.beyondAt = new Float64Array(2 * calls);
  }

  private count(
    arrivalUs: Int32Array,
    durationUs: Float64Array,
    calls: number,
    finishAt: Int32Array,
    finishes: number,
  ): void {
    const {counts, shift, lengthUs, beyondAt} = this;
    let sumUs = 0;
    let m = finishes;
    let beyond = 0;
    for (let k = 0; k < finishes; k++) counts[finishAt[k]! >> shift]! += 1;
    for (let k = 0; k < calls; k++) {
      const at = arrivalUs[k]!;
      const takesUs = durationUs[k]!;
      sumUs += takesUs;
      counts[at >> shift]! += takesUs === 0 ? ARRIVAL + 1 : ARRIVAL;
      if (takesUs === 0) continue;
      const end = at + takesUs;
      if (end < lengthUs) {
        finishAt[m++] = end;
        counts[end >> shift]! += 1;
      } else beyondAt[beyond++] = end;
    }
    this.sumUs = sumUs;
    this.finishes = m;
    this.beyond = beyond;
  }

  /** Forward through the bins, all arrivals of one before its finishes; false when the level surely falls below 0. */
  private scan(idle: number): boolean {
    const {counts, bins, may, before} = this;
    let level = idle;
    let least = idle;
    this.risky = false;
    for (let bin = 0; bin < bins; bin++) {
      const count = counts[bin]!;
      const low = level - (count >>> 16);
      may[bin] = 0;
      if (low < least) {
        if (low < 0) this.risky = true;
        may[bin] = TAKES;
        before[bin] = level;
        level = low + (count & FINISHES);
        if (level < 0) return false;
        if (level < least) least = level;
      } else level = low + (count & FINISHES);
    }
    this.level = level;
    return true;
  }

  /** Backward through the bins: chooses those that may hold a record, of taking ones only if asked. */
  private choose(takings: boolean): void {
    const {counts, bins, may, behind, chosen, place, placeEnd} = this;
    let sum = 0;
    let most = 0;
    let choices = 0;
    let events = 0;
    for (let bin = bins - 1; bin >= 0; bin--) {
      const count = counts[bin]!;
      const arrivals = count >>> 16;
      const finishes = count & FINISHES;
      if (!takings) may[bin] = 0;
      if (sum + finishes > most) may[bin]! |= STAYS;
      if (may[bin] !== 0) {
        behind[bin] = sum;
        chosen[choices++] = bin;
        place[bin] = placeEnd[bin] = events;
        events += arrivals + finishes;
      }
      sum += finishes - arrivals;
      if (sum > most) most = sum;
    }
    this.choices = choices;
    this.eventCount = events;
  }

  private gather(arrivalUs: Int32Array, durationUs: Float64Array, calls: number, finishAt: Int32Array): void {
    const {may, placeEnd, shift, finishes} = this;
    if (this.events.length < this.eventCount) {
      this.events = new Int32Array(2 * this.eventCount);
      this.pushedAt = new Int32Array(2 * this.eventCount + 1);
      this.takenAt = new Int32Array(2 * this.eventCount);
    }
    const {events} = this;
    for (let k = 0; k < calls; k++) {
      const at = arrivalUs[k]!;
      const bin = at >> shift;
      if (may[bin] !== 0) events[placeEnd[bin]!++] = 4 * at + (durationUs[k] === 0 ? PASS : ARRIVE);
    }
    for (let k = 0; k < finishes; k++) {
      const at = finishAt[k]!;
      const bin = at >> shift;
      if (may[bin] !== 0) events[placeEnd[bin]!++] = 4 * at + FINISH;
    }
  }

  /** Puts each chosen bin's events in order. */
  private order(): void {
    const {chosen, choices, events, place, placeEnd} = this;
    for (let c = 0; c < choices; c++) {
      const from = place[chosen[c]!]!;
      const end = placeEnd[chosen[c]!]!;
      if (end - from > CROWDED) {
        sortCrowded(events, from, end);
        continue;
      }
      for (let k = from + 1; k < end; k++) {
        const event = events[k]!;
        let down = k - 1;
        for (; down >= from && (events[down]! & ORDER) > (event & ORDER); down--) events[down + 1] = events[down]!;
        events[down + 1] = event;
      }
    }
  }

  /** From the end back: a finish behind which more finish than arrive than behind any later one stays on the stack. */
  private findPushed(): void {
    const {chosen, choices, may, behind, place, placeEnd, events, pushedAt} = this;
    let most = 0;
    for (let c = 0; c < choices; c++) {
      const bin = chosen[c]!;
      if ((may[bin]! & STAYS) === 0) continue;
      let sum = behind[bin]!;
      for (let k = placeEnd[bin]! - 1; k >= place[bin]!; k--) {
        const kind = events[k]! & 3;
        if (kind !== ARRIVE && ++sum > most) {
          most = sum;
          pushedAt[most] = events[k]! >> 2;
        }
        if (kind !== FINISH) sum--;
      }
    }
    this.pushed = most;
  }

  /** From the beginning: an arrival that leaves fewer idle than any before takes one that was idle before the window. */
  private findTaken(idle: number): boolean {
    const {chosen, choices, may, before, place, placeEnd, events, takenAt} = this;
    let least = idle;
    let taken = 0;
    for (let c = choices - 1; c >= 0; c--) {
      const bin = chosen[c]!;
      if ((may[bin]! & TAKES) === 0) continue;
      let level = before[bin]!;
      for (let k = place[bin]!; k < placeEnd[bin]!; k++) {
        const kind = events[k]! & 3;
        if (kind !== FINISH && --level < least) {
          if (level < 0) return false;
          least = level;
          takenAt[taken++] = events[k]! >> 2;
        }
        if (kind !== ARRIVE) level++;
      }
    }
    this.taken = taken;
    return true;
  }
}

/** More events of a bin than this came at few times: they are not left to the insertion sort. */
const CROWDED = 64;

function sortCrowded(events: Int32Array, from: number, end: number): void {
  const ordered = Array.from(events.subarray(from, end)).sort((a, b) => (a & ORDER) - (b & ORDER));
  for (let k = 0; k < ordered.length; k++) events[from + k] = ordered[k]!;
}
