import {Random} from '../../src/base/random.ts';
import {type Semantics, semanticsPresets, semanticsRules} from '../../src/scheduler/core/semantics.ts';
import type {OracleOrder, OracleQueueRules} from './oracle-queue.ts';
import type {OracleCall, OracleEviction, OraclePlacement, Scenario, ScriptedStep, Target} from './oracle-types.ts';

const {POSITIVE_INFINITY} = Number;

/** A scenario in which nothing binds: what a hand-worked table leaves unsaid. */
export const plainScenario: Scenario = {
  calls: [],
  memoryMib: [128],
  places: [],
  hosts: [{slots: POSITIVE_INFINITY, memoryMib: POSITIVE_INFINITY}],
  hostGroupOf: [],
  fromUs: 0,
  endUs: 1000,
  semantics: semanticsPresets.coldfront,
  ttlUs: 100,
  ttlsUs: [],
  placement: 'first-fit',
  eviction: 'idle-longest',
  maxWaitUs: POSITIVE_INFINITY,
  meanDurationUs: [],
  startsPerHost: POSITIVE_INFINITY,
  startRatePerSecond: POSITIVE_INFINITY,
  startBurst: 1,
  startsPerFunction: false,
  min: [],
  max: [],
  reserved: [],
  timeoutUs: [],
  othersSlots: POSITIVE_INFINITY,
  attempts: 1,
  retryAfterUs: 0,
  async: [],
  drawnColdUs: 0,
  script: [],
  targets: [],
  spillUs: 0,
};

/** Which parts of the model a random scenario may use beyond the plain ones. */
export interface Flavour {
  /** Presets alone, or every option of the semantics drawn by itself. */
  readonly semantics: 'preset' | 'any';
  /** Limits on starts. */
  readonly starts: boolean;
  /** Starts on one host share its cores. */
  readonly startCores?: boolean;
  readonly prewarm: boolean;
  /** Times to live that vary, and the eviction orders of FaasCache. */
  readonly policies?: boolean;
  /** Targets to follow. */
  readonly targets?: boolean;
  /** Instances that serve several calls at once. */
  readonly places?: boolean;
  /** A strict order in which calls wait. */
  readonly queue?: OracleOrder['name'];
  /** Limits of single functions, calls that are cut and tried again. */
  readonly limits?: boolean;
  /** Longer calls run in slices. */
  readonly slices?: boolean;
  /** Hosts and starts fail; and the scheduler, where no script or target is followed. */
  readonly faults?: boolean | 'keep';
  /** Functions keep hosts to themselves, in groups. */
  readonly groups?: boolean;
  /** Hosts restart in waves. */
  readonly restarts?: boolean;
  /** Quotas of teams; needs an order. */
  readonly quotas?: boolean;
}

/** Any rules, limits on starts, policies of all kinds and several calls in an instance. */
const everything = {semantics: 'any', starts: true, prewarm: true, policies: true, places: true} as const;

