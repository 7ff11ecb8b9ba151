import {Random} from '../../src/base/random.ts';
import type {Recovery, SessionTerms, StatePlace} from '../../src/fleet/sessions/session-terms.ts';
import type {Game, OracleAction} from './oracle-sessions.ts';

const forever = Number.POSITIVE_INFINITY;

export const noTerms: SessionTerms = {
  routing: {by: 'any', bound: forever},
  state: undefined,
  world: undefined,
  passivateUs: forever,
  detectUs: 0,
  networkUs: 0,
  budgetUs: 100_000,
};

/** A random game of up to two functions and some thirty sessions; times have microseconds, so that few events meet. */
export function randomGame(seed: number): Game {
  const random = new Random(seed);
  const one = <T>(...of: readonly T[]): T => of[random.below(of.length)]!;
  const by = one('any', 'session', 'session', 'room', 'room');
  const instances = Array.from({length: 1 + random.below(2)}, () => 1 + random.below(5));
  const all = instances.reduce((sum, count) => sum + count, 0);
  const slots = 1 + random.below(3);
  const hosts = Math.ceil(all / slots) + random.below(3);
  const spanUs = one(2e6, 20e6);
  const place = by === 'any' ? one<StatePlace>('store', 'cache') : one<StatePlace>('store', 'cache', 'instance');
  const recovery: Recovery =
    place === 'store' || by === 'any'
      ? 'store'
      : one<Recovery>('store', 'behind', ...(place === 'instance' ? (['clients', 'none', 'none'] as const) : []));
  const sessions = 1 + random.below(30);
  const rooms = 1 + random.below(8);
  const actions: OracleAction[] = Array.from({length: 1 + random.below(150)}, () => {
    const session = random.next() < 0.05 ? -1 : random.below(sessions);
    return {
      timeUs: Math.floor(random.next() * spanUs),
      fn: random.below(instances.length),
      session,
      room: random.next() < 0.1 || session === -1 ? -1 : session % rooms,
      durationUs: Math.ceil(random.exponential() * one(3e3, 40e3)),
    };
  }).sort((a, b) => a.timeUs - b.timeUs || a.fn - b.fn);
  const outages = Array.from({length: one(0, 1, 1, 3)}, () => {
    const fromUs = Math.floor(random.next() * spanUs);
    return {host: random.below(hosts), fromUs, untilUs: fromUs + 1 + Math.floor(random.next() * 5e6)};
  });
  return {
    actions,
    instances,
    places: by === 'any' ? 1 : one(1, 1, 2, 4),
    terms: {
      routing: {by, bound: by === 'any' ? forever : one(1, 1.25, 2)},
      state: one(
        undefined,
        ...Array.from({length: 4}, () => ({
          ...{place, reads: random.below(3), writes: random.below(3), recovery},
          ...{readUs: 501, writeUs: 702, localUs: 53, loadUs: 1009, behindUs: one(10_007, 500_009, 2_000_003)},
        })),
      ),
      world: undefined,
      passivateUs: one(forever, 100_003, 2_000_011),
      detectUs: one(0, 300_001, 3_000_017),
      networkUs: one(0, 25_000),
      budgetUs: one(5_000, 100_000),
    },
    hosts,
    slots,
    coldUs: one(0, 500_021),
    // One outage of a host at a time.
    outages: outages
      .sort((a, b) => a.fromUs - b.fromUs)
      .filter((outage, k) =>
        outages.slice(0, k).every((other) => other.host !== outage.host || other.untilUs < outage.fromUs),
      ),
    failed: one('lost', 'again', 'later'),
    endUs: 600e6,
  };
}
