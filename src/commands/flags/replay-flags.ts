import {Flags} from '@oclif/core';
import {usageError} from '../../base/errors.ts';
import {parseSizeMib, parseTimeUs} from '../../base/units.ts';
import {overridePrices, type PriceSheet, priceSheets} from '../../cost/prices.ts';
import {coldTimes} from '../../fleet/cold-time/registry.ts';
import {fleetOf} from '../../fleet/host-shape.ts';
import {type SpreadName, spreads} from '../../replay/calls/spread.ts';
import type {ReplayOptions} from '../../replay/options.ts';
import {type Semantics, type SemanticsName, semanticsPresets} from '../../scheduler/core/semantics.ts';
import {type PlacementName, placements} from '../../scheduler/parts/placement/registry.ts';

const fleetGroup = {helpGroup: 'FLEET'};
const semanticsGroup = {helpGroup: 'SEMANTICS'};
const callGroup = {helpGroup: 'CALLS'};
const priceGroup = {helpGroup: 'PRICES'};

/** Flags of every command that replays. */
export const replayFlags = {
  hosts: Flags.integer({min: 1, summary: 'Hosts of the fleet.', ...fleetGroup}),
  slots: Flags.integer({min: 1, summary: 'Slots (containers) of a host.', ...fleetGroup}),
  memory: Flags.string({summary: 'Memory of a host, e.g. 64GiB.', ...fleetGroup}),
  cells: Flags.integer({
    min: 1,
    default: 1,
    summary: 'Independent slices of the fleet, each with its scheduler.',
    ...fleetGroup,
  }),
  placement: Flags.string({
    options: Object.keys(placements),
    default: 'first-fit',
    summary: 'Host of a new instance.',
    ...fleetGroup,
  }),
  full: Flags.string({
    options: ['queue', 'drop'],
    summary: 'A call that fits nowhere waits or is dropped. [default: queue]',
    ...fleetGroup,
  }),
  'max-wait': Flags.string({default: 'forever', summary: 'A waiting call gives up after this time.', ...fleetGroup}),
  'starts-per-host': Flags.integer({min: 1, summary: 'Instances that may start at once on a host.', ...fleetGroup}),
  'start-rate': Flags.string({summary: 'Starts a second in the whole cluster.', ...fleetGroup}),
  semantics: Flags.string({
    options: Object.keys(semanticsPresets),
    default: 'coldfront',
    summary: 'Rules of that simulator; single flags override.',
    ...semanticsGroup,
  }),
  ties: Flags.string({
    options: ['finishes-first', 'arrivals-first'],
    summary: 'What happens first at equal times.',
    ...semanticsGroup,
  }),
  reuse: Flags.string({
    options: ['mru', 'lru', 'newest', 'oldest'],
    summary: 'Which idle instance serves.',
    ...semanticsGroup,
  }),
  'ttl-from': Flags.string({
    options: ['finish', 'start', 'first-idle'],
    summary: 'Where a time to live counts from.',
    ...semanticsGroup,
  }),
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
  'evict-until': Flags.string({options: ['fits', 'newcomer-size'], summary: 'When eviction stops.', ...semanticsGroup}),
  spread: Flags.string({
    options: Object.keys(spreads),
    default: 'uniform',
    summary: 'How counts are placed in their minute.',
    ...callGroup,
  }),
  cold: Flags.string({
    default: 'fixed:500ms',
    summary: `Cold time: ${coldTimes.signatures().join(', ')}.`,
    ...callGroup,
  }),
  'default-duration': Flags.string({default: '1s', summary: 'Execution time where the trace has none.', ...callGroup}),
  'default-memory': Flags.string({
    default: '128MiB',
    summary: 'Memory of an instance where the trace has none.',
    ...callGroup,
  }),
  from: Flags.string({
    default: '0',
    summary: 'Count from this time of the span on; before it the fleet warms up.',
    ...callGroup,
  }),
  until: Flags.string({summary: 'End the replay here. [default: end of the span]', ...callGroup}),
  prices: Flags.string({
    default: 'seed',
    summary: `Price sheet: ${Object.keys(priceSheets).join(', ')} or a JSON file.`,
    ...priceGroup,
  }),
  'warm-usd-per-slot-day': Flags.string({summary: 'Overrides the sheet.', ...priceGroup}),
  'warm-usd-per-gb-second': Flags.string({summary: 'Overrides the sheet.', ...priceGroup}),
  'execution-usd-per-gb-second': Flags.string({summary: 'Overrides the sheet.', ...priceGroup}),
  'usd-per-million-requests': Flags.string({summary: 'Overrides the sheet.', ...priceGroup}),
  'delay-usd-per-hour': Flags.string({summary: 'Overrides the sheet.', ...priceGroup}),
  'drop-usd': Flags.string({summary: 'Overrides the sheet.', ...priceGroup}),
};

