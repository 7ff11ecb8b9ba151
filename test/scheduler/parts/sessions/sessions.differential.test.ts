import {describe, expect, test} from 'vitest';
import {playGame} from '../../../helpers/oracle-sessions.ts';
import {coreGame} from '../../../helpers/session-core.ts';
import {randomGame} from '../../../helpers/session-games.ts';

const GAMES = 600;

describe('sessions in the core', () => {
  test(`agree with lists of objects to the last unit in ${GAMES} random games`, () => {
    const sum = {moved: 0, lostSessions: 0, lostActions: 0, saves: 0, passivated: 0, lost: 0, retried: 0};
    for (let seed = 1; seed <= GAMES; seed++) {
      const game = randomGame(seed);
      const {totals} = coreGame(game);
      expect(totals, `game ${seed}`).toEqual(playGame(game));
      for (const name of Object.keys(sum) as (keyof typeof sum)[]) sum[name] += totals[name];
    }
    // Games in which nothing happens would prove nothing.
    for (const [name, count] of Object.entries(sum)) expect(count, name).toBeGreaterThan(GAMES / 20);
  });
});

describe('whatever is drawn', () => {
  test('no session, or room, is in two instances at once, none is bound beyond the bound, and every action has one fate', () => {
    for (let seed = 1; seed <= GAMES; seed++) {
      const game = randomGame(seed);
      const {terms, actions, instances} = game;
      const {totals, rows} = coreGame(game);
      expect(rows.length, `game ${seed}`).toBe(actions.length);
      expect(totals.warm + totals.lost, `game ${seed}`).toBe(actions.length);
      if (terms.routing.by === 'any') continue;
      // What is bound: a room, or a session, which is alone where it is in no room.
      const keyOf = ({session, room}: (typeof actions)[number]) =>
        terms.routing.by === 'room' && room >= 0 ? `room ${room}` : `session ${session}`;
      instances.forEach((seats, fn) => {
        const keys = new Set(actions.filter((one) => one.fn === fn && one.session >= 0).map(keyOf));
        const cap = Math.ceil((terms.routing.bound * keys.size) / seats);
        expect(totals.mostInOne[fn]!, `game ${seed}`).toBeLessThanOrEqual(cap);
      });
      const spells = new Map<string, {instance: number; startUs: number; endUs: number}[]>();
      for (const {arrivalUs, startUs, endUs, instance} of rows) {
        const its = actions.filter(({timeUs}) => timeUs === arrivalUs);
        // Who arrives together cannot be told apart in a log.
        if (its.length !== 1 || its[0]!.session < 0 || Number.isNaN(startUs)) continue;
        const id = `${its[0]!.fn} ${keyOf(its[0]!)}`;
        for (const other of spells.get(id) ?? []) {
          const overlaps = startUs < other.endUs && other.startUs < endUs;
          // A call that has run twice is logged from its first start to its last end.
          if (game.outages.length === 0) expect(overlaps && instance !== other.instance, `game ${seed}`).toBe(false);
        }
        spells.set(id, [...(spells.get(id) ?? []), {instance, startUs, endUs}]);
      }
    }
  });
});
