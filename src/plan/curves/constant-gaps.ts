/** Up to this level gaps are looked at: a level costs its square. */
export const MOST_LEVELS = 96;

const arrivals = new Float64Array(MOST_LEVELS + 1);

/**
 * The gaps of pool levels where every call holds its instance for the same time, `hold`. After a fall below level k the
 * k - 1 calls left end at times that are uniform over a hold. The level is reached again once more calls have come than
 * ended; that none of A and D such times, in any order, ever is one too many has the chance (D - A + 1) / (D + 1)
 * (ballots). Beyond a hold gaps are taken as exponential, of the length that the mean of all leaves for them. Against
 * simulation within 2 % at levels above the load; below it, where hardly any gap is so long, too few by up to a third.
 */
export class ConstantGaps {
  /** Of the gaps of the level, the share that outlasts the keep-alive, and how long an instance idles in one on average. */
  lateShare = 0;
  idledSeconds = 0;

  /** `level` from 1, at most `MOST_LEVELS`; its gaps last `meanSeconds` on average. Rate and hold are above 0. */
  read(level: number, rate: number, hold: number, meanSeconds: number, keepSeconds: number): void {
    const within = Math.min(hold, keepSeconds);
    const at = (share: number): number => outlasting(level, rate, hold, share * within);
    const left = at(1);
    // Simpson, in two steps.
    const idled = (within / 12) * (1 + 4 * at(0.25) + 2 * at(0.5) + 4 * at(0.75) + left);
    if (keepSeconds <= hold || left === 0) {
      this.lateShare = left;
      this.idledSeconds = idled;
      return;
    }
    const beyond = Math.max(0, meanSeconds - idled) / left;
    const late = beyond > 0 ? Math.exp((hold - keepSeconds) / beyond) : 0;
    this.lateShare = left * late;
    this.idledSeconds = idled + left * beyond * (1 - late);
  }
}

/** The share of the gaps of a level that is longer than `seconds`, which a hold is not shorter than. */
function outlasting(level: number, rate: number, hold: number, seconds: number): number {
  const others = level - 1;
  const mean = rate * seconds;
  arrivals[0] = Math.exp(-mean);
  for (let a = 1; a <= others; a++) arrivals[a] = (arrivals[a - 1]! * mean) / a;
  const odds = seconds < hold ? seconds / (hold - seconds) : Number.POSITIVE_INFINITY;
  // How likely d of the others have ended, from all of them downwards: after a whole hold all have.
  let chance = (seconds / hold) ** others;
  let share = 0;
  for (let d = others; d >= 0 && chance > 0; d--) {
    let kept = 0;
    for (let a = 0; a <= d; a++) kept += arrivals[a]! * (d - a + 1);
    share += (chance * kept) / (d + 1);
    chance *= d / ((others - d + 1) * odds);
  }
  return Math.min(1, share);
}
