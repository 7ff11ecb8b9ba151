/** Outliers among so many minutes that are an alarm (CPI2, Zhang et al., EuroSys 2013). */
export const OUTLIERS = 3;
export const SAMPLES = 5;
/** Beyond so many standard deviations a sample is an outlier. */
export const SIGMA = 2;
/** Standard deviations of a normal law in a median absolute deviation. */
const MAD = 1.4826;
/** Where samples hardly vary, a rise is one from so much of the level on: what CPU-bound work varies by (METHODS E2.1). */
const LEAST_SPREAD = 0.01;

/** What a rule takes for usual. */
export interface Usual {
  readonly level: number;
  readonly spread: number;
}

/** CPI2's: mean and standard deviation of the samples; NaN, where a task did not run, is left out. */
export function usualByMean(samples: Float64Array): Usual {
  const known = samples.filter((one) => !Number.isNaN(one));
  const level = known.reduce((sum, one) => sum + one, 0) / known.length;
  const squares = known.reduce((sum, one) => sum + (one - level) ** 2, 0);
  return {level, spread: Math.max(Math.sqrt(squares / (known.length - 1)), LEAST_SPREAD * Math.abs(level))};
}

/**
 * The robust one: median and median absolute deviation, which a few minutes beside a neighbour do not move. Of logarithms,
 * so that the least spread is a share of a duration.
 */
export function usualByMedian(logs: Float64Array): Usual {
  const known = logs.filter((one) => !Number.isNaN(one)).sort();
  const level = medianOf(known);
  const spread = MAD * medianOf(known.map((one) => Math.abs(one - level)).sort());
  return {level, spread: Math.max(spread, LEAST_SPREAD)};
}

/** 1 where a sample is an outlier upwards. [sample] */
export function outliersOf(samples: Float64Array, {level, spread}: Usual): Uint8Array {
  return Uint8Array.from(samples, (one) => (one > level + SIGMA * spread ? 1 : 0));
}

/** 1 in each minute in which 3 of the last 5 were outliers. [minute] */
export function alarmsOf(outliers: Uint8Array): Uint8Array {
  let recent = 0;
  return outliers.map((one, minute) => {
    recent += one - (minute >= SAMPLES ? outliers[minute - SAMPLES]! : 0);
    return recent >= OUTLIERS ? 1 : 0;
  });
}

/** Alarms in minutes taken five by five, each five for itself, as the law of false alarms counts them. */
export function alarmsInFives(outliers: Uint8Array): number {
  let alarms = 0;
  for (let minute = 0; minute + SAMPLES <= outliers.length; minute += SAMPLES) {
    const its = outliers.subarray(minute, minute + SAMPLES).reduce((sum, one) => sum + one, 0);
    if (its >= OUTLIERS) alarms++;
  }
  return alarms;
}

/** How alarms fare against the truth. */
export interface Judged {
  /** Minutes with an alarm, and those of them with a neighbour in the five minutes that it goes by. */
  readonly alarms: number;
  readonly right: number;
  /** Spells of a neighbour, those in which an alarm was raised, and the minutes until then, of all of these. */
  readonly spells: number;
  readonly found: number;
  readonly minutes: number;
}

/** `truth`: 1 where a neighbour was there. An alarm is known when its minute is over. [minute] */
export function judge(alarms: Uint8Array, truth: Uint8Array): Judged {
  let [raised, right, spells, found, minutes] = [0, 0, 0, 0, 0];
  let beganAt = -1;
  let isFound = false;
  for (let minute = 0; minute < truth.length; minute++) {
    if (truth[minute] === 1 && beganAt < 0) {
      [beganAt, isFound] = [minute, false];
      spells++;
    } else if (truth[minute] === 0) beganAt = -1;
    if (alarms[minute] === 0) continue;
    raised++;
    if (truth.subarray(Math.max(0, minute - SAMPLES + 1), minute + 1).includes(1)) right++;
    if (beganAt < 0 || isFound) continue;
    isFound = true;
    found++;
    minutes += minute - beganAt + 1;
  }
  return {alarms: raised, right, spells, found, minutes};
}

/** Both together. */
export function addedJudged(a: Judged, b: Judged): Judged {
  return {
    alarms: a.alarms + b.alarms,
    right: a.right + b.right,
    spells: a.spells + b.spells,
    found: a.found + b.found,
    minutes: a.minutes + b.minutes,
  };
}

function medianOf(sorted: Float64Array): number {
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
