import {formatNumber, formatSeconds, formatShare, formatUsd, formatValue} from '../../base/format.ts';
import {formatCount} from '../../base/units.ts';
import {warmUsdOf} from '../prices.ts';
import {type Answer, answer, type TableSource, type Topic, tableOf, type Verdict} from '../topic.ts';
import {type StateValues, stateComplaint, stateInputs} from './inputs.ts';
import {bestPlacement, idleTtlSeconds, outageSeconds, type Placement, placements, stateSeconds} from './placements.ts';
import {
  actionsPerRoom,
  actionUsd,
  breakEvenPerSecond,
  capacityPerSecond,
  payPerUseToServers,
  roomServers,
} from './rooms.ts';
import {worldTraffic} from './world.ts';

/** E5: sessions, a shared world and 100 ms: where state lives, what a crash costs, push or pull, a server a room. */
export const state: Topic<typeof stateInputs> = {
  name: 'state',
  summary: 'E5    Sessions and a shared world within 100 ms',
  description:
    'The stateful function (E5.1 to E5.4): external store, sticky cache, instance memory or a server for each room; crashes and idle players; push or pull of the world.',
  examples: ['', '--players 1e6 --containers 10000 --remote 1ms', '--workload w.arrow'],
  inputs: stateInputs,
  complaint: stateComplaint,
  answers: (values) => [
    ...latencyAnswers(values),
    ...stickyAnswers(values),
    ...worldAnswers(values),
    ...roomAnswers(values),
  ],
  tables: (values) => [placementTable(values)],
  verdict,
  workload: async (workload, values) => (await import('./workload.ts')).stateOfWorkload(workload, values),
};

function latencyAnswers(values: StateValues): Answer[] {
  const {hit, ops, budgetSeconds, coldShare, coldSeconds, players, containers, sessionBytes} = values;
  const mean = stateSeconds(values, hit);
  const external = placements(values)[0]!;
  const warmUsdPerHour = 3600 * warmUsdOf(values);
  return [
    answer(
      'E5.1.meanMs',
      mean * 1000,
      'ms',
      'state operations of an action',
      'ops x (hit x local + (1 - hit) x remote)',
    ),
    answer('E5.1.budgetShare', mean / budgetSeconds, 'share', 'part of the latency budget', 'mean / budget'),
    answer('E5.1.beyondP99Share', 1 - 0.99 ** ops, 'share', 'actions with an operation beyond its p99', '1 - .99^ops'),
    answer(
      'E5.1.coldMeanMs',
      coldShare * coldSeconds * 1000,
      'ms',
      'cold starts, averaged over all actions',
      'cold share x cold',
    ),
    answer(
      'E5.1.latencyMs',
      external.latencySeconds * 1000,
      'ms',
      'a whole action on average, state in the external store',
      'network + gateway + state + run time + cold share x cold',
    ),
    answer('E5.1.lateShare', external.lateShare, 'share', 'of them beyond the budget', 'cold starts, if those are'),
    answer('E5.1.storeGb', (players * sessionBytes) / 1e9, 'GB', 'size of all sessions', 'players x session state'),
    answer(
      'E5.1.usdWarmPerPlayer',
      players * warmUsdPerHour,
      'USD/h',
      'a warm container for each player',
      'players x memory x warm price',
    ),
    answer(
      'E5.1.usdWarmShared',
      containers * warmUsdPerHour,
      'USD/h',
      'the containers there are, warm',
      'containers x memory x warm price',
    ),
  ];
}

function stickyAnswers(values: StateValues): Answer[] {
  const {players, containers, bound, actionsPerSecond, writeBehindSeconds} = values;
  const cap = (bound * players) / containers;
  const ttl = idleTtlSeconds(values);
  return [
    // A product of decimals may lie a hair above the whole number it stands for.
    answer(
      'E5.2.loadCap',
      Math.ceil(cap * (1 - 1e-12)),
      'players',
      'most players of a container',
      'consistent hashing with bounded loads: ceil(bound x mean)',
    ),
    answer('E5.2.movedShare', 1 / containers, 'share', 'sessions that a crash moves', '1 / containers'),
    answer(
      'E5.2.outageSeconds',
      outageSeconds(values),
      's',
      'time that a crash stops them',
      'missed x heartbeat + cold + reload',
    ),
    answer(
      'E5.2.actionsLostMean',
      (actionsPerSecond * writeBehindSeconds) / 2,
      'actions',
      'actions each loses, mean',
      'rate x write-behind / 2',
    ),
    answer(
      'E5.2.actionsLostMax',
      actionsPerSecond * writeBehindSeconds,
      'actions',
      'actions each loses, at most',
      'rate x write-behind',
    ),
    answer(
      'E5.2.idleTtlMinutes',
      ttl / 60,
      'minutes',
      'idle time after which to unload a session with its own slot',
      'ski rental: C/c',
    ),
    answer(
      'E5.2.idleTtlSharedHours',
      (ttl * players) / containers / 3600,
      'hours',
      'the same when the slot is shared',
      'C/c x players / containers',
    ),
  ];
}

function worldAnswers(values: StateValues): Answer[] {
  const {pushDelta, pushFull, pullPerRead, pullTtl, pullVersion, hops} = worldTraffic(values);
  const unit = 'bytes/s';
  return [
    answer('E5.3.pushBytesPerSecond', pushDelta, unit, 'pushing deltas', 'containers x updates x delta'),
    answer('E5.3.pullBytesPerSecond', pullPerRead, unit, 'pulling at every read', 'reads x world'),
    answer('E5.3.pushFullBytesPerSecond', pushFull, unit, 'pushing the whole state', 'containers x updates x world'),
    answer(
      'E5.3.pullTtlBytesPerSecond',
      pullTtl,
      unit,
      'pulling once per latency budget',
      'containers x world / budget',
    ),
    answer(
      'E5.3.pullVersionBytesPerSecond',
      pullVersion,
      unit,
      'asking for the version at every read',
      'reads x 8 B + containers x updates x world',
    ),
    answer(
      'E5.3.pushWins',
      pushDelta < pullPerRead ? 1 : 0,
      '',
      'pushing deltas takes less than pulling (1: yes)',
      'compared as above',
    ),
    answer('E5.3.fanOutHops', hops, 'hops', 'hops to all containers in a tree of 32', 'ceil(log32 containers)'),
  ];
}

