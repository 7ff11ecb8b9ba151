import {usageError} from '../../base/errors.ts';
import {formatCount, US_PER_MS, US_PER_SECOND} from '../../base/units.ts';
import type {Ledger} from '../../replay/ledger.ts';
import {storeOperations} from '../../replay/report/sessions.ts';
import {type Compared, compared} from '../../tradeoff/compared.ts';
import type {StateValues, stateInputs} from '../../tradeoff/state/inputs.ts';
import {outageSeconds, type Placement, type PlacementName, placements} from '../../tradeoff/state/placements.ts';
import {actionUsd} from '../../tradeoff/state/rooms.ts';
import {worldTraffic} from '../../tradeoff/state/world.ts';
import type {SimulatedCore} from './core.ts';
import type {Simulation} from './simulation.ts';
import {callsOf, HOP_MS, settingsOf, termsOf} from './state-designs.ts';

/** Runs of each case, and calls of each run, about. */
const RUNS = 5;
const CALLS = 20_000;
const MOST_PLAYERS = 100_000;
/** Runs in which all players act, and actions of each before and after a crash, on average. */
const WHOLE_RUNS = 3;
const ACTIONS = 6;

/** E5 in the core: each place for the sessions with the calls of players, in calm and when a container crashes. */
export const stateSimulation: Simulation<typeof stateInputs> = {run};

type Seconds = number;

async function run(values: StateValues, core: SimulatedCore): Promise<{setup: string; rows: Compared[]}> {
  const {players, containers, actionsPerSecond} = values;
  if (players > MOST_PLAYERS) {
    throw usageError(
      `--players is ${formatCount(players)}, must be at most ${formatCount(MOST_PLAYERS)} with --simulate: all are replayed`,
    );
  }
  if (actionsPerSecond === 0)
    throw usageError('--actions-per-second is 0, must be above 0 with --simulate: nobody acts');
  if (!Number.isInteger(containers)) throw usageError(`--containers is ${containers}, must be whole with --simulate`);
  const rows: Compared[] = [];
  for (const place of placements(values)) rows.push(...(await calm(values, place, core)));
  rows.push(...(await binding(values, core)), ...(await crashes(values, core)), ...(await world(values, core)));
  const some = Math.min(containers, someContainers(values));
  return {
    setup:
      `Players act at random, ${actionsPerSecond} times a second each; ${formatCount(some)} of ${formatCount(containers)} containers with ` +
      `their players, all of them where sessions are bound; a container crashes while they play. Half of the span in calm is not counted.`,
    rows,
  };
}

/** So many containers have calls enough for a run of some seconds. */
function someContainers({players, containers, actionsPerSecond}: StateValues): number {
  return Math.max(1, Math.round(CALLS / ((players / containers) * actionsPerSecond * 4)));
}

/** The inputs with so many containers and the players of those. */
function partOf(values: StateValues, containers: number): StateValues {
  const most = Math.min(containers, values.containers);
  return {...values, containers: most, players: Math.max(1, Math.round((values.players / values.containers) * most))};
}

/** What actions take where nothing fails, beside the formula at the shares of cold starts and of hits that were replayed. */
async function calm(values: StateValues, place: Placement, core: SimulatedCore): Promise<Compared[]> {
  const {name} = place;
  const part = partOf(values, someContainers(values));
  // Sessions write in step at first: whole cycles of that are counted.
  const cycle = values.writeBehindSeconds + 1 / values.actionsPerSecond;
  const half = cycle * Math.max(1, Math.round(CALLS / (part.players * part.actionsPerSecond) / cycle));
  const found = await core.repeated(RUNS, async (seed) => {
    const ledger = await core.replay(callsOf(part, name, 2 * half, seed), settingsOf(part, name, {fromSeconds: half}));
    const {counts, sessions} = ledger;
    const {actionUs, late} = sessions!;
    const perSecond = (count: number): number => ((count / half) * values.players) / part.players;
    const runUs = actionUs.mean() - ledger.startDelay.mean() - termsOf(part, name).networkUs;
    return {
      coldShare: counts.cold / counts.invocations,
      hitShare: hitShareOf(sessions!),
      meanMs: actionUs.mean() / US_PER_MS,
      p99Ms: actionUs.quantile(0.99) / US_PER_MS,
      lateShare: late / actionUs.count,
      storePerSecond: perSecond(storeOperations(sessions)),
      usdPerHour: place.usdPerHour + usdOfRuns(values, name, perSecond(counts.invocations), runUs / US_PER_SECOND),
    };
  });
  const law = placements({...values, coldShare: found.coldShare.mean, stickyHit: found.hitShare.mean}).find(
    (one) => one.name === name,
  )!;
  const scenario = {scenario: name};
  const given = {...scenario, why: 'the formula is given it; replayed, it is what becomes of the players'};
  const waits = name === 'room-server' && {
    why: 'the formula has run times differ as exponential ones do; these do not',
  };
  return [
    ...(name === 'external-store'
      ? [
          compared(
            'E5.1.coldShare',
            'share',
            'actions that meet a cold start',
            values.coldShare,
            found.coldShare,
            given,
          ),
        ]
      : []),
    ...(name === 'sticky-cache'
      ? [
          compared(
            'E5.1.hitShare',
            'share',
            'actions whose container has the state',
            values.stickyHit,
            found.hitShare,
            given,
          ),
        ]
      : []),
    compared('E5.1.latencyMs', 'ms', 'an action on average, at those shares', law.latencySeconds * 1000, found.meanMs, {
      ...scenario,
      ...(name === 'sticky-cache' && {
        why: 'a copy that is missing is got whole, once, and not operation by operation',
      }),
      ...waits,
    }),
    compared('E5.1.p99Ms', 'ms', 'an action, 99th percentile', Number.NaN, found.p99Ms, scenario),
    compared('E5.1.lateShare', 'share', 'actions beyond the budget', law.lateShare, found.lateShare, {
      ...scenario,
      ...waits,
    }),
    compared('E5.1.storePerSecond', '1/s', 'store operations', storeLaw(values, name), found.storePerSecond, {
      ...scenario,
      ...(name !== 'external-store' && {
        why: 'sessions that begin are got besides, and some begin to write within the span',
      }),
    }),
    compared('E5.1.usdPerHour', 'USD/h', 'computing and keeping the state', place.usdPerHour, found.usdPerHour, {
      ...scenario,
      why:
        name === 'room-server' ? 'servers are paid for whole' : 'replayed, the time of state operations is billed too',
    }),
  ];
}