/** What the core is held against the oracle on. */
export const flavours: Readonly<Record<string, Flavour>> = {
  'the presets': {semantics: 'preset', starts: false, prewarm: false},
  'every mixture of options': {semantics: 'any', starts: false, prewarm: false},
  'limits on starts': {semantics: 'any', starts: true, prewarm: false},
  'pre-warming and trimming': {semantics: 'any', starts: false, prewarm: true},
  'times to live that vary, and eviction by priority': {
    semantics: 'any',
    starts: false,
    prewarm: false,
    policies: true,
  },
  'following targets': {semantics: 'any', starts: false, prewarm: false, targets: true},
  'following targets with limits on starts': {semantics: 'any', starts: true, prewarm: false, targets: true},
  'everything at once': {semantics: 'any', starts: true, prewarm: true, policies: true},
  'limits of single functions': {semantics: 'any', starts: false, prewarm: false, limits: true},
  'limits of single functions, and everything at once': {
    ...everything,
    limits: true,
  },
  'long calls in slices': {semantics: 'any', starts: false, prewarm: false, slices: true},
  'long calls in slices, and everything at once': {
    ...everything,
    limits: true,
    slices: true,
  },
  failures: {semantics: 'any', starts: false, prewarm: false, faults: true},
  'failures of several places, limits and slices': {
    ...everything,
    prewarm: false,
    limits: true,
    slices: true,
    faults: true,
  },
  'failures, and everything at once': {
    ...everything,
    limits: true,
    slices: true,
    faults: true,
  },
  'hosts of their own': {semantics: 'any', starts: false, prewarm: false, groups: true},
  'hosts of their own, following targets': {
    semantics: 'any',
    starts: false,
    prewarm: false,
    targets: true,
    groups: true,
  },
  'hosts that stand still': {semantics: 'any', starts: false, prewarm: false, faults: 'keep'},
  'hosts that stand still, of several places, limits and slices': {
    ...everything,
    prewarm: false,
    limits: true,
    slices: true,
    faults: 'keep',
  },
  'a rolling restart': {semantics: 'any', starts: false, prewarm: false, restarts: true},
  'a rolling restart of hosts that fail, and everything at once': {
    ...everything,
    limits: true,
    slices: true,
    faults: 'keep',
    restarts: true,
  },
  'hosts that stand still, and everything at once': {
    ...everything,
    limits: true,
    slices: true,
    faults: 'keep',
  },
  'hosts of their own, and everything at once': {
    ...everything,
    limits: true,
    slices: true,
    groups: true,
  },
  'starts that share cores': {semantics: 'any', starts: false, prewarm: false, startCores: true},
  'starts that share cores, within limits on starts': {
    semantics: 'any',
    starts: true,
    prewarm: false,
    startCores: true,
  },
  'starts that share cores of hosts that fail, and everything at once': {
    ...everything,
    limits: true,
    slices: true,
    faults: true,
    startCores: true,
  },
  'several calls in an instance': {semantics: 'any', starts: false, prewarm: false, places: true},
  'several calls in an instance, and everything at once': {
    ...everything,
  },
};

/**
 * A small workload on a small fleet, drawn so that what is rare in a trace is common: events at the same time, full
 * hosts, queues, calls of no duration, deadlines met to the microsecond. The same seed gives the same scenario.
 */
export function randomScenario(seed: number, flavour: Flavour): Scenario {
  const random = new Random(seed);
  const pick = <T>(values: readonly T[]): T => values[random.below(values.length)]!;
  // Coarse steps make ties; a step of 1 makes neighbours one microsecond apart.
  const stepUs = pick([1, 1, 10, 1000, 60_000_000]);
  const functions = 1 + random.below(pick([2, 4, 8]));
  const memoryMib = Array.from({length: functions}, () => pick([64, 128, 192, 256, 512]));
  const horizon = pick([8, 25, 60]);
  const calls = randomCalls(random, flavour, functions, pick([6, 25, 80]), horizon, stepUs);
  const semantics = randomSemantics(random, flavour);
  const hosts = randomHosts(random);
  const usedHosts = semantics.evictUntil === 'newcomer-size' ? hosts.slice(0, 1) : hosts;
  const varies = flavour.policies === true && random.below(2) === 0;
  const endUs = stepUs * (horizon + random.below(12));
  const queue = flavour.queue && randomQueue(random, flavour.queue, functions, stepUs);
  const limits = flavour.limits ? randomLimits(random, hosts, functions, stepUs) : {};
  const quotas = flavour.quotas && queue ? randomQuotas(random, hosts, queue) : undefined;
  return {
    ...plainScenario,
    calls: calls.filter((call) => call.arrivalUs < endUs),
    memoryMib,
    places: flavour.places ? memoryMib.map(() => pick([1, 2, 2, 3, 10, POSITIVE_INFINITY])) : [],
    hosts: usedHosts,
    fromUs: pick([0, 0, stepUs * random.below(horizon)]),
    endUs,
    semantics: {
      ...semantics,
      ...(queue && {full: 'queue' as const, evictUntil: 'fits' as const}),
      ...((flavour.faults || flavour.restarts || flavour.startCores) && {lateBinding: false}),
    },
    queue,
    ttlUs: randomTtl(random, stepUs),
    ttlsUs: varies ? Array.from({length: 1 + random.below(5)}, () => randomTtl(random, stepUs)) : [],
    placement: pick<OraclePlacement>(['first-fit', 'best-fit', 'least-loaded', 'round-robin']),
    eviction: flavour.policies ? pick(['idle-longest', 'lru', 'gd', 'freq', 'size', 'landlord']) : 'idle-longest',
    meanDurationUs: Array.from({length: functions}, () => (stepUs * random.below(6)) / 3),
    maxWaitUs: pick([POSITIVE_INFINITY, 0, stepUs * random.below(8)]),
    ...randomStartLimits(random, flavour, stepUs),
    ...limits,
    quotas,
    faults: flavour.faults ? randomFaults(random, flavour, usedHosts.length, functions, horizon, stepUs) : undefined,
    ...(flavour.faults && {async: Array.from({length: functions}, () => random.below(2) === 0)}),
    checkpoint: flavour.slices ? randomCheckpoint(random, stepUs) : undefined,
    restart: flavour.restarts
      ? {atUs: stepUs * random.below(horizon), wave: 1 + random.below(2), forUs: stepUs * random.below(3)}
      : undefined,
    script: flavour.prewarm ? randomScript(random, functions, horizon, stepUs) : [],
    targets: flavour.targets ? randomTargets(random, functions, horizon, stepUs) : [],
    spillUs: flavour.targets ? randomTtl(random, stepUs) : 0,
    ...(flavour.starts && {
      startBurst: random.below(2) === 0 ? 1 + random.below(4) : 1,
      startsPerFunction: random.below(2) === 0,
    }),
    ...(flavour.groups && {
      hostGroupOf: Array.from({length: functions}, () => random.below(3)),
      // Who would be kept may find no host of his own.
      ...(limits.min !== undefined && {min: []}),
    }),
    ...(flavour.startCores && {startCores: pick([1, 1, 1.5, 2])}),
  };
}

