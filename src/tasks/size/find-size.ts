import {usageError} from '../../base/errors.ts';
import {invocationsTotal, type Workload} from '../../workload/workload.ts';
import type {Listener} from '../listener.ts';
import {type CurveRow, Prober, type ProbeTask} from './prober.ts';
import {type SizedPart, samplePart, unlimited} from './sample-part.ts';
import {bracket, type Ladder, ONE_BY_ONE, type Searched, searchAround, searchBetween, searchLadder} from './search.ts';
import type {SizeSample} from './size-report.ts';

/** A replay of more calls than this is first looked for in a part. */
const MANY_CALLS = 20e6;
/** Calls of that part. */
const PART_CALLS = 5e6;
/** How near the answer for that many calls is found, as a share of it. */
export const RESOLUTION = 0.01;
/** The same of a part, which is off by as much anyway. */
const PART_RESOLUTION = 0.02;
/** So many times what a part wants without limits is enough for all, however unevenly cells share it. */
const AMPLE = 2;
const MONEY = 'max-usd-per-day';
/** Sizes are tried one by one as far as so many calls go, and less than a whole search of fewer calls takes. */
const EXHAUSTIVE_CALLS = 600e6;
/** Of many calls whole replays go on for so many of them, further seeds included, but there are two at least: one that meets, one that misses. */
const WHOLE_CALLS = 300e6;
const LEAST_REPLAYS = 2;
const THRIFTY = {resolution: RESOLUTION, oneByOne: 1};

/** A search to be made: of what, and no more than how much of it; undefined: as much as it takes. */
export interface Search {
  readonly task: ProbeTask;
  readonly most: number | undefined;
}

/** What a part of the apps says before all are replayed. */
export interface Scouted {
  readonly sample: SizeSample;
  /** Values of a grid in the order in which they are to be tried. */
  readonly order: readonly number[];
  /** More than all use where nothing is limited, or where a search from below begins. */
  readonly enough: number;
}

export interface Found extends Searched {
  readonly rows: readonly CurveRow[];
  /** Values of which nothing is known but the objective that they miss. */
  readonly left: ReadonlyMap<number, string>;
  readonly sample: SizeSample | undefined;
}

/** Whether one replay of it takes long. */
export const isLarge = (workload: Workload): boolean => invocationsTotal(workload) > MANY_CALLS;

/** Looks for the answer on a part of the apps, where there are many calls; undefined: all are replayed at once. */
export async function scout({task, most}: Search, listener: Listener): Promise<Scouted | undefined> {
  const {find, workload} = task;
  const part = isLarge(workload) ? samplePart(task, PART_CALLS / invocationsTotal(workload)) : undefined;
  if (part === undefined) return undefined;
  const prober = new Prober(part.task, listener);
  if (!('least' in find.tries)) return scoutGrid(find.tries, part, prober);
  return scoutLadder(ladderOf({task, most})!, part, listener);
}

/** Where a part puts the answer, nowhere if it misses even without limits, and what is more than enough for all. */
async function scoutLadder(ladder: Ladder, part: SizedPart, listener: Listener): Promise<Scouted> {
  const {task} = part;
  const {[MONEY]: _, ...unpaid} = task.objectives.limits;
  // More room may cost more, so of several objectives that on money is for all to keep.
  const isPaidAlone = Object.keys(unpaid).length === 0;
  const asked = {...task, objectives: {...task.objectives, limits: isPaidAlone ? task.objectives.limits : unpaid}};
  const first = new Prober(asked, listener);
  const probe = (value: number) => first.probe(value, {mayLeave: true});
  const small = {...part.ladder, most: Math.ceil(part.ofAll(ladder.most))};
  if (!task.find.isRoom || isPaidAlone) {
    const {answer} = await searchLadder(small, probe, THRIFTY);
    return {sample: sampleOf(part, answer === null ? null : part.forAll(answer)), order: [], enough: ladder.least};
  }
  listener.status?.('a part without limits');
  const {peak, mean, missed} = await unlimited(asked);
  const {least, step} = small;
  const onStep = (value: number): number => Math.max(least, step * Math.ceil(value / step));
  const enough = part.forAll(onStep(peak)) * AMPLE;
  if (missed.length > 0) return {sample: sampleOf(part, null), order: [], enough};
  const low = Math.max(least - step, step * Math.floor(mean / step));
  const answer = await searchBetween(low, Math.max(low + step, onStep(peak)), step, probe, PART_RESOLUTION);
  return {sample: sampleOf(part, part.forAll(answer)), order: [], enough};
}