/** What as many actions of that length cost by use beyond what the formula has for them. */
function usdOfRuns(values: StateValues, name: PlacementName, perSecond: number, runSeconds: Seconds): number {
  if (name === 'room-server') return 0;
  const usd = (actions: number, actionSeconds: Seconds): number =>
    actions * 3600 * actionUsd({...values, actionSeconds});
  return usd(perSecond, runSeconds) - usd(values.players * values.actionsPerSecond, values.actionSeconds);
}

/** Operations a second: all, none, or one write for what a session changed since the last. */
function storeLaw({players, actionsPerSecond, ops, writeBehindSeconds}: StateValues, name: PlacementName): number {
  if (name === 'external-store') return players * actionsPerSecond * ops;
  if (name === 'instance-memory') return 0;
  return players / (writeBehindSeconds + 1 / actionsPerSecond);
}

/** How many sessions the fullest container has, and how many a crash moves: all players, of whom each acts now and then. */
async function binding(values: StateValues, core: SimulatedCore): Promise<Compared[]> {
  const {players, containers, bound} = values;
  const slow = {...values, actionsPerSecond: 1, sessionSeconds: 1e6};
  const play = (its: StateValues) =>
    core.repeated(WHOLE_RUNS, async (seed) => {
      const ledger = await core.replay(
        callsOf(its, 'sticky-cache', 2 * ACTIONS + outageSeconds(values), seed),
        settingsOf(its, 'sticky-cache', {crash: {seconds: ACTIONS}}),
      );
      const {mostInOne, counts} = ledger.sessions!;
      return {mostInOne, movedShare: counts.moved / players};
    });
  const [held, loose] = [await play(slow), await play({...slow, bound: 1e6})];
  return [
    compared(
      'E5.2.loadCap',
      'players',
      'most players of a container, as bounded',
      Math.ceil(((bound * players) / containers) * (1 - 1e-12)),
      held.mostInOne,
      {
        why: 'it is never above, and reached where chance fills a container so far',
      },
    ),
    compared('E5.2.loadWithoutBound', 'players', 'the same by hash alone', Number.NaN, loose.mostInOne),
    compared(
      'E5.2.movedShare',
      'share',
      'sessions that a crash moves, by hash alone',
      1 / containers,
      loose.movedShare,
    ),
  ];
}

/** What players of a container that crashes lose, and for how long they cannot play. */
async function crashes(values: StateValues, core: SimulatedCore): Promise<Compared[]> {
  const rows: Compared[] = [];
  const [rate, behind] = [values.actionsPerSecond, values.writeBehindSeconds];
  const exact = ((rate * behind) / (1 + rate * behind)) * (1 + (rate * behind) / 2);
  const text = 'actions that a player of it loses';
  for (const {name, actionsLost, outageSeconds: outage} of placements(values)) {
    if (name === 'external-store') continue;
    const scenario = {scenario: name};
    const found = await core.repeated(2 * RUNS, async (seed) => crash(values, name, seed, core));
    if (name === 'instance-memory') {
      rows.push(compared('E5.2.actionsLostMean', 'actions', text, actionsLost, found.lost, scenario));
      continue;
    }
    rows.push(
      compared('E5.2.actionsLostMean', 'actions', text, actionsLost, found.lost, {
        ...scenario,
        why: `what is changed is written ${behind} s after the first change, and until the next one there is nothing to lose: ${exact.toPrecision(4)}`,
      }),
      compared('E5.2.outageSeconds', 's', 'time for which a crash stops them', outage, found.outage, {
        ...scenario,
        why: 'measured by those who act in it, the first of them some time after the crash',
      }),
    );
  }
  return rows;
}

