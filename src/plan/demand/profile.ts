/**
 * How much of a function's profile to believe: each window's calls are taken as if that many more turns (days, weeks)
 * had passed at the function's mean. Infinity: the profile is noise, the mean is all there is.
 */
const PSEUDO_TURNS = [0.0625, 0.25, 1, 4, 16, Number.POSITIVE_INFINITY];

/** Calls of one function in each turn and window, `calls[turn * windows + window]`, and the minutes seen of each. */
export interface Turns {
  readonly turns: number;
  readonly windows: number;
  readonly calls: Float64Array;
  readonly minutes: Float64Array;
}

/**
 * Calls a minute to expect of one function in each window of a repeating profile, written to `out`. The weight of its
 * mean against its profile is the one that would have foretold each turn best from the others (leave one out, Poisson
 * likelihood), so that a function without a rhythm is not taken to have one. With a single turn the weight is one turn.
 */
export function smoothProfile(given: Turns, scratch: ProfileScratch, out: Float64Array): void {
  const {turns, windows, calls, minutes} = given;
  const {callsOf, minutesOf} = scratch;
  callsOf.fill(0);
  minutesOf.fill(0);
  let total = 0;
  let time = 0;
  for (let turn = 0; turn < turns; turn++) {
    for (let w = 0; w < windows; w++) {
      callsOf[w]! += calls[turn * windows + w]!;
      minutesOf[w]! += minutes[turn * windows + w]!;
      total += calls[turn * windows + w]!;
      time += minutes[turn * windows + w]!;
    }
  }
  const mean = total / time;
  const pseudo = turns < 2 || total === 0 ? 1 : bestWeight(given, scratch, mean);
  const perTurn = time / turns / windows;
  for (let w = 0; w < windows; w++) out[w] = blended(callsOf[w]!, minutesOf[w]!, pseudo * perTurn, mean);
}

/** Room for sums over turns, by window. */
export class ProfileScratch {
  readonly callsOf: Float64Array;
  readonly minutesOf: Float64Array;

  constructor(windows: number) {
    this.callsOf = new Float64Array(windows);
    this.minutesOf = new Float64Array(windows);
  }
}

function bestWeight({turns, windows, calls, minutes}: Turns, scratch: ProfileScratch, mean: number): number {
  const perTurn = scratch.minutesOf.reduce((sum, m) => sum + m, 0) / turns / windows;
  let best = Number.POSITIVE_INFINITY;
  let most = Number.NEGATIVE_INFINITY;
  for (const weight of PSEUDO_TURNS) {
    let likelihood = 0;
    for (let turn = 0; turn < turns; turn++) {
      for (let w = 0; w < windows; w++) {
        const seen = minutes[turn * windows + w]!;
        if (seen === 0) continue;
        const own = calls[turn * windows + w]!;
        const others = scratch.callsOf[w]! - own;
        const rate = blended(others, scratch.minutesOf[w]! - seen, weight * perTurn, mean);
        likelihood += own * Math.log(rate * seen) - rate * seen;
      }
    }
    if (likelihood >= most) {
      most = likelihood;
      best = weight;
    }
  }
  return best;
}

function blended(calls: number, minutes: number, pseudoMinutes: number, mean: number): number {
  return pseudoMinutes === Number.POSITIVE_INFINITY ? mean : (calls + mean * pseudoMinutes) / (minutes + pseudoMinutes);
}
