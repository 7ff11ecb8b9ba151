import type {LevelSeries} from './level-series.ts';

/** Share of a start that a call loses whose level follows another one of its minute, before any was seen. */
const LOST = 0.1;
/** Minutes for which the share of the level below counts. */
const LOST_MINUTES = 40;
/** Minutes that are imagined in which no rise started the next level. */
const IDLE_MINUTES = 5;
/** What a minute adds is forgotten at this rate, so that the latest hundred or so decide. */
const FADE = 0.99;
/*
 * Chosen on two random parts of Azure 2019 and six smaller ones, where anything near costs within 2 % of the least; judged
 * on other parts, days and clouds (README's table of models).
 */

/**
 * What being ready as a minute begins spares a level that the minute's own rises would start in time, or nearly: learnt
 * from the past of each function, level by level, each leaning on what is known of the one below. Rows, and minutes
 * within a row, are gone through in order.
 */
export class ReactionShares {
  private readonly levels: LevelSeries;
  /** Share of a start that the class below was expected to lose. [minute] */
  private readonly below: Float32Array;
  private readonly lost = new FadingSum();
  private readonly ahead = new FadingSum();
  /** Entries seen of the row at hand, and of the one below it. */
  private seen = 0;
  private seenBelow = 0;

  constructor(levels: LevelSeries) {
    this.levels = levels;
    this.below = new Float32Array(levels.series.span);
  }

  /** Another function begins. */
  begin(): void {
    this.below.fill(LOST);
  }

  /** Another row of it begins. */
  open(): void {
    this.seen = this.seenBelow = 0;
    this.lost.clear();
    this.ahead.clear();
  }

  /**
   * The share of a start that a call of row `row`, class `place` of its function, is expected to lose in a minute if the
   * level was not ready as it began, the class below being reached in the minute too. `first` says which class comes
   * first beyond what runs as each minute begins: it follows none, so nothing is learnt from it.
   */
  lostShare(row: number, place: number, minute: number, first: Int32Array): number {
    const {reactions, series} = this.levels;
    if (reactions === undefined) return 1;
    const start = series.start[row]!;
    for (; this.seen < series.length[row]! && series.minute[start + this.seen]! < minute; this.seen++) {
      const at = start + this.seen;
      if (first[series.minute[at]!]! < place) this.lost.add(reactions.lost[at]!);
    }
    const share = this.lost.mean(this.below[minute]!, LOST_MINUTES);
    this.below[minute] = share;
    return share;
  }

  /** The share of a minute that reaches the class below row `row` for which the level is there all the same. */
  aheadShare(row: number, minute: number): number {
    const {reactions, series} = this.levels;
    if (reactions === undefined) return 0;
    const start = series.start[row - 1]!;
    for (
      ;
      this.seenBelow < series.length[row - 1]! && series.minute[start + this.seenBelow]! < minute;
      this.seenBelow++
    )
      this.ahead.add(reactions.nextAhead[start + this.seenBelow]!);
    return this.ahead.mean(0, IDLE_MINUTES);
  }
}

/** A sum and a number that forget. */
class FadingSum {
  private sum = 0;
  private count = 0;

  clear(): void {
    this.sum = this.count = 0;
  }

  add(value: number): void {
    this.sum = FADE * this.sum + value;
    this.count = FADE * this.count + 1;
  }

  /** The mean, to which `prior` counts as often as `priorCount` says. */
  mean(prior: number, priorCount: number): number {
    return (this.sum + priorCount * prior) / (this.count + priorCount);
  }
}
