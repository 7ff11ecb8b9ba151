/** Chances are told apart by half octaves, down to 2^-LOWEST; neighbours share what they learnt. */
const PER_OCTAVE = 2;
const LOWEST = 16;
const BINS = PER_OCTAVE * LOWEST;
/** How many calls came as expected before any were seen. */
const PRIOR_CALLS = 1.5;

/**
 * Corrects the chances that a forecaster gives one series by how the like of them came true in its own past: a chance
 * is multiplied by calls that came over calls expected, among minutes with about that chance. Thresholds of decisions
 * lie far in the tail, where a model that never saw the like of a series may well be wrong by a factor.
 */
export class OnlineCalibration {
  private readonly expected = new Float64Array(BINS + 2);
  private readonly came = new Float64Array(BINS + 2);
  /** The chance that was looked at last, which often is the next one too, and its bin. */
  private chance = 0;
  private bin = binOf(0);

  /** Forgets everything: another series begins. */
  reset(): void {
    this.expected.fill(0);
    this.came.fill(0);
  }

  /** The chance in (0, 1] corrected by what was learnt. */
  corrected(chance: number): number {
    const bin = this.binOf(chance);
    const {came, expected} = this;
    const calls = came[bin - 1]! + came[bin]! + came[bin + 1]! + PRIOR_CALLS;
    return Math.min(1, (chance * calls) / (expected[bin - 1]! + expected[bin]! + expected[bin + 1]! + PRIOR_CALLS));
  }

  /** A minute that was given that chance is over: it was called, or not. */
  learn(chance: number, called: boolean): void {
    const bin = this.binOf(chance);
    this.expected[bin]! += chance;
    if (called) this.came[bin]! += 1;
  }

  private binOf(chance: number): number {
    if (chance !== this.chance) {
      this.chance = chance;
      this.bin = binOf(chance);
    }
    return this.bin;
  }
}

/** From 1, the likeliest, to BINS: the outermost have a neighbour that stays empty. */
function binOf(chance: number): number {
  if (!(chance > 2 ** -LOWEST)) return BINS;
  return 1 + Math.min(BINS - 1, Math.floor(-PER_OCTAVE * Math.log2(chance)));
}
