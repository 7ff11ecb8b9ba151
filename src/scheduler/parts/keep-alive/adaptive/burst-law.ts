import {BINS_PER_OCTAVE, GAP_BINS, gapBin, gapEdgeUs} from '../../../../demand/gaps/gap-bins.ts';
import {levelOctave} from '../../../../demand/levels/level-classes.ts';

/** Distances above a level that are told apart: 1, 2, 4, 8 and so on. */
const DISTANCES = 11;
/** Octaves of levels told apart. */
const OCTAVES = 14;
/** Steps of the prior that weigh as much as those seen. */
const PRIOR_STEPS = 30;
/** What the prior expects: the chance that the next level is reached within an octave of time, and its decay with the distance. */
const PRIOR_CHANCE = 0.02;
const PRIOR_DECAY = 0.5;

/** Steps to a level, and what came after them, by how long it was quiet. */
interface Counts {
  /** Steps, those that are the last of their burst so far too. */
  steps: number;
  /** Those after which another step came. */
  readonly left: Uint32Array; // [bin]
  /** Those whose next step reached as far as the law asks. */
  readonly reached: Uint32Array; // [bin]
}

interface Law {
  readonly counts: Counts;
  holdUs: number;
  /** What `holdUs` was made for. */
  coldUs: number;
  solvedAt: number;
}

/**
 * How bursts go on. A burst climbs in steps: calls that open levels which were not kept, within so short a time that
 * no instance could have been started in between. How long it is quiet until the next step, and how far that reaches
 * above the level where the last one ended, is learnt from all functions of the cell, by octave of that level, by
 * distance, and by whether the level was reached for the first time: the hazard of Kaplan and Meier, as a step that
 * does not reach so far ends the quiet too. The chance of a step is about the same in every octave of quiet time, so
 * an instance that awaits it pays for a while, then no more.
 */
export class BurstLaws {
  private readonly laws: readonly Law[];

  constructor() {
    this.laws = Array.from({length: 2 * OCTAVES * DISTANCES}, () => ({
      counts: {steps: 0, left: new Uint32Array(GAP_BINS), reached: new Uint32Array(GAP_BINS)},
      holdUs: 0,
      coldUs: Number.NaN,
      solvedAt: 0,
    }));
  }

  /** Distances that are worth a look above `level`: up to twice as far up again. */
  steps(level: number): number {
    return Math.min(DISTANCES, 33 - Math.clz32(level));
  }

  /** A step has come to `level`, or, with -1, goes on from it. */
  count(fresh: boolean, level: number, steps: 1 | -1): void {
    for (let step = this.steps(level) - 1; step >= 0; step--) this.law(fresh, level, step).counts.steps += steps;
  }

  /** After a step to `level` it was quiet for `quietUs`; the next reached `height` above it, 0 or less: no level above. */
  ended(fresh: boolean, level: number, height: number, quietUs: number): void {
    const bin = gapBin(quietUs);
    if (bin >= GAP_BINS) return;
    for (let step = this.steps(level) - 1; step >= 0; step--) {
      const {left, reached} = this.law(fresh, level, step).counts;
      left[bin]! += 1;
      if (height >= 2 ** step) reached[bin]! += 1;
    }
  }

  /**
   * How long after a step to `level` an instance for the level 2^step above is worth its warm time; 0: not at all.
   * `coldUs` is what a cold start costs more, `bootUs` what starting an instance costs, in warm time.
   */
  holdUs(fresh: boolean, level: number, step: number, coldUs: number, bootUs: number): number {
    const law = this.law(fresh, level, step);
    if (law.coldUs !== coldUs || law.counts.steps >= 1.1 * law.solvedAt + 1) {
      law.holdUs = bestHoldUs(law.counts, PRIOR_CHANCE * PRIOR_DECAY ** step, coldUs, bootUs);
      law.coldUs = coldUs;
      law.solvedAt = law.counts.steps;
    }
    return law.holdUs;
  }

  private law(fresh: boolean, level: number, step: number): Law {
    const octave = Math.min(OCTAVES - 1, levelOctave(level));
    return this.laws[((fresh ? OCTAVES : 0) + octave) * DISTANCES + step]!;
  }
}

/** For how long waiting warm pays best if a step comes in every octave of time with chance `prior`, as `counts` correct it. */
function bestHoldUs(counts: Counts, prior: number, coldUs: number, bootUs: number): number {
  const expected = PRIOR_STEPS * (1 - (1 - prior) ** (1 / BINS_PER_OCTAVE));
  let atRisk = counts.steps;
  let reaching = 1;
  let gainUs = -bootUs;
  let bestGainUs = 0;
  let holdUs = 0;
  for (let bin = 0; bin < GAP_BINS && gapEdgeUs(bin) < coldUs; bin++) {
    const hazard = (counts.reached[bin]! + expected) / (Math.max(atRisk, counts.reached[bin]!) + PRIOR_STEPS);
    atRisk -= counts.left[bin]!;
    gainUs += reaching * (hazard * coldUs - (1 - hazard / 2) * (gapEdgeUs(bin + 1) - gapEdgeUs(bin)));
    reaching *= 1 - hazard;
    if (gainUs <= bestGainUs) continue;
    bestGainUs = gainUs;
    holdUs = gapEdgeUs(bin + 1);
  }
  return holdUs;
}
