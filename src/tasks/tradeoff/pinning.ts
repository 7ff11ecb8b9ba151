import {erlangC} from '../../base/erlang.ts';
import {usageError} from '../../base/errors.ts';
import {formatNumber, formatSeconds} from '../../base/format.ts';
import {Random} from '../../base/random.ts';
import {US_PER_MS, US_PER_SECOND} from '../../base/units.ts';
import {type ContentionClass, type ContentionRule, noClass} from '../../fleet/contention/contention-class.ts';
import {readIsolation} from '../../fleet/contention/isolation.ts';
import {type Compared, compared} from '../../tradeoff/compared.ts';
import type {Values} from '../../tradeoff/input.ts';
import {pinning} from '../../tradeoff/pinning/pinning.ts';
import {meanWait, waitsOf} from '../../tradeoff/pinning/waits.ts';
import {exponentialUs, poissonUs, workloadOf} from './calls-of.ts';
import type {SimulatedCore} from './core.ts';
import type {Simulation} from './simulation.ts';

type PinningInputs = (typeof pinning)['inputs'];

/** Calls of a run, those of the first tenth uncounted, and runs. */
const CALLS = 50_000;
const RUNS = 8;
/** Beyond so many cores that few calls come to no steady state. */
const MOST_CORES = 2000;

/** A burst of A's in which it slows B down, us. */
const BURST_US = 10 * US_PER_SECOND;

/**
 * E2.2 in the core: requests that queue for a core, requests that share the cores of a host with A's or have their own half of
 * them, and what A's bursts on all cores do to B.
 */
export const pinningSimulation: Simulation<PinningInputs> = {run};

async function run(values: Values<PinningInputs>, core: SimulatedCore): Promise<{setup: string; rows: Compared[]}> {
  const {cores, erlangs, serviceSeconds, usdPerHour, usdPerCoreHour, strandedCores} = values;
  if (cores > MOST_CORES) {
    throw usageError(`--cores is ${cores}, must be at most ${MOST_CORES} with --simulate: every call is replayed`);
  }
  if (erlangs === 0) throw usageError('--erlangs is 0, must be above 0 with --simulate: nobody calls');
  const {pooled, pinned, toMatch} = waitsOf(cores, erlangs);
  const half = cores / 2;
  const found = await core.repeated(RUNS, async (seed) => {
    const all = await waited(core, cores, erlangs, serviceSeconds, 8 * seed);
    const apart = await waited(core, half, erlangs / 2, serviceSeconds, 8 * seed + 1);
    const matched = await waited(core, toMatch, erlangs / 2, serviceSeconds, 8 * seed + 2);
    const shared = await sharing(core, values, 'none', 8 * seed + 3);
    const own = await sharing(core, values, `pin:a=${half},b=${half}`, 8 * seed + 3);
    const beside = await interfered(core, values, 'none', 8 * seed + 4);
    const guarded = await interfered(core, values, `pin:a=${half},b=${half}`, 8 * seed + 4);
    const idleUsd = strandedCores * own.idleShare * usdPerCoreHour;
    const longerUsd = ((own.slowerMs - shared.slowerMs) / 1000 / 3600) * usdPerHour;
    const gain = beside.usd - longerUsd;
    return {
      pooled: all.share,
      pinned: apart.share,
      matched: matched.share,
      pooledMs: all.meanMs,
      pinnedMs: apart.meanMs,
      sharedMs: shared.slowerMs,
      ownMs: own.slowerMs,
      stranded: own.stranded,
      idleUsd,
      longerUsd,
      besideUsd: beside.usd,
      guardedUsd: guarded.usd,
      paying: gain > 0 ? idleUsd / gain / 3600 : Number.NaN,
    };
  });
  const laws = new Map(pinning.answers(values).map(({id, value}) => [id, value ?? Number.NaN]));
  const lawOf = (id: string): number => laws.get(id)!;
  const wait = (its: number, load: number): number => meanWait(its, load, serviceSeconds) * 1000;
  const part =
    "a request in which A's burst begins or ends is slowed down for a part of it, those of B in a burst share with each other";
  return {
    setup:
      `Poisson requests of exponential length on a host of ${cores} slots, a core each, first come, first served; pinned, ` +
      `on hosts of ${half}; to match, on hosts of ${toMatch}. The same requests, half A's and half B's, on a host of ${cores} cores that ` +
      `all share (isolation none) or A and B have half of each (pin). Then bursts of A's of ${formatSeconds(BURST_US / US_PER_SECOND)} that ` +
      `want so many cores that B's requests, ${formatNumber(rateOf(values))} a second, take as long as --extra-delay says. The first tenth ` +
      'of each run is not counted.',
    rows: [
      compared('E2.2.waitPooled', 'share', 'requests that wait for a core, all cores shared', pooled, found.pooled),
      compared('E2.2.waitPinned', 'share', 'the same in each half when pinned', pinned, found.pinned),
      compared(
        'E2.2.waitMatched',
        'share',
        `the same with ${toMatch} cores in each half`,
        erlangC(toMatch, erlangs / 2),
        found.matched,
      ),
      compared('E2.2.pooledWaitMs', 'ms', 'wait for a core, all shared', wait(cores, erlangs), found.pooledMs),
      compared('E2.2.pinnedWaitMs', 'ms', 'wait for a core, pinned', wait(half, erlangs / 2), found.pinnedMs),
      compared('E2.2.sharedSlowerMs', 'ms', 'longer for sharing all cores', wait(cores, erlangs), found.sharedMs),
      compared('E2.2.pinnedSlowerMs', 'ms', 'longer for sharing half of them', wait(half, erlangs / 2), found.ownMs),
      compared(
        'E2.2.coresStranded',
        'cores',
        'cores that a half leaves idle while the other wants more',
        strandedLaw(half, erlangs / 2),
        found.stranded,
      ),
      compared(
        'E2.2.idleUsdPerHour',
        'USD/h',
        'cost of the cores that stand idle at this load',
        lawOf('E2.2.idleUsdPerHour'),
        found.idleUsd,
      ),
      compared('E2.2.queueUsd', 'USD/request', 'cost of the longer wait', lawOf('E2.2.queueUsd'), found.longerUsd),
      compared(
        'E2.2.interferenceUsd',
        'USD/request',
        'cost of interference to a request of B',
        lawOf('E2.2.interferenceUsd'),
        found.besideUsd,
        {why: part},
      ),
      compared('E2.2.guardedUsd', 'USD/request', 'the same with A and B pinned', 0, found.guardedUsd, {
        why: "B's own requests meet on their half of the cores",
      }),
      compared(
        'E2.2.payingPerSecond',
        'requests/s',
        "B's requests while A runs from which pinning pays",
        lawOf('E2.2.payingPerSecond'),
        found.paying,
        {why: 'as interference, of which it is made'},
      ),
    ],
  };
}

