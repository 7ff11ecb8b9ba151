import {usageError} from '../../base/errors.ts';
import {finiteTimeUs, numberAbove0, numberFrom, oneOf, sizeMib, timeUs, wholeAtLeast} from '../../base/parameters.ts';
import {type Choice, type Entry, parseValues, Registry} from '../../base/part.ts';
import {US_PER_SECOND} from '../../base/units.ts';
import type {Recovery, Routing, SessionTerms, StatePlace, StateTerms, WorldTerms} from './session-terms.ts';

const bound = numberFrom(1, 1e6, 'no instance is bound to more than so many times the mean, rounded up', {
  default: '1.25',
});

/** Which instance an action goes to. */
export const routings = new Registry<Entry>({flag: '--routing', one: 'routing', many: 'routings'}, [
  {name: 'any', summary: 'whichever instance has a place'},
  {
    name: 'sticky',
    summary: 'always the instance of its session, by consistent hashing with bounded loads',
    parameters: {bound},
  },
  {name: 'room', summary: 'always the instance of its room, in the same way', parameters: {bound}},
]);

/** Where the state of sessions lives. */
export const statePlaces = new Registry<Entry>({flag: '--state', one: 'place of state', many: 'places of state'}, [
  {name: 'store', summary: 'outside: every operation asks the store'},
  {name: 'cache', summary: 'outside, with a copy in the instance that served the session last'},
  {name: 'instance', summary: 'in the instance alone'},
]);

const costs = {
  read: finiteTimeUs('a read of the store', {default: '500us'}),
  write: finiteTimeUs('a write to the store', {default: '500us'}),
  local: finiteTimeUs('an operation in the instance', {default: '50us'}),
  load: finiteTimeUs('getting the state of a session that the instance does not have', {default: '1ms'}),
  reads: wholeAtLeast(0, 'reads of an action', {default: '1'}),
  writes: wholeAtLeast(0, 'writes of an action', {default: '1'}),
  recover: oneOf(['auto', 'store', 'behind', 'clients', 'none'], 'what sessions of a failed instance go on from', {
    default: 'auto',
  }),
  behind: finiteTimeUs('with recover=behind: changes are written so long after the first', {default: '2s'}),
  passivate: timeUs('a session, or a room, is put away when it has been idle for so long', {default: 'forever'}),
  detect: finiteTimeUs('until a failed instance is given up and another starts in its place', {default: '3s'}),
  network: finiteTimeUs('between a player and the platform, there and back', {default: '0s'}),
  budget: finiteTimeUs('what an action may take, network included', {default: '100ms'}),
} as const;

const world = {
  push: {
    delay: finiteTimeUs('until an update has reached every instance', {default: '4ms'}),
  },
  pull: {
    ttl: finiteTimeUs('a copy that is older is read anew', {default: '100ms'}),
    read: finiteTimeUs('reading it', {default: '500us'}),
  },
} as const;
const updates = {
  updates: numberAbove0('updates a second', {default: '10'}),
  delta: sizeMib('what an update changes', {default: '1KB'}),
  size: sizeMib('all of it', {default: '100KB'}),
} as const;

/** How instances know of what all sessions share. */
export const worlds = new Registry<Entry>({flag: '--world', one: 'way of the world', many: 'ways of the world'}, [
  {name: 'push', summary: 'every update is sent to every instance', parameters: {...world.push, ...updates}},
  {
    name: 'pull',
    summary: 'an instance reads it when an action finds its copy too old',
    parameters: {...world.pull, ...updates},
  },
]);

/** What is asked, as it was written; undefined: it was not. */
export interface SessionRequest {
  readonly routing: Choice | undefined;
  readonly state: Choice | undefined;
  readonly costs: string | undefined;
  readonly world: Choice | undefined;
}

/** What is said of sessions; undefined: nothing. Exit 2 for what does not go together. */
export function sessionTerms({routing, state, costs: given, world: way}: SessionRequest): SessionTerms | undefined {
  if (routing === undefined && state === undefined && way === undefined) {
    if (given === undefined) return undefined;
    throw usageError(`--state-costs is '${given}', but nothing is said of sessions`, 'give --routing or --state');
  }
  const what = '--state-costs';
  const values = parseValues(given ?? '', costs, {name: what, what, said: `${what} is '${given}'`});
  const route = routingOf(routing);
  return {
    routing: route,
    state: state && stateOf(state.name as StatePlace, values, route),
    world: way && worldOf(way),
    passivateUs: values.passivate,
    detectUs: values.detect,
    networkUs: values.network,
    budgetUs: values.budget,
  };
}

function routingOf(routing: Choice | undefined): Routing {
  if (routing === undefined || routing.name === 'any') return {by: 'any', bound: Number.POSITIVE_INFINITY};
  return {by: routing.name === 'room' ? 'room' : 'session', bound: routing.values.bound as number};
}

type Costs = {readonly [K in keyof typeof costs]: ReturnType<(typeof costs)[K]['parse']>};

function stateOf(place: StatePlace, values: Costs, {by}: Routing): StateTerms {
  const recovery: Recovery = values.recover === 'auto' ? (place === 'instance' ? 'none' : 'store') : values.recover;
  if (place === 'store' && recovery !== 'store') {
    throw usageError(
      `--state-costs has recover=${recovery}, but under --state store nothing is lost`,
      'leave recover out',
    );
  }
  if (place === 'cache' && recovery !== 'store' && recovery !== 'behind') {
    throw usageError(
      `--state-costs has recover=${recovery}, but a cache has the store behind it`,
      'give recover=store or recover=behind, or --state instance',
    );
  }
  if (by === 'any' && (place === 'instance' || recovery !== 'store')) {
    const said = place === 'instance' ? '--state instance' : `recover=${recovery}`;
    throw usageError(
      `${said} needs every action of a session to meet the same instance, and --routing any does not see to that`,
      'give --routing sticky or room',
    );
  }
  return {
    place,
    reads: values.reads,
    writes: values.writes,
    readUs: values.read,
    writeUs: values.write,
    localUs: values.local,
    loadUs: values.load,
    recovery,
    behindUs: values.behind,
  };
}

const BYTES_PER_MIB = 2 ** 20;

function worldOf({name, values}: Choice): WorldTerms {
  const number = (key: string): number => (values[key] as number | undefined) ?? 0;
  return {
    by: name === 'push' ? 'push' : 'pull',
    everyUs: US_PER_SECOND / number('updates'),
    delayUs: number('delay'),
    ttlUs: number('ttl'),
    readUs: number('read'),
    deltaBytes: Math.round(number('delta') * BYTES_PER_MIB),
    worldBytes: Math.round(number('size') * BYTES_PER_MIB),
  };
}