function roomAnswers(values: StateValues): Answer[] {
  const needed = breakEvenPerSecond(values);
  const {servers, fewest} = roomServers(values);
  return [
    answer(
      'E5.4.usdPerAction',
      actionUsd(values),
      'USD/action',
      'an action, pay-per-use',
      'request + GB-seconds of the price sheet',
    ),
    answer(
      'E5.4.breakEvenPerSecond',
      needed,
      'actions/s',
      'actions in a room from which a server pays',
      'room price / price of an action',
    ),
    answer(
      'E5.4.actionsPerRoom',
      actionsPerRoom(values),
      'actions/s',
      'actions in a room',
      'players / containers x actions',
    ),
    answer(
      'E5.4.roomCapacityPerSecond',
      capacityPerSecond(values),
      'actions/s',
      'actions that a server can take',
      'cores / run time',
    ),
    answer(
      'E5.4.breakEvenUtilisation',
      needed / capacityPerSecond(values),
      'share',
      'how busy a server must be to pay',
      'break-even / capacity; above 1 none ever does',
    ),
    answer(
      'E5.4.payPerUseToRoom',
      payPerUseToServers(values, fewest),
      'x',
      'pay-per-use over servers that are always busy, for a room',
      'actions x price / (ceil(actions / capacity) x room price)',
    ),
    answer('E5.4.serversPerRoom', servers, 'servers', 'servers that a room needs', 'ceil(load / utilisation kept)'),
    answer(
      'E5.4.payPerUseToServers',
      payPerUseToServers(values, servers),
      'x',
      'pay-per-use over those',
      'actions x price / (servers x room price)',
    ),
  ];
}

function placementTable(values: StateValues): TableSource {
  const all = placements(values);
  const best = bestPlacement(all);
  const head = {
    id: 'placements',
    title: 'Where sessions can live (cost of an hour; time of players beyond the budget at --usd-per-hour)',
    columns: [
      {key: 'placement', unit: '', head: 'placement'},
      {key: 'stateSeconds', unit: 's', head: 'state'},
      {key: 'latencySeconds', unit: 's', head: 'latency'},
      {key: 'lateShare', unit: 'share', head: 'late'},
      {key: 'withinBudget', unit: '', head: 'in budget'},
      {key: 'usdPerHour', unit: 'USD', head: 'run'},
      {key: 'delayUsdPerHour', unit: 'USD', head: 'late $'},
      {key: 'actionsLost', unit: 'actions', head: 'lost actions'},
      {key: 'outageSeconds', unit: 's', head: 'outage'},
      {key: 'lossUsdPerHour', unit: 'USD', head: 'crashes'},
      {key: 'totalUsdPerHour', unit: 'USD', head: 'total'},
      {key: 'best', unit: '', head: 'best'},
    ],
  };
  return tableOf(head, all, ({name, ...rest}) => ({placement: name, ...rest, best: name === best?.name}));
}

function verdict(values: StateValues): Verdict {
  const best = bestPlacement(placements(values));
  if (best === undefined) {
    const text = () => {
      const {latencySeconds} = placements(values).reduce(sooner);
      return (
        `No placement keeps ${formatSeconds(values.budgetSeconds)} for ${formatShare(values.withinShare)} of actions: the fastest ` +
        `takes ${formatSeconds(latencySeconds)} on average. ${worldText(values)}`
      );
    };
    return {code: 'none', text};
  }
  const text = () =>
    `Keep sessions in ${names[best.name]}: ${formatSeconds(best.latencySeconds)} an action ` +
    `(${formatShare(best.lateShare)} beyond ${formatSeconds(values.budgetSeconds)}), ${formatUsd(best.totalUsdPerHour)} an hour all told. ` +
    `${roomText(values)} ${worldText(values)}`;
  return {code: best.name, text};
}

const names = {
  'external-store': 'an external store',
  'sticky-cache': 'a sticky cache over the store',
  'instance-memory': "the instance's memory alone",
  'room-server': 'a server for each room',
} as const;

function sooner(a: Placement, b: Placement): Placement {
  return b.latencySeconds < a.latencySeconds ? b : a;
}

function roomText(values: StateValues): string {
  const {servers} = roomServers(values);
  const capacity = capacityPerSecond(values);
  const busy = breakEvenPerSecond(values) / capacity;
  return (
    `A room's ${formatNumber(actionsPerRoom(values))} actions a second need ${formatCount(servers)} ` +
    `${servers === 1 ? 'server' : 'servers'}${capacity < Number.POSITIVE_INFINITY ? ` of ${formatNumber(capacity)}` : ''}; one pays ` +
    `${busy < 1 ? `where it is ${formatShare(busy)} busy` : 'never'}.`
  );
}

function worldText(values: StateValues): string {
  const {pushDelta, pullPerRead} = worldTraffic(values);
  const [push, pull] = [formatValue(pushDelta, 'bytes/s'), formatValue(pullPerRead, 'bytes/s')];
  return pushDelta < pullPerRead
    ? `Push the world's changes: ${push}, where pulling it at every read takes ${pull}.`
    : `Pull the world at each read: ${pull}, where pushing its changes takes ${push}.`;
}
