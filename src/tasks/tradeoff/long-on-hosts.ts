import {poissonProbability} from '../../base/distributions.ts';
import {erlangB, erlangsForBlocking} from '../../base/erlang.ts';
import {formatNumber} from '../../base/format.ts';
import {Random} from '../../base/random.ts';
import {US_PER_SECOND} from '../../base/units.ts';
import {HeardHosts} from '../../replay/log/heard-hosts.ts';
import {type Compared, compared} from '../../tradeoff/compared.ts';
import {type LongRunning, mixOf} from '../../tradeoff/long-running/inputs.ts';
import {slotSecondShare} from '../../tradeoff/long-running/mix.ts';
import {exponentialUs, poissonUs, workloadOf} from './calls-of.ts';
import type {Sampled, SimulatedCore} from './core.ts';
import {ending} from './long-jobs.ts';

const RUNS = 4;
/** Calls of a run, about. */
const CALLS = 80_000;
/** Long jobs of a wave of hosts that is drained, about; jobs on all hosts that are looked at, and for so many lengths of a job. */
const JOBS_OF_WAVE = 30;
const HELD_JOBS = 200;
const LENGTHS = 12;
/** Beyond these nothing is replayed. */
const MOST_HOSTS = 1e5;
const MOST_CALLS = 1e6;
/** Where short calls are replayed beside long jobs. */
const MIXED = {hosts: 20, slots: 24, load: 0.7, longJobs: 20};

const us = (seconds: number): number => Math.round(seconds * US_PER_SECOND);
const infinite = {memoryMib: Number.POSITIVE_INFINITY};

/** What long calls hold, and what that leaves for short ones. */
export async function slotTime(values: LongRunning, core: SimulatedCore): Promise<Compared[]> {
  const {longShare, jobSeconds, shortSeconds, slots, slotsHeld, blocking} = values;
  const erlangs = erlangsForBlocking(slots - slotsHeld, blocking);
  const found = await core.repeated(RUNS, async (seed) => {
    const random = new Random(seed);
    // In a steady state from the length of a job on; so many of them that short calls are some.
    const spanSeconds = Math.max(20 * jobSeconds, 2 * CALLS * 0.1 * shortSeconds);
    const perSecond = (2 * CALLS) / spanSeconds;
    const untilUs = us(spanSeconds + jobSeconds);
    const shortAt = poissonUs(random, perSecond * (1 - longShare) + Number.MIN_VALUE, untilUs);
    const workload = workloadOf([
      {name: 'short', atUs: shortAt, durationUs: exponentialUs(random, us(shortSeconds), shortAt.length)},
      {
        name: 'long',
        atUs: poissonUs(random, perSecond * longShare + Number.MIN_VALUE, untilUs),
        durationUs: us(jobSeconds),
      },
      ending(0),
    ]);
    const {functions} = await core.replay(workload, {policy: 'none', fromUs: us(jobSeconds), untilUs});
    const [short, long] = [functions.busyUs[0] ?? 0, functions.busyUs[1] ?? 0];
    return {
      share: long / (short + long),
      blocked: await blockedShare(core, slots - slotsHeld, erlangs, shortSeconds, seed),
    };
  });
  return [
    compared(
      'E4.1.slotSecondShare',
      'share',
      'slot time that the long calls hold',
      slotSecondShare(mixOf(values)),
      found.share,
    ),
    compared(
      'E4.3.blocking',
      'share',
      `short calls turned away at ${erlangs.toPrecision(4)} erlangs on the slots that are left`,
      erlangB(slots - slotsHeld, erlangs),
      found.blocked,
    ),
  ];
}

/** Share of short calls that find no slot. */
async function blockedShare(
  core: SimulatedCore,
  slots: number,
  erlangs: number,
  meanSeconds: number,
  seed: number,
): Promise<number> {
  if (slots === 0 || erlangs === 0) return Number.NaN;
  const random = new Random(seed + 1);
  const serviceUs = Math.max(10_000, us(meanSeconds));
  const untilUs = Math.ceil((CALLS / erlangs) * serviceUs);
  const atUs = poissonUs(random, (erlangs / serviceUs) * US_PER_SECOND, untilUs);
  const workload = workloadOf([
    {name: 'short', atUs, durationUs: exponentialUs(random, serviceUs, atUs.length)},
    ending(0),
  ]);
  const {counts} = await core.replay(workload, {
    ...{policy: 'none', semantics: {full: 'drop'}, fromUs: Math.floor(untilUs / 10), untilUs},
    fleet: {count: 1, slots, ...infinite},
  });
  return counts.dropped / counts.invocations;
}

