import {callOutcomes} from '../../src/scheduler/core/call-outcomes.ts';
import * as field from '../../src/scheduler/core/call-rows.ts';
import {Cell} from '../../src/scheduler/core/cell.ts';
import {semanticsPresets} from '../../src/scheduler/core/semantics.ts';
import {placements} from '../../src/scheduler/parts/placement/registry.ts';
import {type Game, type GameTotals, ORACLE_KEY, ORACLE_SEED} from './oracle-sessions.ts';

/** A row of the call log of a game. */
export interface GameRow {
  readonly outcome: string;
  readonly arrivalUs: number;
  readonly startUs: number;
  readonly endUs: number;
  readonly instance: number;
}

/** The game as the core plays it, with a row a call. */
export function coreGame(game: Game): {readonly totals: GameTotals; readonly rows: readonly GameRow[]} {
  const {actions, instances, terms} = game;
  const functions = instances.length;
  const binds = terms.routing.by !== 'any';
  const seats = Int32Array.from(instances, (count) => (binds ? count : 0));
  const secondSeat = new Int32Array(functions);
  let count = functions;
  for (let fn = 0; fn < functions; fn++) {
    secondSeat[fn] = count;
    if (binds) count += instances[fn]! - 1;
  }
  const min = Int32Array.from({length: count}, (_, fn) => (binds ? 1 : instances[fn]!));
  const words = (name: 'session' | 'room'): Int32Array => {
    const made = new Int32Array(2 * actions.length);
    for (const [k, action] of actions.entries())
      [made[2 * k], made[2 * k + 1]] = [action[name], action[name] < 0 ? -1 : 0];
    return made;
  };
  const numbers = (name: 'session' | 'room') => ({words: words(name), offset: new Float64Array(functions)});
  const rows: GameRow[] = [];
  const column = (value: number) => new Uint8Array(count).fill(value);
  const cell = new Cell({
    memoryMib: new Float64Array(count).fill(128),
    hosts: {count: game.hosts, slots: game.slots, memoryMib: Number.POSITIVE_INFINITY},
    placement: placements.parse('first-fit'),
    semantics: semanticsPresets.coldfront,
    coldTime: {drawUs: () => game.coldUs, meanUs: () => game.coldUs},
    maxWaitUs: Number.POSITIVE_INFINITY,
    startsPerHost: Number.POSITIVE_INFINITY,
    startsPerSecond: Number.POSITIVE_INFINITY,
    limits: {min, max: Float64Array.from(min), othersSlots: Number.POSITIVE_INFINITY},
    faults: {
      outages: game.outages.map((outage) => ({...outage, keeps: false, fault: 0})),
      chances: [],
      slowdowns: [],
      leaseUs: 3_000_000,
      async: column(game.failed === 'later' ? 1 : 0),
      idempotent: column(game.failed === 'lost' ? 0 : 1),
    },
    sessions: {
      ...{terms, session: numbers('session'), room: terms.routing.by === 'room' ? numbers('room') : undefined},
      ...{functions, seats, secondSeat, key: Int32Array.from({length: count}, (_, fn) => ORACLE_KEY + fn)},
      seed: ORACLE_SEED,
    },
    seed: 1,
    places: new Int32Array(count).fill(game.places),
    log: {
      fromUs: 0,
      runsOn: false,
      take(told) {
        for (let at = 0; at < told.length; at += field.CALL_FIELDS) {
          rows.push({
            outcome: callOutcomes[told[at + field.OUTCOME]!]!,
            arrivalUs: told[at + field.CALLED_US]!,
            startUs: told[at + field.START_US]!,
            endUs: told[at + field.END_US]!,
            instance: told[at + field.ON_INSTANCE]!,
          });
        }
      },
    },
  });
  cell.use({constantUs: Number.POSITIVE_INFINITY, keepAliveUs: () => Number.POSITIVE_INFINITY});
  cell.run({
    length: actions.length,
    timeUs: Float64Array.from(actions, ({timeUs}) => timeUs),
    fn: Int32Array.from(actions, ({fn}) => fn),
    durationUs: Float64Array.from(actions, ({durationUs}) => durationUs),
    coldUs: undefined,
    call: Int32Array.from(actions.keys()),
  });
  cell.finish(game.endUs);
  const {busyUs} = cell.account.totals();
  const {counts, late, spreads} = cell.sessions!.outcome(busyUs, game.endUs);
  const action = cell.sessions!.actionTimes;
  const {tally} = cell;
  return {
    rows,
    totals: {
      ...counts,
      ...{warm: tally.warm, lost: tally.lost, retried: tally.retried, late},
      busyUs: busyUs.reduce((sum, us) => sum + us, 0),
      startDelayUs: tally.startDelay.sum,
      ...{actions: action.count, actionUs: action.sum, slowestUs: action.max},
      mostInOne: instances.map((_, fn) => spreads.find((one) => one.fn === fn)?.mostInOne ?? 0),
    },
  };
}