/**
 * A few thousand calls that keep well over a thousand instances alive and a hundred calls waiting: what the core
 * grows, it has to grow here.
 */
export function crowdedScenario(seed: number, eviction: OracleEviction): Scenario {
  const random = new Random(seed);
  const functions = 40;
  const calls = Array.from({length: 4000}, () => ({
    fn: random.below(functions),
    arrivalUs: random.below(3_000_000),
    durationUs: 500_000 + random.below(2_500_000),
    coldUs: 200_000,
  }));
  return {
    ...plainScenario,
    // The oracle asks all that are patient after every start.
    semantics: {...semanticsPresets.coldfront, evict: 'eager'},
    calls: calls.sort((a, b) => a.arrivalUs - b.arrivalUs || a.fn - b.fn),
    memoryMib: Array.from({length: functions}, (_, fn) => 64 * (1 + (fn % 4))),
    hosts: Array.from({length: 4}, () => ({slots: 400, memoryMib: 64 * 800})),
    endUs: 5_000_000,
    ttlUs: 1_500_000,
    placement: 'least-loaded',
    eviction,
    maxWaitUs: 900_000,
  };
}

function randomTtl(random: Random, stepUs: number): number {
  const steps = random.below(5);
  if (steps === 0) return 0;
  return steps === 1 ? POSITIVE_INFINITY : stepUs * (steps === 2 ? 1 : random.below(12));
}

function randomCalls(
  random: Random,
  flavour: Flavour,
  functions: number,
  n: number,
  horizon: number,
  stepUs: number,
): OracleCall[] {
  const steps = (n: number) => stepUs * (random.below(4) === 0 ? 0 : random.below(n));
  const typicalColdUs = Array.from({length: functions}, () => steps(5));
  // An eviction order weighs a function by its cold time, so there it has but one.
  const coldUs = (fn: number) => (flavour.policies ? typicalColdUs[fn]! : steps(5));
  const calls = Array.from({length: 1 + random.below(n)}, () => {
    const fn = random.below(functions);
    return {fn, arrivalUs: stepUs * random.below(horizon), durationUs: steps(7), coldUs: coldUs(fn)};
  });
  return calls.sort((a, b) => a.arrivalUs - b.arrivalUs || a.fn - b.fn);
}

function randomHosts(random: Random): Scenario['hosts'] {
  // One in seven without a limit, the others by slots, by memory or by both.
  const limit = random.below(7);
  const slots = limit >= 3 ? 1 + random.below(4) : POSITIVE_INFINITY;
  const memoryMib = limit % 2 === 1 || limit === 2 ? [100, 256, 300, 512, 1024][random.below(5)]! : POSITIVE_INFINITY;
  return Array.from({length: 1 + random.below(1 + random.below(4))}, () => ({slots, memoryMib}));
}