/** Hosts with long jobs: how long draining them takes, wave after wave, and how many cannot be drained soon. */
export async function drains(values: LongRunning, core: SimulatedCore): Promise<Compared[]> {
  const {jobSeconds, timeoutSeconds, longSlotShare, slots, waveShare} = values;
  const waves = Math.ceil(1 / waveShare - 1e-9);
  // Where there are none, so many hosts that none are replayed.
  const jobsOfHost = Math.max(1e-9, slots * longSlotShare);
  const hostsOfWave = Math.ceil(JOBS_OF_WAVE / jobsOfHost);
  const drained = async (longest: number): Promise<Sampled> => {
    const run = async (seed: number) => ({
      seconds: await drainSeconds(core, {...values, hostsOfWave, waves, longest}, seed),
    });
    return (await core.repeated(RUNS, run)).seconds;
  };
  const jobs = hostsOfWave * jobsOfHost;
  const soon = `on average the last of n jobs of a wave, here ${formatNumber(jobs)}, has n / (n + 1) of its length to go`;
  const hosts = Math.ceil(HELD_JOBS / jobsOfHost);
  const inFlight = hosts * jobsOfHost;
  const blocked = await core.repeated(RUNS, async (seed) => ({
    share:
      hosts <= MOST_HOSTS
        ? (await heldShares(core, {hosts, slots, jobSeconds, inFlight}, timeoutSeconds, seed)).held
        : Number.NaN,
  }));
  return [
    compared(
      'E4.1.drainSeconds',
      's',
      'rolling restart if jobs may run',
      waves * jobSeconds,
      await drained(jobSeconds),
      {
        why: soon,
      },
    ),
    compared(
      'E4.1.drainTimeoutSeconds',
      's',
      'the same under the timeout',
      waves * timeoutSeconds,
      await drained(Math.min(jobSeconds, timeoutSeconds)),
      {why: soon},
    ),
    compared(
      'E4.1.hostsBlockedShare',
      'share',
      'hosts that cannot drain within the timeout',
      1 - (1 - longSlotShare) ** slots,
      blocked.share,
      {why: 'of the jobs on a host all may end within the timeout'},
    ),
  ];
}

/** A rolling restart of hosts whose jobs, dealt at random, take as long as `longest`. */
async function drainSeconds(
  core: SimulatedCore,
  {
    hostsOfWave,
    waves,
    slots,
    longSlotShare,
    longest,
  }: LongRunning & {hostsOfWave: number; waves: number; longest: number},
  seed: number,
): Promise<number> {
  const count = hostsOfWave * waves;
  const perSecond = (count * slots * longSlotShare) / longest;
  const untilSeconds = (waves + 3) * longest;
  if (!(count <= MOST_HOSTS && perSecond * untilSeconds <= MOST_CALLS)) return Number.NaN;
  const workload = workloadOf([
    {name: 'long', atUs: poissonUs(new Random(seed), perSecond, us(untilSeconds)), durationUs: us(longest)},
    ending(untilSeconds + 2 * longest),
  ]);
  const {drains: its} = await core.replay(workload, {
    ...{policy: 'none', placement: 'random', seed, fleet: {count, slots, ...infinite}},
    restart: {atUs: us(longest), wave: {hosts: hostsOfWave}, forUs: 0},
  });
  return its[0]!.wholeUs / US_PER_SECOND;
}

interface OnHosts {
  readonly hosts: number;
  readonly slots: number;
  readonly jobSeconds: number;
  /** Long jobs at once. */
  readonly inFlight: number;
}

/**
 * Share of hosts with a long job that will run for longer than so long, and with any call; jobs come at random, dealt as
 * `placement` has it, and short calls among them if so many are asked for.
 */
async function heldShares(
  core: SimulatedCore,
  {hosts, slots, jobSeconds, inFlight}: OnHosts,
  beyondSeconds: number,
  seed: number,
  {placement = 'random', shortErlangs = 0, shortSeconds = 1} = {},
): Promise<{held: number; used: number}> {
  const random = new Random(seed);
  const untilUs = us((LENGTHS + 1) * jobSeconds);
  const longAt = poissonUs(random, inFlight / jobSeconds, untilUs);
  const shortAt = shortErlangs === 0 ? [] : poissonUs(random, shortErlangs / shortSeconds, untilUs);
  const workload = workloadOf([
    {name: 'long', atUs: longAt, durationUs: us(jobSeconds)},
    {name: 'short', atUs: shortAt, durationUs: exponentialUs(random, us(shortSeconds), shortAt.length)},
    ending((LENGTHS + 3) * jobSeconds),
  ]);
  const heard = new HeardHosts();
  await core.replay(workload, {policy: 'none', placement, seed, fleet: {count: hosts, slots, ...infinite}}, heard);
  const share = (fn: number | undefined): number =>
    heard.hostsHeld(fn, us(beyondSeconds), us(jobSeconds), untilUs) / hosts;
  return {held: share(0), used: share(undefined)};
}

/** Where long jobs are put beside short calls. */
export async function placements({jobSeconds}: LongRunning, core: SimulatedCore): Promise<Compared[]> {
  const {hosts, slots, load, longJobs} = MIXED;
  // Short calls take a fiftieth of a job: what matters is that they come and go while it runs.
  const short = {shortErlangs: hosts * slots * load - longJobs, shortSeconds: jobSeconds / 50};
  const rows: Compared[] = [];
  for (const placement of ['random', 'first-fit', 'lifetime']) {
    const {held, used} = await core.repeated(RUNS, (seed) =>
      heldShares(core, {hosts, slots, jobSeconds, inFlight: longJobs}, 0, seed, {placement, ...short}),
    );
    const isRandom = placement === 'random';
    const law = isRandom ? 1 - (1 - longJobs / hosts / slots) ** slots : Number.NaN;
    rows.push(
      compared('E4.3.hostsHeld', 'share', 'hosts with a long job beside short calls', law, held, {
        scenario: placement,
        ...(isRandom && {why: 'how many jobs there are varies as they come, and a host that is full gets none'}),
      }),
      compared('E4.3.hostsUsed', 'share', 'hosts with any call', isRandom ? Number.NaN : fewestHosts() / hosts, used, {
        scenario: placement,
        ...(!isRandom && {why: 'the law is of calls on as few hosts as they fit: those that run stay where they are'}),
      }),
    );
  }
  return rows;
}

/** On how many hosts calls fit, on average, if there are Poisson many at once. */
function fewestHosts(): number {
  const {hosts, slots, load} = MIXED;
  let sum = 0;
  for (let n = 1; n <= 2 * hosts * slots; n++) {
    sum += poissonProbability(n, hosts * slots * load) * Math.ceil(n / slots);
  }
  return sum;
}
