import {type LevelRest, Levels} from '../curves/level-columns.ts';
import {fillLevels, restLevels} from '../curves/levels.ts';
import {type Demand, windowSeconds} from '../demand/demand.ts';
import type {FollowedRest} from './rest.ts';
import type {RestTimes} from './rest-in-force.ts';

/** The shortest and the longest keep-alive that a policy is taken for, seconds. */
const SHORTEST = 1;
const LONGEST = 30 * 86_400;
/** Halvings between them: to a millionth of the time. */
const HALVINGS = 44;

/**
 * The keep-alive of each function that would leave the same share of cold starts as a measured policy does, and how much
 * longer or shorter instances idle under the policy than that keep-alive would let them: so a policy without a closed
 * form says what each level of concurrency does under it.
 */
export function followedTimes(demand: Demand, {coldShareLeft, idleInstances}: FollowedRest): RestTimes {
  const {functions} = demand;
  const keepSeconds = new Float64Array(functions);
  const idleFactor = new Float64Array(functions).fill(1);
  const typicalShare = median(coldShareLeft);
  const typicalFactor: number[] = [];
  const unknown: number[] = [];
  const levels = new MeanLevels(demand);
  for (let f = 0; f < functions; f++) {
    const known = !Number.isNaN(coldShareLeft[f]!);
    keepSeconds[f] = levels.keepFor(f, known ? coldShareLeft[f]! : typicalShare);
    if (!known) {
      unknown.push(f);
      continue;
    }
    const idle = levels.idleUnder(f, keepSeconds[f]!);
    if (!(idle > 0)) continue;
    idleFactor[f] = idleInstances[f]! / idle;
    typicalFactor.push(idleFactor[f]!);
  }
  const typical = typicalFactor.length > 0 ? median(Float64Array.from(typicalFactor)) : 1;
  for (const f of unknown) idleFactor[f] = typical;
  return {keepSeconds, idleFactor};
}

/** What one function does under a keep-alive, the mean over the windows. */
class MeanLevels {
  private readonly demand: Demand;
  private readonly ofWindow: Levels[];
  private readonly rest: LevelRest = {keepSeconds: 0, idleFactor: 1, emptySeconds: 0, counted: true};
  private cold = 0;
  private idle = 0;

  constructor(demand: Demand) {
    this.demand = demand;
    this.ofWindow = Array.from(demand.windows.startUs, () => new Levels());
  }

  /** The time that leaves so great a share of the cold starts. */
  keepFor(f: number, share: number): number {
    this.read(f, 0, true);
    const goal = share * this.cold;
    let low = SHORTEST;
    let high = LONGEST;
    for (let step = 0; step < HALVINGS && high > low * (1 + 1e-6); step++) {
      const middle = Math.sqrt(low * high);
      this.read(f, middle, false);
      if (this.cold > goal) low = middle;
      else high = middle;
    }
    return high;
  }

  idleUnder(f: number, keepSeconds: number): number {
    this.read(f, keepSeconds, false);
    return this.idle;
  }

  private read(f: number, keepSeconds: number, anew: boolean): void {
    const {demand, rest, ofWindow} = this;
    rest.keepSeconds = keepSeconds;
    this.cold = this.idle = 0;
    let time = 0;
    for (let w = 0; w < ofWindow.length; w++) {
      const unit = w * demand.functions + f;
      const seconds = windowSeconds(demand.windows, w);
      time += seconds;
      if (demand.ratePerSecond[unit] === 0) continue;
      const levels = ofWindow[w]!;
      if (anew) fillLevels(demand, unit, 0, 0, levels, rest);
      else restLevels(demand, unit, 0, levels, rest);
      for (let k = 0; k < levels.count; k++) {
        this.cold += seconds * levels.coldPerSecond[k]!;
        this.idle += seconds * levels.spillShare[k]!;
      }
    }
    this.cold /= time;
    this.idle /= time;
  }
}

/** The median of what is known; 1 when nothing is. */
function median(values: Float64Array): number {
  const known = values.filter((value) => !Number.isNaN(value)).sort();
  return known[known.length >> 1] ?? 1;
}