/** What oclif's parse returns for the flags above, and the seed. */
export interface ReplayFlagValues {
  hosts?: number | undefined;
  slots?: number | undefined;
  memory?: string | undefined;
  cells: number;
  placement: string;
  full?: string | undefined;
  'max-wait': string;
  'starts-per-host'?: number | undefined;
  'start-rate'?: string | undefined;
  semantics: string;
  ties?: string | undefined;
  reuse?: string | undefined;
  'ttl-from'?: string | undefined;
  'ttl-inclusive'?: boolean | undefined;
  'late-binding'?: boolean | undefined;
  'evict-until'?: string | undefined;
  spread: string;
  cold: string;
  'default-duration': string;
  'default-memory': string;
  from: string;
  until?: string | undefined;
  seed: number;
}

/** The options that the flags say, for a workload of that span. */
export function replayOptions(flags: ReplayFlagValues, prices: PriceSheet, spanUs: number): ReplayOptions {
  const fromUs = parseTimeUs(flags.from, '--from');
  const untilUs = flags.until === undefined ? spanUs : Math.min(spanUs, parseTimeUs(flags.until, '--until'));
  if (fromUs >= untilUs && spanUs > 0) {
    throw usageError(
      `--from is ${flags.from}, must be before the end of the replay`,
      `the span is ${spanUs / 60e6} minutes`,
    );
  }
  const memoryMib = flags.memory === undefined ? undefined : parseSizeMib(flags.memory, '--memory');
  if (memoryMib === 0) throw usageError("--memory is '0', must be above 0");
  return {
    fleet: fleetOf(flags.hosts, flags.slots, memoryMib),
    cells: flags.cells,
    placement: flags.placement as PlacementName,
    semantics: semanticsOf(flags),
    cold: coldTimes.parse(flags.cold),
    spread: flags.spread as SpreadName,
    defaultDurationUs: finite(parseTimeUs(flags['default-duration'], '--default-duration'), '--default-duration'),
    defaultMemoryMib: parseSizeMib(flags['default-memory'], '--default-memory'),
    maxWaitUs: parseTimeUs(flags['max-wait'], '--max-wait'),
    startsPerHost: flags['starts-per-host'] ?? Number.POSITIVE_INFINITY,
    startsPerSecond:
      flags['start-rate'] === undefined ? Number.POSITIVE_INFINITY : positive(flags['start-rate'], '--start-rate'),
    fromUs,
    untilUs,
    prices,
    seed: flags.seed,
  };
}

function semanticsOf(flags: ReplayFlagValues): Semantics {
  const preset = semanticsPresets[flags.semantics as SemanticsName];
  return {
    ...preset,
    ...(flags.ties && {ties: flags.ties as Semantics['ties']}),
    ...(flags.reuse && {reuse: flags.reuse as Semantics['reuse']}),
    ...(flags['ttl-from'] && {ttlFrom: flags['ttl-from'] as Semantics['ttlFrom']}),
    ...(flags['evict-until'] && {evictUntil: flags['evict-until'] as Semantics['evictUntil']}),
    ...(flags.full && {full: flags.full as Semantics['full']}),
    ttlInclusive: flags['ttl-inclusive'] ?? preset.ttlInclusive,
    lateBinding: flags['late-binding'] ?? preset.lateBinding,
  };
}

function positive(text: string, what: string): number {
  const value = Number(text);
  if (!(value > 0) || !Number.isFinite(value)) throw usageError(`${what} is '${text}', must be a number above 0`);
  return value;
}

function finite(us: number, what: string): number {
  if (!Number.isFinite(us)) throw usageError(`${what} must be a finite time`);
  return us;
}

const overrideFlags = {
  'warm-usd-per-slot-day': 'warmUsdPerSlotDay',
  'warm-usd-per-gb-second': 'warmUsdPerGbSecond',
  'execution-usd-per-gb-second': 'executionUsdPerGbSecond',
  'usd-per-million-requests': 'usdPerMillionRequests',
  'delay-usd-per-hour': 'delayUsdPerHour',
  'drop-usd': 'dropUsd',
} as const satisfies Record<string, keyof PriceSheet>;

/** The sheet with the single prices that were given as flags. */
export function withOverrides(sheet: PriceSheet, flags: Readonly<Record<string, unknown>>): PriceSheet {
  const overrides: Partial<Record<keyof PriceSheet, number>> = {};
  for (const [flag, field] of Object.entries(overrideFlags)) {
    const text = flags[flag];
    if (typeof text !== 'string') continue;
    const value = Number(text);
    if (text.trim() === '' || !Number.isFinite(value) || value < 0)
      throw usageError(`--${flag} is '${text}', must be a number >= 0`);
    overrides[field] = value;
  }
  return overridePrices(sheet, overrides);
}
