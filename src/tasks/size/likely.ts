import {findSize, ladderOf, RESOLUTION, type Scouted, type Search} from './find-size.ts';
import type {SeedOutcome} from './measure.ts';
import {Prober, type ReplaysAtHand} from './prober.ts';
import type {Ladder} from './search.ts';

/** A replay that a search may ask for. */
export interface AskedReplay {
  readonly value: number;
  readonly seed: number;
}

/** What is known before: what was scouted, or between which values the search begins to meet. */
export interface KnownBefore {
  readonly scouted: Scouted | undefined;
  readonly bracket: Bracket | undefined;
  readonly outcome: ReplaysAtHand['known'];
}

/** The last value that missed and the first that met; undefined: there is none such. */
export interface Bracket {
  readonly missed: number | undefined;
  readonly met: number | undefined;
}

/** One way in which the search may go. */
interface Guess {
  readonly weight: number;
  meets(value: number): boolean;
}

/** Guesses that a bracket is cut into, and how often an estimate may be off by twice as much. */
const MOST_GUESSES = 256;
const DOUBLINGS = 12;

/**
 * Replays that a search asks for with a chance of at least `leastChance`, in the order in which it would. The search is made
 * once for each guess, with replays that meet as the guess has it: no replay is run. So many shares as there are of a
 * replay, so small may be the chance that it is asked for and it still saves time.
 */
export async function likelyReplays(search: Search, before: KnownBefore, leastChance: number): Promise<AskedReplay[]> {
  const chance = new Map<string, AskedReplay & {chance: number}>();
  const guesses = guessesOf(search, before);
  const all = guesses.reduce((sum, {weight}) => sum + weight, 0);
  for (const guess of guesses) {
    const known: ReplaysAtHand['known'] = (value, seed) => {
      const told = before.outcome(value, seed);
      if (told !== undefined) return told;
      const key = `${value} ${seed}`;
      const its = chance.get(key) ?? {value, seed, chance: 0};
      its.chance += guess.weight / all;
      chance.set(key, its);
      return imagined(value, guess.meets(value));
    };
    const atHand = {known, cells: () => undefined};
    await findSize(search, before.scouted, new Prober({...search.task, atHand}, {}));
  }
  return [...chance.values()].filter((its) => its.chance >= leastChance - 1e-9).map(({value, seed}) => ({value, seed}));
}

function guessesOf(search: Search, {scouted, bracket}: KnownBefore): readonly Guess[] {
  const ladder = ladderOf(search);
  if (ladder === undefined) return scouted ? inTurn(scouted.order) : [allOrNothing(true), allOrNothing(false)];
  if (bracket !== undefined) return within(ladder, bracket);
  const estimate = scouted?.sample.estimate ?? null;
  return estimate === null ? doublings(ladder) : around(estimate, ladder);
}

const from = (value: number, weight: number): Guess => ({weight, meets: (other) => other >= value});
const allOrNothing = (all: boolean): Guess => ({weight: 0.5, meets: () => all});

/** The first meets as often as not, else the second does, and so on. */
function inTurn(order: readonly number[]): Guess[] {
  return order.map((_, k) => ({weight: 0.5 ** (k + 1), meets: (value) => order.indexOf(value) >= k}));
}

/** Anywhere between what missed and what met; where nothing met, nothing does. */
function within({least, step}: Ladder, {missed = least - step, met}: Bracket): Guess[] {
  if (met === undefined) return [{weight: 1, meets: () => false}];
  const steps = Math.round((met - missed) / step);
  const guesses = Math.min(steps, MOST_GUESSES);
  return Array.from({length: guesses}, (_, k) =>
    from(missed + step * Math.ceil(((k + 1) * steps) / guesses), 1 / guesses),
  );
}

/** Above or below an estimate; as often within the first stride of the search as beyond it, and so on. */
function around(estimate: number, {step}: Ladder): Guess[] {
  const width = Math.max(step, estimate * RESOLUTION * 2);
  const each = 8;
  return Array.from({length: DOUBLINGS}, (_, k) => k).flatMap((k) =>
    [-1, 1].flatMap((side) =>
      Array.from({length: each}, (_, j) => {
        const strides = 2 ** k * (1 + (j + 0.5) / each) - 1;
        return from(estimate + side * width * strides, 0.5 ** (k + 1) / 2 / each);
      }),
    ),
  );
}

function doublings({least, step, most}: Ladder): Guess[] {
  const values: number[] = [];
  for (let value = least; value < most; value = Math.max(2 * value, value + step)) values.push(value);
  return values.map((value) => from(value, 1 / values.length));
}

function imagined(value: number, met: boolean): SeedOutcome {
  const measured = {
    ...{p99StartMs: null, p999StartMs: null, p99ColdMs: null, coldShare: null, lostShare: 0, peakSlots: 0},
    // No two values do the same, or the search would end.
    usdPerDay: value,
  };
  return {measured, met, isRoomy: false, results: met ? [] : [{objective: '', value: null, limit: 0, met, text: ''}]};
}
