import {GAP_LENGTHS, LevelGaps} from '../../demand/gaps/level-gaps.ts';
import type {GapSink} from '../../demand/levels/level-meter.ts';
import {SurpriseLaw} from '../rest/surprises.ts';

/**
 * In a span like that of history, every function is taken to come up with so many gaps of which nothing is known: of all
 * lengths alike. Of 1, 3 and 10, and of as many whose tail falls as the root of time, the first on six halves of days
 * of the Azure 2019 sample promised what came best, and cost 3 % more than the dearest promise.
 */
const UNKNOWN_GAPS = 1;
/** What later gaps exceed earlier ones by is believed beyond so many standard deviations. */
const DEVIATIONS = 1;

/** The idle gaps of one function's levels, those that end before a time and those that end after it apart. */
export class HalvedGaps implements GapSink {
  readonly earlier = new LevelGaps();
  readonly later = new LevelGaps();
  private splitAt = 0;

  clear(splitAt: number): void {
    this.splitAt = splitAt;
    this.earlier.clear();
    this.later.clear();
  }

  gap(level: number, seconds: number, closed: boolean, at: number): void {
    if (at < this.splitAt) this.earlier.gap(level, seconds, closed);
    else this.later.gap(level, seconds, closed);
  }
}

/**
 * How often functions of one kind do what was not to be expected: gaps in the later half of history, of levels that the
 * earlier half had not shown to be worth keeping, beyond those that it had at such levels itself.
 */
export class SurpriseCounts {
  private readonly earlier = new Float64Array(GAP_LENGTHS);
  private readonly later = new Float64Array(GAP_LENGTHS);
  private halfSeconds = 0;

  /** Adds a function of which each half was seen for so long. */
  add({earlier, later}: HalvedGaps, breakEvenSeconds: number, halfSeconds: number): void {
    this.halfSeconds += halfSeconds;
    for (let level = 0; level < later.levels; level++) {
      if (level < earlier.levels && earlier.isWorthKeeping(level, breakEvenSeconds)) continue;
      later.countTo(this.later, level);
      if (level < earlier.levels) earlier.countTo(this.earlier, level);
    }
  }

  /** `ahead`: what is to come is another time than history, and differs from it as its halves do. */
  law(spanSeconds: number, ahead: boolean): SurpriseLaw {
    const unknown = UNKNOWN_GAPS / GAP_LENGTHS / spanSeconds;
    const perSecond = new Float64Array(GAP_LENGTHS);
    for (let bin = 0; bin < GAP_LENGTHS; bin++) {
      const [before, after] = [this.earlier[bin]!, this.later[bin]!];
      const beyond = Math.max(0, after - before - DEVIATIONS * Math.sqrt(after + before));
      perSecond[bin] = (ahead && this.halfSeconds > 0 ? beyond / this.halfSeconds : 0) + unknown;
    }
    return new SurpriseLaw(perSecond);
  }
}
