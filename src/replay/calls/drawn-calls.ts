import {draw32, unit} from '../../base/random.ts';
import type {CallDrawer} from '../../scheduler/core/window-of-calls.ts';
import type {MinuteArrivals} from '../../workload/workload.ts';
import {AddedDraws} from './added-draws.ts';
import {FEW_CALLS, LEAST_DEALT_US, MinuteDraws, WINDOWS} from './minute-draws.ts';
import {evenUs, gap} from './spread.ts';
import {type FeedSetup, WINDOW_CALLS, WindowCalls} from './window-calls.ts';

/** Calls that a window should hold at most where it cannot be made without the whole minute. */
const UNDEALT_CALLS = 1 << 22;
const WHOLE = -1;

/** Calls made on the fly from counts: a call's time and duration depend on (seed, function, minute) alone. */
export class DrawnCalls extends WindowCalls {
  private readonly minuteList: MinuteArrivals['minute'];
  private readonly countList: MinuteArrivals['count'];
  private readonly draws = new MinuteDraws();
  private readonly calls: Float64Array; // [function] calls in the minute at hand, but those of bursts
  /** What bursts add; undefined: nothing. */
  private readonly added: AddedDraws | undefined;
  /** The calls of the minute are dealt: `dealt` says how many are where. */
  private inParts = false;
  /** Calls of each function in each of the minute's WINDOWS; only where it is made in parts. */
  private dealt = new Int32Array(0); // [window * functions + k]
  /** By what number whoever draws calls its table of durations; 0: not yet. One drawer at a time. */
  private readonly tables: Int32Array; // [function]
  private readonly dealtOne = new Int32Array(WINDOWS);

  constructor(setup: FeedSetup, {minute, count, added}: MinuteArrivals) {
    super(setup, minute);
    this.added = added && new AddedDraws(added, setup.rows.length, setup.seed);
    this.minuteList = minute;
    this.countList = count;
    this.calls = new Float64Array(setup.rows.length);
    this.tables = new Int32Array(setup.rows.length);
  }

  protected minuteAt(at: number): number {
    return this.minuteList.values[at]!;
  }

  protected takeCalls(fn: number): number {
    const {minuteList, countList} = this;
    const row = this.setup.rows[fn]!;
    const at = this.cursor[fn]!++;
    const element = at - minuteList.start[row]!;
    const calls = countList.values[element + countList.start[row]!]!;
    this.calls[fn] = calls - (this.added?.take(fn, row, element) ?? 0);
    return calls;
  }

  /** The cursor is behind a minute's count at once. */
  protected leaveWindow(): void {}

  protected mostCalls(): number {
    return this.canBeDealt() ? WINDOW_CALLS : UNDEALT_CALLS;
  }

  protected openParts(): void {
    this.inParts = this.windows > 1 && this.canBeDealt();
    if (this.inParts) this.dealMinute();
  }

  private canBeDealt(): boolean {
    return this.setup.spread === 'uniform' && this.lengthUs >= LEAST_DEALT_US;
  }

  /** Notes how many calls each function has in each window of the minute. */
  private dealMinute(): void {
    const {functions, draws, setup} = this;
    if (this.dealt.length < WINDOWS * functions) this.dealt = new Int32Array(WINDOWS * functions);
    const {dealt} = this;
    for (let k = 0; k < functions; k++) {
      const fn = this.fn[k]!;
      const calls = this.calls[fn]!;
      draws.turnTo(setup.key[fn]!, this.minute, setup.seed);
      if (calls > FEW_CALLS) {
        draws.deal(calls, dealt, k, functions);
        continue;
      }
      for (let window = 0; window < WINDOWS; window++) dealt[window * functions + k] = 0;
      this.reserve(calls);
      draws.times(WHOLE, calls, 0, this.lengthUs, this.arrivalUs, this.rows);
      for (let j = 0; j < calls; j++) dealt[this.windowAt(this.arrivalUs[this.rows + j]!) * functions + k]! += 1;
    }
  }

