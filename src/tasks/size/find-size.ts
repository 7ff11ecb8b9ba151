import {usageError} from '../../base/errors.ts';
import {invocationsTotal, type Workload} from '../../workload/workload.ts';
import type {Listener} from '../listener.ts';
import {type CurveRow, Prober, type ProbeTask} from './prober.ts';
import {peakSize, type SizedPart, samplePart} from './sample-part.ts';
import {bracket, type Ladder, ONE_BY_ONE, type Searched, searchAround, searchLadder} from './search.ts';
import type {SizeSample} from './size-report.ts';

/** A replay of more calls than this is first looked for in a part. */
const MANY_CALLS = 20e6;
/** Calls of that part. */
const PART_CALLS = 5e6;
/** How near the answer for that many calls is found, as a share of it. */
export const RESOLUTION = 0.01;
/** Sizes are tried one by one as far as so many calls go, and less than a whole search of fewer calls takes. */
const EXHAUSTIVE_CALLS = 600e6;
/** Of many calls whole replays go on for so many of them, but there are two at least: one that meets, one that misses. */
const WHOLE_CALLS = 600e6;
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
}

export interface Found extends Searched {
  readonly rows: readonly CurveRow[];
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
  const ladder = ladderOf({task, most})!;
  const small = {...part.ladder, most: Math.ceil(ladder.most * part.share)};
  const ofPart = (value: number) => prober.probe(value);
  const {answer} = find.isRoom
    ? await searchAround(await peakSize(part.task), small, ofPart, {
        resolution: RESOLUTION,
        tries: Number.POSITIVE_INFINITY,
      })
    : await searchLadder(small, ofPart, THRIFTY);
  return {sample: sampleOf(part, answer === null ? null : part.forAll(answer)), order: []};
}

async function scoutGrid(tries: readonly number[], part: SizedPart, prober: Prober): Promise<Scouted> {
  for (const value of tries) await prober.probe(value);
  const meeting = [...prober.rows.values()].filter(({met}) => met).sort((a, b) => a.usdPerDay - b.usdPerDay);
  const order = meeting.length > 0 ? meeting.map(({value}) => value) : tries;
  return {sample: sampleOf(part, meeting[0]?.value ?? null), order};
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
  return bracket(ladder, (value) => prober.probe(value, 1));
}

/** Searches by replay of all calls, from what was scouted on. */
export async function findSize(search: Search, scouted: Scouted | undefined, prober: Prober): Promise<Found> {
  const ladder = ladderOf(search);
  const calls = invocationsTotal(search.task.workload);
  const searched = await (ladder === undefined
    ? searchGrid(search.task.find.tries as readonly number[], scouted, prober)
    : scouted === undefined
      ? searchWhole(ladder, calls, prober)
      : searchFrom(scouted.sample.estimate, ladder, calls, prober));
  return {...searched, rows: [...prober.rows.values()], sample: scouted?.sample};
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
async function searchFrom(estimate: number | null, ladder: Ladder, calls: number, prober: Prober): Promise<Searched> {
  const affordable = Math.max(LEAST_REPLAYS, Math.floor(WHOLE_CALLS / calls));
  const once = (value: number) => prober.probe(value, 1);
  const sparing = {resolution: RESOLUTION, tries: affordable};
  let searched =
    estimate === null ? await searchLadder(ladder, once, THRIFTY) : await searchAround(estimate, ladder, once, sparing);
  // The answer is to hold with the other seeds too, where so many replays are affordable.
  while (searched.answer !== null && affordable > 2 * LEAST_REPLAYS) {
    if ((await prober.probe(searched.answer)).met) break;
    const more = Math.ceil((searched.answer * (1 + RESOLUTION)) / ladder.step) * ladder.step;
    if (more > ladder.most) searched = {answer: null, exhaustive: false};
    else searched = await searchAround(more, {...ladder, least: more}, once, sparing);
  }
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
