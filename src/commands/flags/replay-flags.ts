import {Flags, type Interfaces} from '@oclif/core';
import {usageError} from '../../base/errors.ts';
import {parseTimeUs, US_PER_MINUTE} from '../../base/units.ts';
import type {PriceSheet} from '../../cost/prices.ts';
import {withTerms} from '../../cost/sheets.ts';
import type {BatchPool} from '../../fleet/batch.ts';
import {checkpointOf, readCheckpoint} from '../../fleet/checkpoint.ts';
import {coldTimes} from '../../fleet/cold-time/registry.ts';
import type {DetectRule} from '../../fleet/contention/detect.ts';
import type {ContentionRequest} from '../../fleet/contention/read-contention.ts';
import {hostMtbfUs, readFault} from '../../fleet/faults.ts';
import {billedFleetOf, fleetOf, type HostShape} from '../../fleet/host-shape.ts';
import type {Restart} from '../../fleet/restart.ts';
import {readRetry} from '../../fleet/retry.ts';
import {readPace, readStartRate} from '../../fleet/start-rate.ts';
import {type SpreadName, spreads} from '../../replay/calls/spread.ts';
import {engines, type ReplayOptions} from '../../replay/options.ts';
import type {PolicyChoice} from '../../replay/policies/policy.ts';
import {policies} from '../../replay/policies/registry.ts';
import {type Semantics, type SemanticsName, semanticsPresets, semanticsRules} from '../../scheduler/core/semantics.ts';
import {placements} from '../../scheduler/parts/placement/registry.ts';
import {queues} from '../../scheduler/parts/queue/registry.ts';
import {commonFlags, demandFlags, outputFlags, scenarioFlag, seedFlag, threadsFlag} from './common-flags.ts';
import type {Parsed} from './filled-flags.ts';
import {platformFlag, valuesOn} from './platform-flags.ts';
import {presetFlag} from './presets.ts';
import {priceFlags, pricesOf} from './prices.ts';
import {sessionFlags, sessionsOf} from './session-flags.ts';
import {countFlag, finiteTimeFlag, lengthFlag, roomFlag, sizeFlag, timeFlag, valueFlag} from './value-flags.ts';

const fleetGroup = {helpGroup: 'FLEET'};
const semanticsGroup = {helpGroup: 'SEMANTICS'};
const callGroup = {helpGroup: 'CALLS'};

const fleetFlags = {
  preset: presetFlag,
  hosts: countFlag(1)({summary: 'Hosts of the fleet.', ...fleetGroup}),
  slots: countFlag(1)({summary: 'Slots (containers) of a host.', ...fleetGroup}),
  memory: roomFlag({summary: 'Memory of a host, e.g. 64GiB.', ...fleetGroup}),
  cells: countFlag(1)({
    default: 1,
    summary: 'Independent slices of the fleet, each with its scheduler.',
    ...fleetGroup,
  }),
  placement: valueFlag((text, flag) => placements.parse(text, flag))({
    ...(placements.choices.length > 0 && {options: placements.choices}),
    default: 'first-fit',
    summary: 'Host of a new instance.',
    ...fleetGroup,
  }),
  concurrency: countFlag(0)({
    default: 1,
    summary: 'Calls that an instance serves at once; 0: no limit.',
    ...fleetGroup,
  }),
  full: Flags.option({
    options: semanticsRules.full,
    summary: 'A call that fits nowhere waits or is dropped. [default: queue]',
    ...fleetGroup,
  })(),
  queue: valueFlag((text, flag) => queues.parse(text, flag))({
    summary: 'Order in which calls wait for room. [default: warm-first]',
    ...fleetGroup,
  }),
  coalesce: Flags.boolean({summary: 'A newer call of a function replaces one that waits.', ...fleetGroup}),
  'max-wait': timeFlag({default: 'forever', summary: 'A waiting call gives up after this time.', ...fleetGroup}),
  'starts-per-host': countFlag(1)({summary: 'Instances that may start at once on a host.', ...fleetGroup}),
  'start-rate': valueFlag(readStartRate)({
    helpValue: 'RATE',
    summary: 'Starts of instances: N a second, or N/TIME[:burst=N,per=fleet|function].',
    ...fleetGroup,
  }),
  cores: countFlag(1)({summary: 'Cores of a host, which the calls that run there share.', ...fleetGroup}),
  contention: Flags.string({
    helpValue: 'processor-sharing|FILE',
    summary:
      'How calls on a host slow each other down: they share its --cores, and with a JSON file of classes, caches too.',
    ...fleetGroup,
  }),
  'calls-per-slot': valueFlag(readPace)({
    helpValue: 'RATE',
    summary: 'Calls that an instance begins: N a second, or N/TIME[:burst=N]; then it rests.',
    ...fleetGroup,
  }),
  functions: Flags.string({
    helpValue: 'FILE',
    summary: 'Settings of single functions: CSV or JSON of function[,app,owner] and any setting; README lists them.',
    ...fleetGroup,
  }),
};