  /** The window of WINDOWS in which `us` of the minute lies. */
  private windowAt(us: number): number {
    const window = Math.floor((us * WINDOWS) / this.lengthUs);
    return us < this.edgeUs(window + 1) ? window : window + 1;
  }

  has(k: number): boolean {
    if (!this.inParts || this.added?.has(this.fn[k]!)) return true;
    const last = (this.nextPart * WINDOWS) / this.windows;
    for (let window = ((this.nextPart - 1) * WINDOWS) / this.windows; window < last; window++) {
      if (this.dealt[window * this.functions + k]! > 0) return true;
    }
    return false;
  }

  drawable(k: number): number {
    const {setup, windows, functions, dealt} = this;
    const fn = this.fn[k]!;
    const calls = this.calls[fn]!;
    if (calls <= FEW_CALLS || setup.parts[fn] !== 1 || !this.canBeDealt() || this.added?.has(fn)) return -1;
    if (!setup.durations.hasTable(fn) || !this.isWhole()) return -1;
    if (windows === 1) return calls;
    let drawn = 0;
    const last = (this.nextPart * WINDOWS) / windows;
    for (let window = last - WINDOWS / windows; window < last; window++) drawn += dealt[window * functions + k]!;
    return drawn;
  }

  drawInto(k: number, drawer: CallDrawer): void {
    const {draws, setup, windows, functions, dealt} = this;
    const fn = this.fn[k]!;
    this.tables[fn] ||= drawer.addTable(setup.durations.tableOf(fn));
    const table = this.tables[fn]!;
    draws.turnTo(setup.key[fn]!, this.minute, setup.seed);
    const last = (this.nextPart * WINDOWS) / windows;
    const first = last - WINDOWS / windows;
    if (windows === 1) draws.deal(this.calls[fn]!, drawer.dealt, 0, 1);
    else for (let window = first; window < last; window++) drawer.dealt[window] = dealt[window * functions + k]!;
    const {timeBase, timeKeyB, durationBase, durationKeyB} = draws;
    drawer.draw(timeBase, timeKeyB, durationBase, durationKeyB, first, last, this.lengthUs, table);
  }

  /** True if the window at hand is all of its part: neither the counted time nor the replay's end cuts it. */
  private isWhole(): boolean {
    const {minuteUs} = this;
    const last = (this.nextPart * WINDOWS) / this.windows;
    const first = last - WINDOWS / this.windows;
    return this.lowUs === minuteUs + this.edgeUs(first) && this.highUs === minuteUs + this.edgeUs(last);
  }

  load(k: number): number {
    const before = this.rows;
    if (this.setup.spread === 'uniform') this.loadUniform(k);
    else this.loadOrdered(this.fn[k]!);
    if (this.added?.has(this.fn[k]!)) this.loadAdded(this.added, this.fn[k]!);
    return this.rows - before;
  }

  /** Appends what bursts add to a function in the window at hand. */
  private loadAdded(added: AddedDraws, fn: number): void {
    const {minute, minuteUs, lengthUs, setup} = this;
    const lowUs = this.lowUs - minuteUs;
    added.forEachWindow({fn, key: setup.key[fn]!, minute, lengthUs, lowUs, highUs: this.highUs - minuteUs}, (n) => {
      this.reserve(n);
      added.times(n, lowUs, this.arrivalUs, this.rows);
      setup.durations.draw(fn, added.durationKeyA, added.durationKeyB, n, this.durationUs, this.rows);
      this.keepOwn(fn, n, added.keyB, added.keyA);
    });
  }

