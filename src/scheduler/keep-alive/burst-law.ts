import {BINS_PER_OCTAVE, GAP_BINS, gapEdgeUs} from './gap-bins.ts';
import {GapCounts} from './gap-hazard.ts';
import {levelOctave} from './level-slots.ts';

/** Distances above a level that are told apart: 1, 2, 4, 8 and so on. */
const STEPS = 11;
/** Octaves of levels told apart. */
const OCTAVES = 14;
/** Rises of the prior that weigh as much as those seen. */
const PRIOR_RISES = 30;
/** What the prior expects: the chance that the next level is reached within an octave of time, and its decay by step. */
const PRIOR_CHANCE = 0.02;
const PRIOR_DECAY = 0.75;

interface Law {
  readonly counts: GapCounts;
  holdUs: number;
  /** What `holdUs` was made for. */
  breakEvenUs: number;
  solvedAt: number;
}

/**
 * How bursts go on. A call that opens a level which was not kept tells that more may follow: how long until the level
 * 1, 2, 4, 8 ... above is reached is learnt from all functions of the cell, by octave of the level and by whether it
 * was reached for the first time. The chance to get there is about the same in every octave of time, a few percent at
 * the first level and a third where hundreds of calls run, so an instance for it pays for a while, then no more.
 */
export class BurstLaws {
  private readonly laws: readonly Law[];

  constructor() {
    this.laws = Array.from({length: 2 * OCTAVES * STEPS}, () => ({
      counts: new GapCounts(),
      holdUs: 0,
      breakEvenUs: Number.NaN,
      solvedAt: 0,
    }));
  }

  /** Distances that are worth a look above `level`: up to twice as far up again. */
  steps(level: number): number {
    return Math.min(STEPS, 33 - Math.clz32(level));
  }

  /** Level `level` was opened. */
  opened(fresh: boolean, level: number): void {
    for (let step = this.steps(level) - 1; step >= 0; step--) this.law(fresh, level, step).counts.enter(0);
  }

  /** The level 2^step above `level` was reached that long after it was opened. */
  reached(fresh: boolean, level: number, step: number, us: number): void {
    this.law(fresh, level, step).counts.end(us);
  }

  /**
   * How long after `level` was opened an instance for the level 2^step above is worth its warm time; 0: not at all.
   * `coldUs` is what a cold start costs more, `bootUs` what starting an instance costs, in warm time.
   */
  holdUs(fresh: boolean, level: number, step: number, coldUs: number, bootUs: number): number {
    const law = this.law(fresh, level, step);
    if (law.breakEvenUs !== coldUs || law.counts.seen >= 1.1 * law.solvedAt + 1) {
      law.holdUs = bestHoldUs(law.counts, PRIOR_CHANCE * PRIOR_DECAY ** step, coldUs, bootUs);
      law.breakEvenUs = coldUs;
      law.solvedAt = law.counts.seen;
    }
    return law.holdUs;
  }

  private law(fresh: boolean, level: number, step: number): Law {
    const octave = Math.min(OCTAVES - 1, levelOctave(level));
    return this.laws[((fresh ? OCTAVES : 0) + octave) * STEPS + step]!;
  }
}

/** The time for which warm time pays best if a gap ends in every octave of time with chance `prior`, as `counts` correct it. */
function bestHoldUs(counts: GapCounts, prior: number, coldUs: number, bootUs: number): number {
  const expected = PRIOR_RISES * (1 - (1 - prior) ** (1 / BINS_PER_OCTAVE));
  let atRisk = 0;
  let reaching = 1;
  let gainUs = -bootUs;
  let bestGainUs = 0;
  let holdUs = 0;
  for (let bin = 0; bin < GAP_BINS && gapEdgeUs(bin) < coldUs; bin++) {
    atRisk += counts.entered[bin]!;
    const ended = counts.ended[bin]!;
    const hazard = Math.min(1, (ended + expected) / (Math.max(atRisk, ended) + PRIOR_RISES));
    atRisk = Math.max(0, atRisk - ended);
    gainUs += reaching * (hazard * coldUs - (1 - hazard / 2) * (gapEdgeUs(bin + 1) - gapEdgeUs(bin)));
    reaching *= 1 - hazard;
    if (gainUs <= bestGainUs) continue;
    bestGainUs = gainUs;
    holdUs = gapEdgeUs(bin + 1);
  }
  return holdUs;
}
