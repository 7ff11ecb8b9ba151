import {poissonTail} from '../../base/distributions.ts';
import type {Random} from '../../base/random.ts';
import {poissonDraw} from './thinning.ts';

/** Calls hold their slot between a millisecond-like 2^-10 and 2 minutes. */
const SHORTEST_HOLD = -10;
const LONGEST_HOLD = 1;
/** Loads are told apart by sixteenths of an octave, four octaves either way of the level looked at. */
const STEPS = 16;
const OCTAVES = 4;

/** One level of a function's concurrency: reached by a call that finds `below` others running. */
export interface Level {
  readonly below: number;
  /** How long a call is taken to hold its slot, minutes. */
  readonly holdMinutes: number;
}

/** A level above the first that a minute with so many calls may well reach; undefined when it reaches none. */
export function drawLevel(calls: number, random: Random): Level | undefined {
  const holdMinutes = 2 ** (SHORTEST_HOLD + (LONGEST_HOLD - SHORTEST_HOLD) * random.next());
  const below = poissonDraw(calls * holdMinutes, random);
  return below > 0 && below < calls ? {below, holdMinutes} : undefined;
}

/**
 * The chance that a call of a minute with `calls` calls reaches the level: so many others run as an arrival finds on
 * average by Little's law, Poisson in number. Values are kept by steps of the load, as a minute's count recurs.
 */
export class LevelChance {
  private readonly level: Level;
  private readonly known = new Float64Array(2 * OCTAVES * STEPS + 1).fill(-1);

  constructor(level: Level) {
    this.level = level;
  }

  at(calls: number): number {
    const {below, holdMinutes} = this.level;
    const step = Math.round(Math.log2((calls * holdMinutes) / below) * STEPS) + OCTAVES * STEPS;
    if (step <= 0) return 0;
    if (step >= this.known.length - 1) return 1;
    if (this.known[step]! < 0) this.known[step] = poissonTail(below, below * 2 ** (step / STEPS - OCTAVES));
    return this.known[step]!;
  }
}