async function scoutGrid(tries: readonly number[], part: SizedPart, prober: Prober): Promise<Scouted> {
  for (const value of tries) await prober.probe(value);
  const meeting = [...prober.rows.values()].filter(({met}) => met).sort((a, b) => a.usdPerDay - b.usdPerDay);
  const order = meeting.length > 0 ? meeting.map(({value}) => value) : tries;
  return {sample: sampleOf(part, meeting[0]?.value ?? null), order, enough: 0};
}

/** The values that may be tried; undefined: those of a grid, all of them. */
export function ladderOf({task: {find, given}, most}: Search): Ladder | undefined {
  const {tries} = find;
  if (!('least' in tries)) return undefined;
  const least = find.name === 'hosts' ? Math.max(tries.least, given.options.cells) : tries.least;
  const ladder: Ladder = {...tries, least, most: Math.min(most ?? find.most, find.most)};
  if (ladder.most >= ladder.least) return ladder;
  throw usageError(
    `at most ${find.written(ladder.most)}: fewer than ${find.written(ladder.least)}, the least there can be`,
  );
}

/** The first doublings of a search that nothing was scouted for, with the first seed, up to the first that meets. */
export function firstBracket(ladder: Ladder, prober: Prober) {
  return bracket(ladder, (value) => prober.probe(value, {upTo: 1}));
}

/** Searches by replay of all calls, from what was scouted on. */
export async function findSize(search: Search, scouted: Scouted | undefined, prober: Prober): Promise<Found> {
  const ladder = ladderOf(search);
  const calls = invocationsTotal(search.task.workload);
  const searched = await (ladder === undefined
    ? searchGrid(search.task.find.tries as readonly number[], scouted, prober)
    : scouted === undefined
      ? searchWhole(ladder, calls, prober)
      : searchFrom(scouted, ladder, calls, prober));
  return {...searched, rows: [...prober.rows.values()], left: prober.left, sample: scouted?.sample};
}

async function searchWhole(ladder: Ladder, calls: number, prober: Prober): Promise<Searched> {
  const oneByOne = Math.max(1, Math.min(ONE_BY_ONE, Math.floor(EXHAUSTIVE_CALLS / Math.max(1, calls))));
  const thrift = calls > MANY_CALLS ? THRIFTY : {oneByOne};
  const searched = await searchLadder(ladder, (value) => prober.probe(value), thrift);
  const {answer} = searched;
  // The next larger one shows what the answer is near to.
  if (answer !== null && answer + ladder.step <= ladder.most) await prober.probe(answer + ladder.step);
  return searched;
}

/** Many calls: a part says where to look, then all are replayed about there, with the first seed and as few times as will do. */
async function searchFrom({sample, enough}: Scouted, ladder: Ladder, calls: number, prober: Prober): Promise<Searched> {
  const {estimate} = sample;
  const further = prober.task.seeds.length - 1;
  const affordable = Math.max(LEAST_REPLAYS, Math.floor(WHOLE_CALLS / calls) - further);
  const sparing = {resolution: RESOLUTION, tries: affordable};
  const about = (value: number, from: Ladder, mayLeave: boolean) =>
    searchAround(value, from, (its) => prober.probe(its, {upTo: 1, mayLeave}), sparing);
  let searched = await about(estimate ?? enough, ladder, estimate !== null);
  // The answer is to hold with the other seeds too, where so many replays are affordable.
  while (searched.answer !== null && affordable > LEAST_REPLAYS) {
    if ((await prober.probe(searched.answer, {mayLeave: true})).met) break;
    const more = Math.ceil((searched.answer * (1 + RESOLUTION)) / ladder.step) * ladder.step;
    if (more > ladder.most) searched = {answer: null, exhaustive: false};
    else searched = await about(more, {...ladder, least: more}, true);
  }
  // What comes nearest is to be told of, not only that it misses.
  if (prober.rows.size === 0) await prober.probe(Math.max(...prober.left.keys()), {upTo: 1});
  return searched;
}

/** Every value of a grid; of many calls those that meet on a part, the cheapest first, until one meets on all. */
async function searchGrid(tries: readonly number[], scouted: Scouted | undefined, prober: Prober): Promise<Searched> {
  if (scouted === undefined) {
    for (const value of tries) await prober.probe(value);
    return {answer: null, exhaustive: true};
  }
  for (const value of scouted.order) if ((await prober.probe(value)).met) break;
  return {answer: null, exhaustive: false};
}

function sampleOf({apps, ofApps, invocations}: SizedPart, estimate: number | null): SizeSample {
  return {apps, ofApps, invocations, estimate};
}