function randomSemantics(random: Random, flavour: Flavour): Semantics {
  const pick = <T>(values: readonly T[]): T => values[random.below(values.length)]!;
  if (flavour.semantics === 'preset') return pick(Object.values(semanticsPresets));
  const evictUntil = pick(['fits', 'fits', 'fits', 'newcomer-size'] as const);
  return {
    ties: pick(['finishes-first', 'arrivals-first']),
    reuse: pick(flavour.places ? semanticsRules.reuse : ['mru', 'lru', 'newest', 'oldest', 'index-set']),
    starting: pick(['last', 'last', 'alike']),
    ttlFrom: pick(['finish', 'start', 'first-idle']),
    ttlInclusive: pick([false, true]),
    expiry: pick(['timer', 'timer', 'lookup']),
    lateBinding: pick([false, false, true]),
    evictUntil,
    evict: pick(['eager', 'patient', 'auto', 'never'] as const),
    // Over-evicting for a call in a queue has no published meaning.
    full: evictUntil === 'newcomer-size' ? 'drop' : pick(['queue', 'queue', 'drop']),
  };
}

function randomStartLimits(
  random: Random,
  flavour: Flavour,
  stepUs: number,
): Pick<Scenario, 'startsPerHost' | 'startRatePerSecond'> {
  const limits = (share: number) => flavour.starts && random.below(share) === 0;
  return {
    startsPerHost: limits(2) ? 1 + random.below(3) : POSITIVE_INFINITY,
    // Half of the rates have no whole number of microseconds between two starts.
    startRatePerSecond: limits(2) ? 1e6 / (stepUs * (1 + random.below(6)) * 0.5) : POSITIVE_INFINITY,
  };
}

/** Each kind of limit in half of the scenarios, on half of the functions. */
function randomLimits(random: Random, hosts: Scenario['hosts'], functions: number, stepUs: number): Partial<Scenario> {
  const half = () => random.below(2) === 0;
  const column = (value: () => number, otherwise: number) =>
    half() ? Array.from({length: functions}, () => (half() ? value() : otherwise)) : [];
  const retries = half();
  const reserved = column(() => random.below(4), POSITIVE_INFINITY);
  const slots = hosts.length * hosts[0]!.slots;
  const taken = reserved.reduce((sum, calls) => sum + (calls < POSITIVE_INFINITY ? calls : 0), 0);
  // What is kept must find room, whatever else is limited.
  const roomy = hosts.every((host) => host.slots >= 3 && host.memoryMib === POSITIVE_INFINITY);
  return {
    min: roomy ? column(() => random.below(2), 0).map((n, fn) => (fn < 3 ? n : 0)) : [],
    max: column(() => 1 + random.below(3), POSITIVE_INFINITY),
    reserved,
    othersSlots: reserved.length > 0 ? Math.max(0, slots - taken) : POSITIVE_INFINITY,
    timeoutUs: column(() => stepUs * random.below(6), POSITIVE_INFINITY),
    attempts: retries ? 1 + random.below(3) : 1,
    retryAfterUs: stepUs * random.below(5),
    async: Array.from({length: functions}, half),
    drawnColdUs: stepUs * random.below(4),
  };
}

function randomFaults(
  random: Random,
  flavour: Flavour,
  hosts: number,
  functions: number,
  horizon: number,
  stepUs: number,
): Scenario['faults'] {
  const mayScheduler = !flavour.prewarm && !flavour.targets;
  const times = () => {
    const fromUs = stepUs * random.below(horizon);
    return {fromUs, untilUs: fromUs + stepUs * (1 + random.below(12))};
  };
  const outages = Array.from({length: 1 + random.below(4)}, () => ({
    host: mayScheduler && random.below(4) === 0 ? -1 : random.below(hosts),
    ...times(),
    keeps: flavour.faults === 'keep' && random.below(4) > 0,
  }));
  const slow = {...times(), perSecond: 1e6 / (stepUs * (1 + random.below(5)) * 0.5)};
  return {
    outages,
    slowdowns: flavour.starts && random.below(2) === 0 ? [slow] : [],
    leaseUs: stepUs * random.below(6),
    idempotent: Array.from({length: functions}, () => random.below(2) === 0),
  };
}