/** Cores that one of two halves leaves idle while the other has requests beyond its own, M/M/n each: the mean of both ways. */
function strandedLaw(half: number, erlangs: number): number {
  // Chances of n requests in a half; beyond the half they fall by its utilisation.
  const chance = [1];
  for (let n = 1; n <= half; n++) chance.push((chance[n - 1]! * erlangs) / n);
  const rho = erlangs / half;
  const full = chance[half]!;
  const sum = chance.slice(0, half).reduce((all, one) => all + one, 0) + full / (1 - rho);
  // With k cores idle: E min(k, excess) = P(just full) (rho + rho^2 + ... + rho^k) / (1 - rho).
  let cores = 0;
  for (let k = 1; k <= half; k++) {
    const wanted = (rho * (1 - rho ** k)) / (1 - rho) ** 2;
    cores += (chance[half - k]! / sum) * (full / sum) * wanted;
  }
  return 2 * cores;
}

/** B's requests a second beside A's bursts: as given, or from which on pinning pays. */
function rateOf(values: Values<PinningInputs>): number {
  const paying = pinning.answers(values).find(({id}) => id === 'E2.2.payingPerSecond')!.value;
  return values.rate || paying || 1;
}

const both: readonly ContentionClass[] = ['a', 'b'].map((name) => ({...noClass, name}));

/** A host of so many cores whose first function is A's and whose second B's. */
function hostOf(cores: number, isolation: string, classes = both): ContentionRule {
  const refuse = (message: string): Error => new Error(message);
  const names = classes.map(({name}) => name);
  return {
    cores,
    classes,
    classOf: Int32Array.of(0, 1),
    isolation: readIsolation(isolation, names, cores, refuse),
  };
}

