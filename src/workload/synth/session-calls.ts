import {usageError} from '../../base/errors.ts';
import {finiteTimeUs, numberAbove0, oneOf, wholeAtLeast} from '../../base/parameters.ts';
import {parseValues} from '../../base/part.ts';
import {formatCount, US_PER_SECOND} from '../../base/units.ts';
import {EventBuilder} from '../build/event-builder.ts';
import {UNKNOWN_START, type Workload} from '../workload.ts';
import {streamOf} from './streams.ts';

/** What players do, times in whole microseconds. */
export interface SessionPopulation {
  /** At any time so many play. */
  readonly players: number;
  readonly rooms: number;
  /** Actions of each a second. */
  readonly actionsPerSecond: number;
  /** Length of a session on average; when one is over another player comes, in a room of his own choice. */
  readonly lengthUs: number;
  /** After a session its player is missed for so long on average; then there are fewer than `players`. */
  readonly pauseUs: number;
  /** All sessions, and all executions, take as long as they do on average; else they are exponential. */
  readonly fixedLengths: boolean;
  readonly fixedRuns: boolean;
  /** Players are dealt to rooms in turn, for good; else each session's is drawn. */
  readonly evenRooms: boolean;
  /** Number of the first session; 0 by default. */
  readonly firstSession?: number;
}

const parameters = {
  players: wholeAtLeast(1, 'players at a time', {example: '10000'}),
  rooms: wholeAtLeast(1, 'rooms that they are in', {default: '500'}),
  actions: numberAbove0('actions of a player a second', {default: '5'}),
  length: finiteTimeUs('length of a session on average', {default: '30m'}),
  pause: finiteTimeUs('until another player takes the place of one that has gone, on average', {default: '0s'}),
  lengths: oneOf(['exponential', 'fixed'], 'how lengths of sessions differ', {default: 'exponential'}),
  runs: oneOf(['exponential', 'fixed'], 'how execution times differ', {default: 'exponential'}),
  fill: oneOf(['random', 'even'], 'how players come into rooms', {default: 'random'}),
} as const;

/** Calls that memory is to hold. */
const MOST_CALLS = 2 ** 27;

/** `players=10000,rooms=500,actions=5,length=30m,pause=0s`. */
export function readSessions(given: string, what: string): SessionPopulation {
  const said = `${what} is '${given}'`;
  const {players, rooms, actions, length, pause, lengths, runs, fill} = parseValues(given, parameters, {
    ...{name: what, what, said},
  });
  if (length === 0) throw usageError(`${said}: length is 0s, must be above 0`);
  const fixed = {fixedLengths: lengths === 'fixed', fixedRuns: runs === 'fixed', evenRooms: fill === 'even'};
  return {players, rooms, actionsPerSecond: actions, lengthUs: length, pauseUs: pause, ...fixed};
}

/**
 * The calls of players: sessions one after the other, in each a Poisson process of actions, each of one of `functions`
 * functions. A player's calls depend on the seed and the player alone. Sessions are numbered player by player.
 */
export function playerCalls(
  {
    players,
    rooms,
    actionsPerSecond,
    lengthUs,
    pauseUs,
    fixedLengths,
    fixedRuns,
    evenRooms,
    firstSession = 0,
  }: SessionPopulation,
  {functions, spanUs, meanDurationUs, seed}: {functions: number; spanUs: number; meanDurationUs: number; seed: number},
): Workload {
  const expected = (players * actionsPerSecond * spanUs) / US_PER_SECOND;
  if (expected > MOST_CALLS) {
    throw usageError(
      `--sessions makes some ${formatCount(Math.round(expected))} calls, single calls are to be at most ${formatCount(MOST_CALLS)}`,
      'lower players or actions, or shorten --span',
    );
  }
  const calls = new EventBuilder({duration: true, cold: false, session: true, room: true});
  const fns = Array.from({length: functions}, (_, k) =>
    calls.functions.idOf('studio', 'game', functions === 1 ? 'action' : `action${k + 1}`),
  );
  for (const f of fns) calls.functions.setTrigger(f, 'http');
  const gapUs = US_PER_SECOND / actionsPerSecond;
  let session = firstSession - 1;
  for (let player = 0; player < players; player++) {
    const random = streamOf(seed, 'sessions', player);
    for (let beginUs = 0; beginUs < spanUs; beginUs += random.exponential() * pauseUs) {
      session++;
      const room = evenRooms ? player % rooms : random.below(rooms);
      // Exponential lengths have no memory: what is left of a session at time 0 is as long as a whole one.
      const isLeft = fixedLengths && beginUs === 0;
      const share = fixedLengths ? (isLeft ? random.next() : 1) : random.exponential();
      const endUs = Math.min(spanUs, beginUs + share * lengthUs);
      for (let us = beginUs + random.exponential() * gapUs; us < endUs; us += random.exponential() * gapUs) {
        const f = functions === 1 ? fns[0]! : fns[random.below(functions)]!;
        const runUs = fixedRuns ? Math.round(meanDurationUs) : Math.ceil(random.exponential() * meanDurationUs);
        calls.add(f, Math.floor(us), runUs, UNKNOWN_START, session, room);
      }
      beginUs = endUs;
    }
  }
  const workload = calls.finish({source: 'synth', startTime: '', licence: '', clampedDurations: 0});
  return {...workload, meta: {...workload.meta, spanUs}};
}

/** Mean execution time of an action where nothing else is asked. */
export const ACTION_MS = 10;