/** Slices of some steps, of which at least one is work. */
function randomCheckpoint(random: Random, stepUs: number): Scenario['checkpoint'] {
  const [saveUs, restoreUs, resumeUs] = [0, 0, 0].map(() => stepUs * random.below(2));
  const everyUs = saveUs! + restoreUs! + resumeUs! + stepUs * (1 + random.below(3));
  return {everyUs, saveUs: saveUs!, restoreUs: restoreUs!, resumeUs: resumeUs!, yieldsAlways: random.below(3) === 0};
}

/** Each team in one of two has something reserved, and in one of two a limit. */
function randomQuotas(random: Random, hosts: Scenario['hosts'], {classes}: OracleQueueRules): Scenario['quotas'] {
  const teams = Math.max(...classes.map(({team}) => team)) + 1;
  const slots = Math.min(6, hosts.length * hosts[0]!.slots);
  const column = (value: () => number, otherwise: number) =>
    Array.from({length: teams}, () => (random.below(2) === 0 ? value() : otherwise));
  return {
    reserved: column(() => 1 + random.below(slots), 0),
    max: column(() => 1 + random.below(slots), POSITIVE_INFINITY),
  };
}

function randomScript(random: Random, functions: number, horizon: number, stepUs: number): ScriptedStep[] {
  return Array.from({length: functions}, (_, fn) => {
    const times = new Set(Array.from({length: random.below(4)}, () => stepUs * random.below(horizon)));
    return [...times]
      .sort((a, b) => a - b)
      .map((atUs) => ({
        atUs,
        fn,
        prewarm: random.below(3),
        coldUs: stepUs * random.below(5),
        keepIdle: random.below(2) === 0 ? POSITIVE_INFINITY : random.below(3),
      }));
  }).flat();
}

function randomTargets(random: Random, functions: number, horizon: number, stepUs: number): Target[] {
  const targets = Array.from({length: functions}, (_, fn) => {
    const times = new Set(Array.from({length: random.below(6)}, () => stepUs * random.below(horizon)));
    const coldUs = stepUs * random.below(5);
    return [...times].sort((a, b) => a - b).map((atUs) => ({atUs, fn, slots: random.below(4), coldUs}));
  }).flat();
  // One at least, or nothing is followed.
  return targets.length > 0 ? targets : [{atUs: 0, fn: 0, slots: 1, coldUs: 0}];
}

/** An order, its parameters, and a class for every function. Costs, weights and values whose sums and halves are exact. */
function randomQueue(random: Random, name: OracleOrder['name'], functions: number, stepUs: number): OracleQueueRules {
  const pick = <T>(values: readonly T[]): T => values[random.below(values.length)]!;
  const teams = 1 + random.below(functions);
  const weights = Array.from({length: teams}, () => pick([1, 1, 2, 4, 0.5]));
  return {
    order: randomOrder(random, name, stepUs),
    coalesce: random.below(4) === 0,
    classes: Array.from({length: functions}, () => {
      const team = random.below(teams);
      return {
        team,
        weight: weights[team]!,
        priority: random.below(3),
        deadlineUs: pick([POSITIVE_INFINITY, 0, stepUs * random.below(10)]),
        value: pick([1, 2, 4]),
        halfLifeUs: pick([POSITIVE_INFINITY, stepUs, stepUs * 2, stepUs * 8]),
        costUs: stepUs * pick([1, 2, 4, 8]),
      };
    }),
  };
}

function randomOrder(random: Random, name: OracleOrder['name'], stepUs: number): OracleOrder {
  const pick = <T>(values: readonly T[]): T => values[random.below(values.length)]!;
  switch (name) {
    case 'edf':
      return {name, expired: pick(['drop', 'keep'])};
    case 'value':
      return {name, cost: pick([0, 0.5, 1, 2])};
    case 'drr':
      return {name, quantumUs: stepUs * pick([1, 4, 16])};
    case 'mqfq-sticky':
      return {name, tUs: stepUs * random.below(8), keep: pick([0, 1, 2])};
    default:
      return {name};
  }
}