/** How much longer requests take that share cores, on average; cores stranded; share of the time that a core idles. */
async function sharing(
  core: SimulatedCore,
  {cores, erlangs, serviceSeconds}: Values<PinningInputs>,
  isolation: string,
  seed: number,
): Promise<{slowerMs: number; stranded: number; idleShare: number}> {
  const {serviceUs, stretched} = stretchedOf(serviceSeconds);
  const random = new Random(seed);
  const untilUs = (CALLS / erlangs) * serviceUs;
  const workload = workloadOf(
    ['a', 'b'].map((name) => {
      const atUs = poissonUs(random, (erlangs / 2 / serviceUs) * US_PER_SECOND, untilUs);
      return {name, atUs, durationUs: exponentialUs(random, serviceUs, atUs.length)};
    }),
  );
  const fromUs = Math.floor(untilUs / 10);
  const spanUs = Math.floor(untilUs) - fromUs;
  const ledger = await core.replay(workload, {contention: hostOf(cores, isolation), fromUs, untilUs: fromUs + spanUs});
  const {calls, serviceUs: took, workUs, strandedUs, coreUs} = ledger.classes!;
  const of = (column: Float64Array): number => column.reduce((sum, one) => sum + one, 0);
  return {
    slowerMs: (of(took) - of(workUs)) / of(calls) / US_PER_MS / stretched,
    stranded: of(strandedUs) / spanUs,
    idleShare: 1 - coreUs / spanUs / cores,
  };
}

/** What a request of B pays for A's bursts, in dollars of its user's time. */
async function interfered(
  core: SimulatedCore,
  values: Values<PinningInputs>,
  isolation: string,
  seed: number,
): Promise<{usd: number}> {
  const {cores, serviceSeconds, extraDelaySeconds, affectedShare, usdPerHour} = values;
  const perSecond = rateOf(values);
  const periodUs = BURST_US / affectedShare;
  const periods = Math.max(1, Math.floor(CALLS / (perSecond * (periodUs / US_PER_SECOND))));
  if (serviceSeconds === 0 || !(perSecond * (periodUs / US_PER_SECOND) <= 10 * CALLS)) return {usd: Number.NaN};
  const random = new Random(seed);
  const untilUs = Math.floor(periods * periodUs);
  const atUs = poissonUs(random, perSecond, untilUs);
  const serviceUs = serviceSeconds * US_PER_SECOND;
  // A wants so many cores that one request of B beside it has its share of a core.
  const wanted = cores * (1 + extraDelaySeconds / serviceSeconds) - 1;
  const busy = wanted > 0 && affectedShare > 0 && extraDelaySeconds > 0;
  const begins = busy
    ? Array.from({length: periods}, (_, k) => Math.floor(k * periodUs + random.next() * (periodUs - BURST_US)))
    : [];
  const workUs = Math.round(BURST_US * Math.min(1, cores / wanted));
  const pinnedUs = Math.round(BURST_US * Math.min(1, cores / 2 / wanted));
  const workload = workloadOf([
    {name: 'a', atUs: begins, durationUs: isolation === 'none' ? workUs : pinnedUs},
    {name: 'b', atUs, durationUs: Math.round(serviceUs)},
  ]);
  const classes = [{...both[0]!, cpu: Math.max(1, wanted)}, both[1]!];
  const {classes: made} = await core.replay(workload, {contention: hostOf(cores, isolation, classes)});
  const extraUs = (made!.serviceUs[1]! - made!.workUs[1]!) / made!.calls[1]!;
  return {usd: (extraUs / US_PER_SECOND / 3600) * usdPerHour};
}

/** Waits are in proportion to the service: a short one is stretched, so that whole microseconds do not matter. */
function stretchedOf(serviceSeconds: number): {serviceUs: number; stretched: number} {
  const serviceUs = Math.max(10 * US_PER_MS, serviceSeconds * US_PER_SECOND);
  return {serviceUs, stretched: serviceUs / (serviceSeconds * US_PER_SECOND)};
}

/** Share of requests that wait for one of `cores`, and how long all do on average. */
async function waited(
  core: SimulatedCore,
  cores: number,
  erlangs: number,
  serviceSeconds: number,
  seed: number,
): Promise<{share: number; meanMs: number}> {
  const {serviceUs, stretched} = stretchedOf(serviceSeconds);
  const random = new Random(seed);
  const untilUs = (CALLS / erlangs) * serviceUs;
  const atUs = poissonUs(random, (erlangs / serviceUs) * US_PER_SECOND, untilUs);
  const workload = workloadOf([{name: 'b', atUs, durationUs: exponentialUs(random, serviceUs, atUs.length)}]);
  const {counts, startDelay} = await core.replay(workload, {
    fleet: {count: 1, slots: cores, memoryMib: Number.POSITIVE_INFINITY},
    fromUs: Math.floor(untilUs / 10),
  });
  return {share: counts.queued / counts.invocations, meanMs: startDelay.mean() / US_PER_MS / stretched};
}
