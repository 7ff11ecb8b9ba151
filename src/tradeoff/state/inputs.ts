import {atMost, duration, input, type Values} from '../input.ts';
import {cloudPriceInput, coldPriceInputs} from '../prices.ts';

export const stateInputs = {
  players: input('count', 'players', '10000', 'players with a session', 'players'),
  containers: input('count', 'containers', '100', 'containers that serve the players', 'containers'),
  bound: input('positive', 'bound', '1.25', 'most load of a container over the mean (bounded loads)', 'x'),
  ops: atMost(1e6, input('whole', 'ops', '3', 'state operations of an action', 'ops')),
  remoteSeconds: input('time', 'remote', '.5ms', 'latency of an operation on the external store'),
  localSeconds: input('time', 'local', '.05ms', 'latency of an operation in the instance'),
  hit: input('share', 'hit', '0', 'share of operations that a local cache answers'),
  stickyHit: input(
    'share',
    'sticky-hit',
    '.99',
    'share that a cache answers when a session always meets its container',
  ),
  budgetSeconds: duration('budget', '100ms', 'latency budget of an action'),
  withinShare: input('share', 'within', '.99', 'share of actions that must keep the budget'),
  networkSeconds: input('time', 'network', '20ms', 'network to the player and back'),
  gatewaySeconds: input('time', 'gateway', '5ms', 'gateway and routing of an action'),
  heartbeatSeconds: duration('heartbeat', '1s', 'time between heartbeats'),
  missed: input('count', 'missed', '3', 'heartbeats missed until a container is given up', 'heartbeats'),
  ...coldPriceInputs,
  coldShare: input('share', 'cold-share', '.001', 'share of actions that meet a cold start'),
  reloadSeconds: input('time', 'reload', '1ms', 'time to load a session'),
  writeBehindSeconds: input('time', 'write-behind', '2s', 'time between writes of a session to the store'),
  actionsPerSecond: input('amount', 'actions-per-second', '5', 'actions of a player', 'actions/s'),
  sessionSeconds: duration('session', '30m', 'length of a session'),
  sessionBytes: input('bytes', 'session-state', '10KB', 'state of a session'),
  mtbfSeconds: duration('mtbf', '30d', 'mean time between failures of a container'),
  worldBytes: input('bytes', 'world', '100KB', 'shared world state'),
  deltaBytes: input('bytes', 'delta', '1KB', 'what an update changes of the world'),
  updatesPerSecond: input('amount', 'updates-per-second', '10', 'updates of the world', 'updates/s'),
  subscribers: input('count', 'subscribers', '1000', 'containers that read the world', 'containers'),
  readsPerSecond: input('amount', 'reads-per-second', '100000', 'reads of the world by all containers', 'reads/s'),
  actionSeconds: input('time', 'action', '10ms', 'run time of an action on a core'),
  memoryGb: input('memory', 'memory', '128MB', 'memory of a container'),
  roomUsdPerHour: input('usd', 'room-usd-per-hour', '.0125', 'price of a dedicated room server', 'USD/h'),
  roomCores: input('positive', 'room-cores', '.25', 'cores of a room server', 'cores'),
  roomUtilisation: input('openShare', 'room-utilisation', '.6', 'how busy room servers are kept'),
  storeUsdPerGbHour: input('usd', 'store-usd-per-gb-hour', '.02', 'price of memory in the external store', 'USD/GB-h'),
  ...cloudPriceInput,
};

export type StateValues = Values<typeof stateInputs>;

/** What makes the inputs impossible together. */
export function stateComplaint({containers, players, bound, deltaBytes, worldBytes}: StateValues): string | undefined {
  if (containers > players) return `--containers is ${containers}, must be at most --players ${players}`;
  if (bound < 1) return `--bound is ${bound}, must be at least 1: no container can be below the mean with all others`;
  if (deltaBytes > worldBytes) return `--delta is ${deltaBytes} bytes, must be at most --world, ${worldBytes} bytes`;
  return undefined;
}
