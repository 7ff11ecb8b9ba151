import {describe, expect, test} from 'vitest';
import type {StateTerms} from '../../../../src/fleet/sessions/session-terms.ts';
import type {Game, GameTotals, OracleAction} from '../../../helpers/oracle-sessions.ts';
import {coreGame} from '../../../helpers/session-core.ts';
import {noTerms} from '../../../helpers/session-games.ts';

const sticky = {by: 'session', bound: 1.25} as const;
const act = (timeUs: number, session = 0, durationUs = 10_000, room = -1): OracleAction => ({
  ...{timeUs, fn: 0, session, room, durationUs},
});
const held: StateTerms = {
  ...{place: 'instance', reads: 0, writes: 1, readUs: 500, writeUs: 500, localUs: 0, loadUs: 1000},
  ...{recovery: 'none', behindUs: 2e6},
};
const calm: Game = {
  ...{actions: [], instances: [1], places: 1, terms: {...noTerms, routing: sticky}, hosts: 2, slots: 1},
  ...{coldUs: 500_000, outages: [], failed: 'lost', endUs: 60e6},
};
const atTen = [{host: 0, fromUs: 10e6, untilUs: 30e6}];
/** Five actions a second from 7 s to 9.8 s, and one at 10.1 s. */
const fiveASecond = [...Array.from({length: 15}, (_, k) => act(7e6 + k * 200_000)), act(10.1e6)];

const cases: readonly (readonly [string, Partial<Game>, Partial<GameTotals>])[] = [
  [
    'of METHODS E5.2: three heartbeats, a cold start and a reload are 3.5 s, and five of five actions a second are lost',
    // The write of 9.01 s has all but the action that was over then and those behind it: 9.0 to 9.8 s.
    {
      actions: fiveASecond,
      outages: atTen,
      terms: {...calm.terms, detectUs: 3e6, state: {...held, recovery: 'behind'}},
    },
    {lostActions: 5, lostSessions: 0, saves: 2, loads: 1, moved: 1, startDelayUs: 3.4e6, slowestUs: 3.4e6 + 11_000},
  ],
  [
    'memory alone: all of it is gone, and the session with it',
    {actions: fiveASecond, outages: atTen, terms: {...calm.terms, detectUs: 3e6, state: held}},
    {lostActions: 15, lostSessions: 1, loads: 0, saves: 0, slowestUs: 3.4e6 + 10_000},
  ],
  [
    'clients that know it all bring it with them',
    {actions: fiveASecond, outages: atTen, terms: {...calm.terms, state: {...held, recovery: 'clients'}}},
    {lostActions: 0, lostSessions: 0, loads: 0, startDelayUs: 400_000, slowestUs: 400_000 + 11_000},
  ],
  [
    'written through, nothing is lost, and every action pays for its write',
    {actions: fiveASecond, outages: atTen, terms: {...calm.terms, state: {...held, recovery: 'store'}}},
    {lostActions: 0, writes: 16, loads: 1, busyUs: 16 * 10_500 + 1000},
  ],
  [
    'the store is asked for every operation: three of half a millisecond are 1.5 ms (METHODS E5.1)',
    {
      actions: [act(0), act(1e6)],
      terms: {...calm.terms, state: {...held, place: 'store', reads: 2, recovery: 'store'}},
    },
    {reads: 4, writes: 2, actionUs: 2 * 11_500, hits: 0},
  ],
  [
    'a copy is got once, and is there after that',
    {
      actions: [act(0), act(1e6), act(2e6)],
      terms: {...calm.terms, state: {...held, place: 'cache', reads: 2, localUs: 50, recovery: 'store'}},
    },
    {loads: 1, hits: 2, writes: 3, actionUs: 3 * (10_000 + 100 + 500) + 1000},
  ],
  [
    'idle for exactly as long as is waited a session is put away: what it knows is saved, and got again',
    {
      actions: [act(0), act(1_009_999), act(2_019_999)],
      terms: {...calm.terms, passivateUs: 1e6, state: held},
    },
    // The first pause is 999,999 us, the second a million.
    {passivated: 2, saves: 2, loads: 1, moved: 0},
  ],
  [
    'a busy instance has its sessions wait, though another is free',
    {
      actions: [act(0, 0, 50_000), act(10_000, 0)],
      instances: [2],
    },
    {startDelayUs: 40_000, moved: 0},
  ],
  [
    'any instance serves any action: the other one serves at once, and counts as a move',
    {actions: [act(0, 0, 50_000), act(10_000, 0)], instances: [2], terms: noTerms},
    {startDelayUs: 0, moved: 1},
  ],
  [
    'a room is in one instance: who is in it waits for the others in it',
    {
      actions: [act(0, 0, 50_000, 3), act(10_000, 1, 10_000, 3)],
      instances: [3],
      hosts: 3,
      terms: {...calm.terms, routing: {by: 'room', bound: 1.25}},
    },
    {startDelayUs: 40_000, mostInOne: [1]},
  ],
  [
    'four sessions on four instances with c = 1 have one each',
    {
      actions: [act(0, 0), act(1, 1), act(2, 2), act(3, 3)],
      instances: [4],
      hosts: 4,
      terms: {...calm.terms, routing: {by: 'session', bound: 1}},
    },
    {mostInOne: [1], startDelayUs: 0},
  ],
  [
    'those who wait at an instance that fails have the next one in their order',
    // 5 s + 1 s + 0.5 s: the first of those who wait begins at 6.5 s, the second 10 ms later; the running one is lost.
    {
      actions: [act(4.9e6, 0, 2e6), act(4.95e6, 1), act(4.96e6, 2), act(5.5e6, 3)],
      outages: [{host: 0, fromUs: 5e6, untilUs: 30e6}],
      terms: {...calm.terms, detectUs: 1e6},
    },
    {lost: 1, startDelayUs: 1.55e6 + (1.54e6 + 10_000) + (1e6 + 20_000)},
  ],
];

describe('sessions', () => {
  test.each(cases)('%s', (_, game, expected) => {
    expect(coreGame({...calm, ...game}).totals).toMatchObject(expected);
  });
});
