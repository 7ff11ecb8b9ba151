import type {Choice, Parameters, Part} from '../../base/part.ts';
import type {PriceSheet, SheetField} from '../../cost/prices.ts';
import type {NumberColumnName} from '../../fleet/settings/columns.ts';
import type {Containers} from '../../scheduler/parts/containers/containers.ts';

/**
 * A platform as the sum of its parts: what it would be in flags, each of which goes by what the user gives instead, and
 * what has no flag. Plain data: it crosses thread borders.
 */
export interface Platform {
  /** Texts of flags that hold where they are not given. */
  readonly flags: Readonly<Record<string, string>>;
  /** What holds of every function of which --functions does not say it. */
  readonly functions?: Partial<Readonly<Record<NumberColumnName, number>>>;
  /** Calls in flight at once, of all functions together; undefined: no limit. */
  readonly accountCalls?: number;
  /** A trace that says which calls were cold also says for how long instances are kept: that goes before `policy`. */
  readonly calibrates?: boolean;
  /** Cold times that a trace tells go before `cold`. */
  readonly coldFromTrace?: boolean;
  /** Calls that are called over http share their app's instances, so many in one at once; undefined: each its own. */
  readonly httpPlaces?: number;
  readonly containers?: Containers;
  /** Prices that a setting changes, and which of them nobody could read on a price page. */
  readonly terms?: {readonly prices: Partial<PriceSheet>; readonly recalled: readonly SheetField[]};
  /** Instances cannot be kept (`min`) under these settings, because of that one. */
  readonly noMinimum?: string;
  /** What its numbers assume, a sentence each. */
  readonly notes: readonly string[];
}

/** A platform, as the registry of `--platform` holds it. */
export interface PlatformPart<P extends Parameters = Parameters> extends Part<Platform, undefined, never, P> {
  /** Values of its keys that are worth trying when its settings are sized, one key after the other. */
  readonly tries: Readonly<Partial<Record<keyof P & string, readonly string[]>>>;
  /** Instances that functions keep are what it sells; `by the clock`: as many as the hour asks for. */
  readonly keeps: 'by the clock' | 'throughout' | 'never';
}

/** Types a platform by its parameters. */
export function platformPart<P extends Parameters>(part: PlatformPart<P>): PlatformPart<P> {
  return part;
}

/** A platform as the user wrote it, and which flags it decided. Plain data. */
export interface PlatformChoice extends Choice {
  readonly platform: Platform;
  /** Names of flags that were not given, so that the platform's hold. */
  readonly assumed: readonly string[];
}
