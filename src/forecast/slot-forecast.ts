import {classOfLevel, levelOfClass} from '../demand/levels/level-classes.ts';
import type {ForecastColumns, Forecaster} from './forecaster.ts';
import {BUSY_WINDOW, type CallHistory} from './history.ts';
import type {LevelSeries} from './level-series.ts';
import {OnlineCalibration} from './online-calibration.ts';
import {ReactionShares} from './reaction-shares.ts';
import {type WalkVisitor, walkForward} from './walk-forward.ts';

/**
 * Of the minutes that reach a level, the share that reaches the next one, before any did: as if this many had among
 * one more than were seen.
 */
const UNSEEN = 0.3;
/** The lowest class whose successor is expected unseen: a single instance says nothing of concurrency. */
const UNSEEN_FROM = 1;

/** A level that was called in so many of the last 30 minutes is busy, and forecast once in so many minutes. */
const BUSY_MINUTES = 25;
const BUSY_EVERY = 16;
/** While a silence doubles, so many of its minutes are forecast. */
const PER_OCTAVE = 8;
/** Minutes after which what happened is likely to happen again, and gaps that are remembered for the same reason. */
const PERIODS = [60, 120, 180, 240, 360, 480, 720, 1440] as const;
const GAPS = 8;

/** Receives what function f is to have ready: `slots` from `minute` on, until the next change. Before the first: 0. */
export type SlotVisitor = (f: number, minute: number, slots: number) => void;

/**
 * Forecasts every level of every function minute by minute, from the past only and in batches, and keeps the levels that
 * pay. Where nothing is new (`isNews`) the forecast of the minute before stands.
 * Above the calls that run as a minute begins, instance k is to be ready iff the chance that it is needed within the minute exceeds w / C, the price of a warm minute over that of a cold start (METHODS E1.3). A level is
 * reached through those below it, so it is given no larger chance than theirs; and where those start it within the minute,
 * only the part of a start counts that its call would lose all the same, and only the part of the minute in which it would
 * not be there anyway. Chances are corrected by how they came true in the level's own past. `threshold` is w / C of each
 * function.
 * `visit` gets the changes of each function in order of time, functions in ascending order.
 */
export async function forecastSlots(
  levels: LevelSeries,
  forecaster: Forecaster,
  threshold: Float64Array,
  visit: SlotVisitor,
): Promise<void> {
  const {firstRow, series} = levels;
  const steps = new SlotSteps(levels, threshold, visit);
  const take: WalkVisitor = (columns: ForecastColumns, batch) => {
    const horizons = columns.horizons.length;
    for (let i = 0; i < batch.count; i++) {
      const [row, chance] = [batch.seriesOf[i]!, columns.active[i * horizons]!];
      for (let minute = batch.minuteOf[i]!; minute < batch.untilOf[i]!; minute++) steps.add(row, minute, chance);
    }
  };
  await walkForward(series, forecaster, {from: 0, until: series.span, every: 1, isNews}, take);
  steps.closeUntil(firstRow.length - 1);
}

/**
 * Whether the chance of the minute ahead may well be another than that of the minute before. A busy level goes on so, and
 * one that has been silent for long has the less to tell the longer it lasts; but for minutes that echo a call. Against
 * forecasts of every minute this costs between -0.6 and 1.1 %, 0.1 % in the mean of ten traces, two of which had no part in choosing the rule.
 */
function isNews(history: CallHistory): boolean {
  const {entries, minute, now} = history;
  if (entries - history.entriesBeforeWindow(BUSY_WINDOW) >= BUSY_MINUTES) return now % BUSY_EVERY === 0;
  const silent = now - minute[entries - 1]!;
  // Steps are powers of two.
  if (silent < 2 * PER_OCTAVE || silent % 2 ** Math.floor(Math.log2(silent / PER_OCTAVE)) === 0) return true;
  // What stood out a minute ago is over, too.
  return isEcho(history, now, silent) || isEcho(history, now - 1, silent - 1);
}

/** Whether a minute is such as the level was called in before: a whole period ago, or after as long a silence. */
function isEcho(history: CallHistory, minute: number, silent: number): boolean {
  for (const period of PERIODS) if (minute >= period && history.callsAt(minute - period) > 0) return true;
  const {entries, gap} = history;
  const oldest = Math.max(1, entries - GAPS);
  for (let k = entries - 1; k >= oldest; k--) if (gap[k] === silent) return true;
  return false;
}