  private loadUniform(k: number): void {
    const {draws, setup, functions, dealt, windows} = this;
    const fn = this.fn[k]!;
    const calls = this.calls[fn]!;
    const first = ((this.nextPart - 1) * WINDOWS) / windows;
    const last = (this.nextPart * WINDOWS) / windows;
    if (!this.has(k)) return;
    if (calls <= FEW_CALLS || this.lengthUs < LEAST_DEALT_US) {
      draws.turnTo(setup.key[fn]!, this.minute, setup.seed);
      this.drawWindow(fn, WHOLE, calls, 0, this.lengthUs);
      return;
    }
    draws.turnTo(setup.key[fn]!, this.minute, setup.seed);
    if (windows === 1) draws.deal(calls, this.dealtOne, 0, 1);
    for (let window = first; window < last; window++) {
      const n = windows === 1 ? this.dealtOne[window]! : dealt[window * functions + k]!;
      if (n === 0) continue;
      const lowUs = this.edgeUs(window);
      this.drawWindow(fn, window, n, lowUs, this.edgeUs(window + 1) - lowUs);
    }
  }

  /** Appends what is this part's, and in the window at hand, of `n` calls drawn over a stretch of the minute. */
  private drawWindow(fn: number, window: number, n: number, lowUs: number, widthUs: number): void {
    this.reserve(n);
    const {draws, setup, arrivalUs, durationUs, rows, minuteUs} = this;
    draws.times(window, n, lowUs - (this.lowUs - minuteUs), widthUs, arrivalUs, rows);
    setup.durations.draw(fn, draws.durationKeyA(window), draws.durationKeyB, n, durationUs, rows);
    if (setup.parts[fn] === 1 && minuteUs + lowUs >= this.lowUs && minuteUs + lowUs + widthUs <= this.highUs) {
      this.rows = rows + n;
      return;
    }
    this.keepOwn(fn, n, draws.timeKeyB, draws.timeKeyA(window));
  }

  /** Of the `n` calls that have been appended keeps those of this part, and in the window at hand. */
  private keepOwn(fn: number, n: number, keyA: number, keyB: number): void {
    const {setup, arrivalUs, durationUs, rows} = this;
    const parts = setup.parts[fn]!;
    const part = setup.part[fn]!;
    const offset = parts === 1 ? 0 : draw32(keyA, keyB, n) % parts;
    const lengthUs = this.highUs - this.lowUs;
    let kept = rows;
    for (let j = 0; j < n; j++) {
      const us = arrivalUs[rows + j]!;
      if (us < 0 || us >= lengthUs || (parts > 1 && (j + offset) % parts !== part)) continue;
      arrivalUs[kept] = us;
      durationUs[kept++] = durationUs[rows + j]!;
    }
    this.rows = kept;
  }

  /** Calls at times that follow from their number and, exponential, from the gaps before them. */
  private loadOrdered(fn: number): void {
    const {draws, setup, lengthUs} = this;
    const n = this.calls[fn]!;
    draws.turnTo(setup.key[fn]!, this.minute, setup.seed);
    const keyA = draws.timeKeyA(WHOLE);
    const keyB = draws.timeKeyB;
    const exponential = setup.spread === 'exponential';
    const parts = setup.parts[fn]!;
    const offset = parts === 1 ? 0 : draw32(keyB, keyA, n) % parts;
    const lowUs = this.lowUs - this.minuteUs;
    const highUs = this.highUs - this.minuteUs;
    let scale = 0;
    for (let j = 0; exponential && j < n; j++) scale += gap(keyA, keyB, j);
    scale = lengthUs / scale;
    let sum = 0;
    for (let j = 0; j < n; j++) {
      const us = exponential ? Math.min(lengthUs - 1, Math.floor(sum * scale)) : evenUs(j, n, lengthUs);
      if (exponential) sum += gap(keyA, keyB, j);
      if (us < lowUs || us >= highUs || (parts > 1 && (j + offset) % parts !== setup.part[fn]!)) continue;
      this.reserve(1);
      this.arrivalUs[this.rows] = us - lowUs;
      this.durationUs[this.rows++] = setup.durations.at(
        fn,
        unit(draw32(draws.durationKeyA(WHOLE), draws.durationKeyB, j)),
      );
    }
  }
}