/** One container with its players, which crashes at a moment of its own: how many actions each loses, and the outage. */
async function crash(
  values: StateValues,
  name: PlacementName,
  seed: number,
  core: SimulatedCore,
): Promise<{lost: number; outage: Seconds}> {
  const one = {...partOf(values, 1), sessionSeconds: 1e6};
  // Memory loses all since a session began: players act so seldom that a whole session can be played, told in full.
  const isMemory = name === 'instance-memory';
  const least = CALLS / 10 / (one.players * one.actionsPerSecond * values.sessionSeconds);
  const factor = isMemory ? Math.min(1, least) : 1;
  const its = {...one, actionsPerSecond: one.actionsPerSecond * factor};
  const cycle = its.writeBehindSeconds + 1 / its.actionsPerSecond;
  // Evenly over the moments at which it may crash, whatever the seeds (Weyl's sequence).
  const phase = (seed * 0.6180339887) % 1;
  const atSeconds = isMemory ? phase * values.sessionSeconds : (3 + phase) * cycle;
  const workload = callsOf(its, name, atSeconds + outageSeconds(its) + 4 / its.actionsPerSecond + 1, seed);
  const ledger = await core.replay(workload, settingsOf(its, name, {crash: {seconds: atSeconds}}));
  return {
    lost: ledger.sessions!.counts.lostActions / its.players / factor,
    outage: ledger.startDelay.max / US_PER_SECOND + values.reloadSeconds,
  };
}

/** What it takes to spread the world among some containers, told for all. */
async function world(values: StateValues, core: SimulatedCore): Promise<Compared[]> {
  const {subscribers, readsPerSecond, updatesPerSecond, budgetSeconds, deltaBytes, worldBytes} = values;
  if (updatesPerSecond === 0 || readsPerSecond === 0 || deltaBytes < 1) return [];
  const count = Math.min(subscribers, 10);
  const perSecond = readsPerSecond / subscribers;
  const seconds = CALLS / (perSecond * count);
  const its = {
    ...values,
    containers: count,
    players: count,
    actionsPerSecond: perSecond,
    sessionSeconds: 1e6,
    bound: 1,
  };
  const traffic = worldTraffic(values);
  const play = (by: 'push' | 'pull') =>
    core.repeated(RUNS, async (seed) => {
      const settings = settingsOf(its, 'instance-memory', {world: by});
      const {world: its_, staleUs} = (await core.replay(callsOf(its, 'instance-memory', seconds, seed), settings))
        .sessions!;
      const bytes = by === 'push' ? its_!.updates * count * deltaBytes : its_!.fetches * worldBytes;
      return {
        bytes: ((bytes / seconds) * subscribers) / count,
        meanMs: staleUs.mean() / US_PER_MS,
        maxMs: staleUs.max / US_PER_MS,
      };
    });
  const [push, pull] = [await play('push'), await play('pull')];
  const [delayMs, ttlMs] = [traffic.hops * HOP_MS, budgetSeconds * 1000];
  return [
    compared('E5.3.pushBytesPerSecond', 'bytes/s', 'pushing deltas', traffic.pushDelta, push.bytes, {
      why: 'updates at the ends of the span',
    }),
    compared('E5.3.stalenessMaxMs', 'ms', 'age of what is read at most', delayMs, push.maxMs, {
      scenario: 'push',
      why: 'a bound',
    }),
    compared('E5.3.stalenessMeanMs', 'ms', 'the same on average', meanStaleMs(updatesPerSecond, delayMs), push.meanMs, {
      scenario: 'push',
      why: 'updates that overlap count once, from the first',
    }),
    compared('E5.3.pullTtlBytesPerSecond', 'bytes/s', 'pulling once per budget', traffic.pullTtl, pull.bytes, {
      why: `the first action after that pulls, so once in ${((budgetSeconds + 1 / perSecond) * 1000).toPrecision(4)} ms`,
    }),
    compared('E5.3.stalenessMaxMs', 'ms', 'age of what is read at most', ttlMs, pull.maxMs, {
      scenario: 'pull',
      why: 'a bound',
    }),
    compared('E5.3.stalenessMeanMs', 'ms', 'the same on average', Number.NaN, pull.meanMs, {scenario: 'pull'}),
  ];
}

/** Updates of an age from 0 to the delay, each for that long. */
function meanStaleMs(perSecond: number, delayMs: number): number {
  return (perSecond * delayMs ** 2) / 2 / 1000;
}

function hitShareOf({counts}: NonNullable<Ledger['sessions']>): number {
  const needed = counts.hits + counts.loads;
  return needed === 0 ? 1 : counts.hits / needed;
}