/** Gathers the levels wanted, function by function and class by class, as changes. */
class SlotSteps {
  private readonly levels: LevelSeries;
  private readonly threshold: Float64Array;
  private readonly visit: SlotVisitor;
  private readonly slots: Int32Array; // [minute]
  /** The class whose forecast decides next: those below it are wanted, or run. [minute] */
  private readonly next: Int32Array;
  /** The chance of the class below that one. [minute] */
  private readonly chance: Float32Array;
  /** 1 where one instance is wanted on top, because the level above was never seen. [minute] */
  private readonly unseen: Uint8Array;
  /** The class above what runs. [minute] */
  private readonly first: Int32Array;
  private readonly calibration = new OnlineCalibration();
  private readonly shares: ReactionShares;
  private f = -1;
  private row = -1;
  /** Minutes before the one at hand that called the row at hand. */
  private seen = 0;

  constructor(levels: LevelSeries, threshold: Float64Array, visit: SlotVisitor) {
    const {span} = levels.series;
    this.levels = levels;
    this.threshold = threshold;
    this.visit = visit;
    this.slots = new Int32Array(span);
    this.next = new Int32Array(span);
    this.chance = new Float32Array(span);
    this.unseen = new Uint8Array(span);
    this.first = new Int32Array(span);
    this.shares = new ReactionShares(levels);
  }

  /** The chance that row `row` is called in a minute, as forecast. Rows ascend, and minutes within a row. */
  add(row: number, minute: number, chance: number): void {
    const {firstRow, series} = this.levels;
    if (row !== this.row) this.open(row);
    const start = series.start[row]!;
    while (this.seen < series.length[row]! && series.minute[start + this.seen]! < minute) this.seen++;
    const corrected = this.calibration.corrected(chance);
    this.calibration.learn(chance, this.seen < series.length[row]! && series.minute[start + this.seen] === minute);
    // What the class below expected of this one is void: it has been seen.
    this.unseen[minute] = 0;
    const place = row - firstRow[this.f]!;
    const below = this.chance[minute]!;
    const capped = Math.min(corrected, below);
    const lost = place > 0 ? this.shares.lostShare(row, place, minute, this.first) : 1;
    const threshold = this.threshold[this.f]!;
    if (this.next[minute] !== place) return;
    const isWorth =
      place > this.first[minute]!
        ? capped * lost > threshold * (1 - below * this.shares.aheadShare(row, minute))
        : capped > threshold;
    if (!isWorth) return;
    this.slots[minute] = Math.max(this.slots[minute]! + 1, levelOfClass(place));
    this.chance[minute] = capped;
    this.next[minute] = place + 1;
    if (place >= UNSEEN_FROM && (capped * lost * UNSEEN) / (this.seen + 1) > threshold) this.unseen[minute] = 1;
  }

  /** Tells the changes of the functions before `f`. */
  closeUntil(f: number): void {
    if (this.f < 0) this.begin(0);
    while (this.f < f) {
      let last = 0;
      for (let minute = 0; minute < this.slots.length; minute++) {
        const slots = this.slots[minute]! + this.unseen[minute]!;
        if (slots === last) continue;
        this.visit(this.f, minute, slots);
        last = slots;
      }
      this.begin(this.f + 1);
    }
  }

  private open(row: number): void {
    const {firstRow} = this.levels;
    if (this.f < 0) this.begin(0);
    let f = this.f;
    while (row >= firstRow[f + 1]!) f++;
    this.closeUntil(f);
    this.row = row;
    this.seen = 0;
    this.calibration.reset();
    this.shares.open();
  }

  /** Lays out what runs of function `f` as each minute begins: that much is live anyway. */
  private begin(f: number): void {
    const {firstRow, running} = this.levels;
    this.f = f;
    this.slots.fill(0);
    this.next.fill(0);
    this.chance.fill(1);
    this.unseen.fill(0);
    this.first.fill(0);
    this.shares.begin();
    if (f === firstRow.length - 1) return;
    for (let i = running.start[f]!; i < running.start[f + 1]!; i++) {
      const minute = running.minute[i]!;
      if (minute >= this.slots.length) break;
      this.slots[minute] = running.calls[i]!;
      this.next[minute] = this.first[minute] = classOfLevel(running.calls[i]! + 1);
    }
  }
}