const semanticsFlags = {
  semantics: Flags.option({
    options: Object.keys(semanticsPresets) as SemanticsName[],
    default: 'coldfront',
    summary: 'Rules of that simulator; single flags override.',
    ...semanticsGroup,
  })(),
  ties: Flags.option({
    options: semanticsRules.ties,
    summary: 'What happens first at equal times.',
    ...semanticsGroup,
  })(),
  reuse: Flags.option({
    options: semanticsRules.reuse,
    summary: 'Which instance with a free place serves.',
    ...semanticsGroup,
  })(),
  'ttl-from': Flags.option({
    options: semanticsRules.ttlFrom,
    summary: 'Where a time to live counts from.',
    ...semanticsGroup,
  })(),
  'ttl-inclusive': Flags.boolean({
    allowNo: true,
    summary: 'Idle for exactly the time to live is still warm.',
    ...semanticsGroup,
  }),
  'late-binding': Flags.boolean({
    allowNo: true,
    summary: 'A call may move to an instance that frees first.',
    ...semanticsGroup,
  }),
  evict: Flags.option({
    options: semanticsRules.evict,
    summary: 'A full fleet gives up what was just used at once, or newcomers wait. [default: auto]',
    ...semanticsGroup,
  })(),
  'evict-until': Flags.option({
    options: semanticsRules.evictUntil,
    summary: 'When eviction stops.',
    ...semanticsGroup,
  })(),
};

const callFlags = {
  spread: Flags.option({
    options: Object.keys(spreads) as SpreadName[],
    default: 'uniform',
    summary: 'How counts are placed in their minute.',
    ...callGroup,
  })(),
  cold: valueFlag((text, flag) => coldTimes.parse(text, flag))({
    default: 'fixed:500ms',
    summary: `Cold time: ${coldTimes.signatures().join(', ')}.`,
    ...callGroup,
  }),
  'default-duration': finiteTimeFlag({
    default: '1s',
    summary: 'Execution time where the trace has none.',
    ...callGroup,
  }),
  'default-memory': sizeFlag({
    default: '128MiB',
    summary: 'Memory of an instance where the trace has none.',
    ...callGroup,
  }),
  retry: valueFlag(readRetry)({
    helpValue: 'attempts=3,after=1s',
    summary: 'Asynchronous calls that are throttled or cut are tried again.',
    ...callGroup,
  }),
  'free-tier': Flags.boolean({summary: "Bills are less the free tier of the sheet, the span's share of a month."}),
  timeout: lengthFlag({
    helpValue: 'TIME',
    summary: 'A call that runs longer is cut, charged and counted, unless --functions says otherwise of its function.',
    ...callGroup,
  }),
  checkpoint: valueFlag(readCheckpoint)({
    helpValue: 'every=30s,save=1s,restore=1s,resume=500ms',
    summary: 'Longer calls run in slices, and give their instance back in between if somebody waits, or yield=always.',
    ...callGroup,
  }),
  fail: valueFlag(readFault)({
    multiple: true,
    multipleNonGreedy: true,
    helpValue: 'hosts=50,at=10m,for=5m',
    summary:
      'What fails: hosts=N,at=,for=; cell=K,at=,for= (its scheduler); start-rate=N,at=,for=; or mtbf=30d,for=3s,what=hosts|cells. May be repeated.',
    ...callGroup,
  }),
  ...sessionFlags,
  initial: Flags.option({
    options: ['empty', 'warm'] as const,
    default: 'empty',
    summary: 'Fleet at time 0: no instance, or what a warm-up of one minute leaves.',
    ...callGroup,
  })(),
  'warm-up': valueFlag(readWarmUpUs)({
    helpValue: 'TIME',
    summary: 'Replay so much of the beginning before time 0 as well, uncounted: whole minutes.',
    ...callGroup,
  }),
  from: timeFlag({
    default: '0',
    summary: 'Count from this time of the span on; before it the fleet warms up.',
    ...callGroup,
  }),
  until: timeFlag({summary: 'End the replay here. [default: end of the span]', ...callGroup}),
  engine: Flags.option({
    options: ['auto', ...engines] as const,
    default: 'auto',
    summary:
      'What serves calls, at most: event by event, function by function, or so in WebAssembly. Results are the same.',
    ...callGroup,
  })(),
};

