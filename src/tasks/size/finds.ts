import {usageError} from '../../base/errors.ts';
import {type Entry, Registry} from '../../base/part.ts';
import {US_PER_MS, writtenTimeUs} from '../../base/units.ts';
import type {ReplayOptions} from '../../replay/options.ts';
import {withKeys} from '../../replay/platforms/with-keys.ts';
import type {PolicyChoice} from '../../replay/policies/policy.ts';
import {policies} from '../../replay/policies/registry.ts';
import type {Ladder} from './search.ts';

/** What one candidate is replayed with. */
export interface Candidate {
  readonly options: ReplayOptions;
  readonly policy: PolicyChoice;
}

/** A quantity that can be sized. */
export interface Find extends Entry {
  /** What its values count. */
  readonly unit: string;
  /** How one value is written. */
  readonly written: (value: number) => string;
  /** Values to try, all of them, or a ladder of which the smallest that meets is wanted. */
  readonly tries: readonly number[] | Omit<Ladder, 'most'>;
  /** No more than this is ever tried. */
  readonly most: number;
  /** A usage error where the rest of the setting makes no sense of it. */
  readonly refuses?: (given: Candidate) => void;
  /** The candidate of that value; plans are made by the caller. */
  readonly with: (given: Candidate, value: number) => Candidate;
  /** It is room of a fleet, a part of which serves a part of the functions. */
  readonly isRoom: boolean;
}

const MINUTE_MS = 60_000;
const TTLS_MS = [...[0, 10_000, 30_000], ...[1, 2, 5, 10, 20, 30, 60, 120, 240].map((minutes) => minutes * MINUTE_MS)];
const counted = (one: string, many: string) => (value: number) =>
  `${value.toLocaleString('en-US')} ${value === 1 ? one : many}`;

function withFleet({options, policy}: Candidate, change: Partial<ReplayOptions['fleet']>): Candidate {
  return {options: {...options, fleet: {...options.fleet, ...change}}, policy};
}

/** `--find` by name. */
export const finds = new Registry<Find>({flag: '--find', one: 'quantity', many: 'quantities'}, [
  {
    name: 'hosts',
    summary: 'hosts of --slots, --memory or both',
    unit: 'hosts',
    written: counted('host', 'hosts'),
    tries: {least: 1, step: 1},
    most: 2 ** 22,
    isRoom: true,
    with: (given, count) => withFleet(given, {count}),
  },
  {
    name: 'slots',
    summary: 'slots of each host',
    unit: 'slots a host',
    written: counted('slot a host', 'slots a host'),
    tries: {least: 1, step: 1},
    most: 2 ** 30,
    isRoom: true,
    with: (given, slots) => withFleet(given, {slots}),
  },
  {
    name: 'memory',
    summary: 'memory of each host, whole GiB',
    unit: 'MiB a host',
    written: (mib) => `${(mib / 1024).toLocaleString('en-US')} GiB a host`,
    tries: {least: 1024, step: 1024},
    most: 2 ** 34,
    isRoom: true,
    with: (given, memoryMib) => withFleet(given, {memoryMib}),
  },
  {
    name: 'ttl',
    summary: 'how long idle instances are kept, of a grid from 0 to 4h; the cheapest that meets',
    unit: 'ms',
    written: (ms) => writtenTimeUs(ms * US_PER_MS),
    tries: TTLS_MS,
    most: Number.POSITIVE_INFINITY,
    isRoom: false,
    refuses: ({policy}) => {
      if (policies.named(policy.name).parameters.ttl !== undefined) return;
      throw usageError(
        `--policy is '${policy.text}', which keeps instances for no ttl`,
        'give one that does, such as fixed',
      );
    },
    with: ({options, policy}, ms) => ({
      options,
      policy: policies.parse(withKeys(policy.text, {ttl: writtenTimeUs(ms * US_PER_MS)})),
    }),
  },
  {
    name: 'concurrency',
    summary: 'calls that an instance serves at once',
    unit: 'calls an instance',
    written: counted('call an instance', 'calls an instance'),
    tries: {least: 1, step: 1},
    most: 1024,
    isRoom: false,
    with: ({options, policy}, concurrency) => ({options: {...options, concurrency}, policy}),
  },
  {
    name: 'provisioned',
    summary: 'warm slots given to plan, as --budget-slots; --policy is not used',
    unit: 'slots',
    written: counted('slot', 'slots'),
    tries: {least: 0, step: 1},
    most: 2 ** 22,
    isRoom: false,
    refuses: ({options: {platform}}) => {
      if (platform === undefined) return;
      throw usageError(
        `--find provisioned plans slots of a fleet, not of ${platform.name}`,
        'plan --platform sizes what that keeps',
      );
    },
    with: (given) => given,
  },
]);
