import {erlangC} from '../../base/erlang.ts';
import {usageError} from '../../base/errors.ts';
import {Random} from '../../base/random.ts';
import {US_PER_MS, US_PER_SECOND} from '../../base/units.ts';
import {type Compared, compared} from '../../tradeoff/compared.ts';
import type {Values} from '../../tradeoff/input.ts';
import type {pinning} from '../../tradeoff/pinning/pinning.ts';
import {meanWait, waitsOf} from '../../tradeoff/pinning/waits.ts';
import {exponentialUs, poissonUs, workloadOf} from './calls-of.ts';
import type {SimulatedCore} from './core.ts';
import type {Simulation} from './simulation.ts';

type PinningInputs = (typeof pinning)['inputs'];

/** Calls of a run, those of the first tenth uncounted, and runs. */
const CALLS = 60_000;
const RUNS = 8;
/** Beyond so many cores that few calls come to no steady state. */
const MOST_CORES = 2000;

/** E2.2 in the core: requests wait for one of the host's cores, which all share or each half has for itself. */
export const pinningSimulation: Simulation<PinningInputs> = {run};

async function run(values: Values<PinningInputs>, core: SimulatedCore): Promise<{setup: string; rows: Compared[]}> {
  const {cores, erlangs, serviceSeconds} = values;
  if (cores > MOST_CORES) {
    throw usageError(`--cores is ${cores}, must be at most ${MOST_CORES} with --simulate: every call is replayed`);
  }
  if (erlangs === 0) throw usageError('--erlangs is 0, must be above 0 with --simulate: nobody calls');
  const {pooled, pinned, toMatch} = waitsOf(cores, erlangs);
  const half = cores / 2;
  const waits = await core.repeated(RUNS, async (seed) => {
    const all = await waited(core, cores, erlangs, serviceSeconds, 4 * seed);
    const apart = await waited(core, half, erlangs / 2, serviceSeconds, 4 * seed + 1);
    const matched = await waited(core, toMatch, erlangs / 2, serviceSeconds, 4 * seed + 2);
    return {
      pooled: all.share,
      pinned: apart.share,
      matched: matched.share,
      pooledMs: all.meanMs,
      pinnedMs: apart.meanMs,
    };
  });
  const law = (its: number, load: number): number => meanWait(its, load, serviceSeconds) * 1000;
  return {
    setup:
      `Poisson requests of exponential length on a host of ${cores} slots, a core each, first come, first served; pinned, ` +
      `on hosts of ${half}; to match, on hosts of ${toMatch}. The first tenth of each run is not counted.`,
    rows: [
      compared('E2.2.waitPooled', 'share', 'requests that wait for a core, all cores shared', pooled, waits.pooled),
      compared('E2.2.waitPinned', 'share', 'the same in each half when pinned', pinned, waits.pinned),
      compared(
        'E2.2.waitMatched',
        'share',
        `the same with ${toMatch} cores in each half`,
        erlangC(toMatch, erlangs / 2),
        waits.matched,
      ),
      compared('E2.2.pooledWaitMs', 'ms', 'wait for a core, all shared', law(cores, erlangs), waits.pooledMs),
      compared('E2.2.pinnedWaitMs', 'ms', 'wait for a core, pinned', law(half, erlangs / 2), waits.pinnedMs),
    ],
  };
}

/** Share of requests that wait for one of `cores`, and how long all do on average. */
async function waited(
  core: SimulatedCore,
  cores: number,
  erlangs: number,
  serviceSeconds: number,
  seed: number,
): Promise<{share: number; meanMs: number}> {
  // Waits are in proportion to the service: a short one is stretched, so that whole microseconds do not matter.
  const serviceUs = Math.max(10 * US_PER_MS, serviceSeconds * US_PER_SECOND);
  const random = new Random(seed);
  const untilUs = (CALLS / erlangs) * serviceUs;
  const atUs = poissonUs(random, (erlangs / serviceUs) * US_PER_SECOND, untilUs);
  const workload = workloadOf([{name: 'b', atUs, durationUs: exponentialUs(random, serviceUs, atUs.length)}]);
  const {counts, startDelay} = await core.replay(workload, {
    fleet: {count: 1, slots: cores, memoryMib: Number.POSITIVE_INFINITY},
    fromUs: Math.floor(untilUs / 10),
  });
  const stretched = serviceUs / (serviceSeconds * US_PER_SECOND);
  return {share: counts.queued / counts.invocations, meanMs: startDelay.mean() / US_PER_MS / stretched};
}