/** Policies to compare. */
export const policyFlag = valueFlag((text, flag) => policies.parse(text, flag))({
  multiple: true,
  multipleNonGreedy: true,
  default: ['fixed:ttl=10m'],
  summary: 'A policy; give it several times to compare.',
});

/** What is run today: a policy, or `calibrated`. */
export const baselineFlag = valueFlag((text, flag) =>
  text === 'calibrated' ? ('calibrated' as const) : policies.parse(text, flag),
);

/** Flags of every command that replays. */
export const replayFlags = {platform: platformFlag, ...fleetFlags, ...semanticsFlags, ...callFlags, ...priceFlags};

/** Those with what every command has that replays a workload: how much traffic, seed, threads, and how it speaks. */
export const replayingFlags = {
  ...replayFlags,
  ...demandFlags,
  ...scenarioFlag,
  ...seedFlag,
  ...threadsFlag,
  ...commonFlags,
  ...outputFlags,
};

export type ReplayFlags = Interfaces.InferredFlags<typeof replayFlags & typeof seedFlag> & {
  /** Settings that have no flag. */
  readonly batch?: BatchPool;
  readonly restart?: Restart;
};

/** What the flags say; without --until the replay ends with the span. */
export function replayOptions(flags: ReplayFlags): ReplayOptions {
  const semantics = semanticsOf(flags);
  const prices = platformPrices(flags);
  if ((flags.queue || flags.coalesce) && semantics.full === 'drop') {
    throw usageError(
      '--queue and --coalesce are of calls that wait, and under --full drop none does',
      'give --full queue',
    );
  }
  if (flags.concurrency !== 1) refuseIndexSet(semantics);
  if (flags.checkpoint && flags.cores !== undefined) {
    throw usageError(
      '--checkpoint cuts calls by the time they take, and with --cores nobody knows beforehand how long that is',
      'leave out --cores or --checkpoint',
    );
  }
  if (flags.cores !== undefined && flags.cells > 1) refuseOneHost(flags);
  return {
    fleet: fleetFor(flags, prices),
    cells: flags.cells,
    placement: flags.placement,
    semantics,
    concurrency: flags.concurrency === 0 ? Number.POSITIVE_INFINITY : flags.concurrency,
    cold: flags.cold,
    spread: flags.spread,
    defaultDurationUs: flags['default-duration'],
    defaultMemoryMib: flags['default-memory'],
    maxWaitUs: flags['max-wait'],
    queue: flags.queue ?? (flags.coalesce ? queues.parse('warm-first') : undefined),
    coalesce: flags.coalesce,
    startsPerHost: flags['starts-per-host'] ?? Number.POSITIVE_INFINITY,
    startsPerSecond: flags['start-rate']?.perSecond ?? Number.POSITIVE_INFINITY,
    startBurst: flags['start-rate']?.burst ?? 1,
    startsPerFunction: flags['start-rate']?.perFunction ?? false,
    pace: flags['calls-per-slot'],
    retry: flags.retry,
    timeoutUs: flags.timeout,
    checkpoint: flags.checkpoint && checkpointOf(flags.checkpoint, hostMtbfUs(flags.fail ?? [])),
    faults: flags.fail,
    sessions: sessionsOf(flags),
    batch: flags.batch,
    restart: flags.restart,
    platform: flags.platform,
    fromUs: flags.from,
    untilUs: flags.until ?? Number.POSITIVE_INFINITY,
    warmUpUs: flags['warm-up'] ?? (flags.initial === 'warm' ? US_PER_MINUTE : undefined),
    prices,
    ...(flags['free-tier'] && {freeTier: true}),
    seed: flags.seed,
    engine: flags.engine,
  };
}

/** A platform's own sheet, as its settings change it; single prices of the user's replace those in it. */
function platformPrices(flags: ReplayFlags): PriceSheet {
  const {platform, prices} = flags;
  const terms = platform?.assumed.includes('prices') ? platform.platform.terms : undefined;
  return pricesOf(
    terms ? {...flags, prices: prices.map((sheet) => withTerms(sheet, terms.prices, terms.recalled))} : flags,
  );
}

/** Where hosts are charged whole they open as they are needed, unless their number is given. */
function fleetFor(flags: ReplayFlags, {hostUsdPerHour, hostMemoryMib}: PriceSheet): HostShape {
  const {hosts, slots, memory} = flags;
  if (hostUsdPerHour === 0) return fleetOf(hosts, slots, memory);
  const fleet = billedFleetOf(hosts, slots, memory, hostMemoryMib);
  if (fleet.count === Number.POSITIVE_INFINITY && flags['starts-per-host'] !== undefined) {
    throw usageError(
      '--starts-per-host needs a number of hosts, and at these prices they open as needed',
      'give --hosts',
    );
  }
  return fleet;
}

function refuseOneHost({hosts = 1, cells}: ReplayFlags): void {
  if (hosts >= cells) return;
  throw usageError(
    `--cells is ${cells}, but ${hosts} ${hosts === 1 ? 'host' : 'hosts'} with cores cannot be cut`,
    'give more --hosts',
  );
}

/** How calls on a host slow each other down; undefined: they do not. */
export function contentionRequest({
  cores,
  contention,
  isolation,
  detect,
}: ReplayFlags & NeighbourKeys): ContentionRequest | undefined {
  if (cores === undefined) {
    if (contention === undefined && isolation === undefined && detect === undefined) return undefined;
    const key = isolation === undefined ? 'detect is given' : `isolation is '${isolation}'`;
    const said = contention === undefined ? key : `--contention is '${contention}'`;
    throw usageError(`${said} but a host has no number of cores`, 'give --cores, e.g. --cores 8');
  }
  const named = contention === undefined || contention === 'processor-sharing';
  return {cores, path: named ? undefined : contention, isolation, detect};
}

/** Keys of files of settings that have no flag. */
interface NeighbourKeys {
  /** What keeps classes of calls apart. */
  readonly isolation?: string | undefined;
  /** Whether it is told who would find what neighbours slow down. */
  readonly detect?: DetectRule | undefined;
}

function readWarmUpUs(text: string, what: string): number {
  const us = parseTimeUs(text, what);
  if (us % US_PER_MINUTE === 0 && us > 0) return us;
  throw usageError(`${what} is '${text}', must be whole minutes, 1m or more`);
}

function refuseIndexSet({reuse}: Semantics): void {
  if (reuse !== 'index-set') return;
  throw usageError(
    '--semantics dslab has an order of reuse for instances that serve one call at a time alone',
    'give --reuse too, or leave --concurrency at 1',
  );
}

function semanticsOf(flags: ReplayFlags): Semantics {
  const preset = semanticsPresets[flags.semantics];
  return {
    ...preset,
    ties: flags.ties ?? preset.ties,
    reuse: flags.reuse ?? preset.reuse,
    ttlFrom: flags['ttl-from'] ?? preset.ttlFrom,
    ttlInclusive: flags['ttl-inclusive'] ?? preset.ttlInclusive,
    lateBinding: flags['late-binding'] ?? preset.lateBinding,
    evict: flags.evict ?? preset.evict,
    evictUntil: flags['evict-until'] ?? preset.evictUntil,
    full: flags.full ?? preset.full,
  };
}

const onPlatforms = {...replayFlags, policy: policyFlag, ...seedFlag};

/** What the flags of a command say on that platform, and the policy there. */
export function replayOn(
  platform: string,
  texts: Parsed,
  isolation: string | undefined,
): {
  readonly options: ReplayOptions;
  readonly policies: readonly PolicyChoice[];
  readonly contention: ContentionRequest | undefined;
} {
  const flags = valuesOn(platform, onPlatforms, texts) as Interfaces.InferredFlags<typeof onPlatforms>;
  return {options: replayOptions(flags), policies: flags.policy, contention: contentionRequest({...flags, isolation})};
}
