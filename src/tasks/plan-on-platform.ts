import {withDefaults} from '../fleet/settings/with-defaults.ts';
import type {MinimumSchedule, ReplayOptions} from '../replay/options.ts';
import {platforms} from '../replay/platforms/registry.ts';
import type {Followed} from '../replay/policies/plan/followed-plan.ts';
import type {PolicyChoice} from '../replay/policies/policy.ts';
import {policies} from '../replay/policies/registry.ts';
import type {Workload} from '../workload/workload.ts';

/** A policy with the options that it is replayed under. */
export interface Played {
  readonly policy: PolicyChoice;
  readonly options: ReplayOptions;
}

/**
 * On a platform that sells instances which are kept, a plan's slots are those, and are billed as those; what is beyond them
 * the platform itself decides. Undefined for any other policy, and where a platform keeps none.
 */
export function planOnPlatform(
  policy: PolicyChoice,
  {functions}: Workload,
  options: ReplayOptions,
): Played | undefined {
  const {platform} = options;
  if (policy.name !== 'plan' || platform === undefined || platforms.named(platform.name).keeps === 'never') return;
  const {targets, most} = policy.prepared as Followed;
  const own = policies.parse(platform.platform.flags.policy!, '--platform');
  const minimums = minimumsOf(targets, options.untilUs);
  const min = new Float64Array(functions);
  const given = withDefaults(options.settings, functions, {min: 0})!;
  const settings = {...given, numbers: {...given.numbers, min, ...limitsOf(most, given.numbers.max)}};
  if (own.name !== 'fixed') return {policy: {...own, text: policy.text}, options: {...options, minimums, settings}};
  // How long instances beyond the slots stay the plan says by function.
  const ttl = {...settings, numbers: {...settings.numbers, ttl: Float64Array.from(targets.spillUs)}};
  return {policy: {...own, text: policy.text}, options: {...options, minimums, settings: ttl}};
}

/** A plan's limits go before what the platform says of all. */
function limitsOf(most: Float64Array | undefined, max: Float64Array | undefined): {max?: Float64Array} {
  if (most === undefined) return {};
  return {max: most.map((own, row) => (Number.isNaN(own) ? (max?.[row] ?? Number.NaN) : own))};
}

/** The targets as changes in order of time, those that come again as often as they do until `untilUs`. */
function minimumsOf({start, fromUs, slots, repeatUs}: Followed['targets'], untilUs: number): MinimumSchedule {
  const changes: {atUs: number; row: number; min: number}[] = [];
  for (let row = 0; row + 1 < start.length; row++) {
    const turnUs = repeatUs[row]!;
    let last = 0;
    for (let shiftUs = 0; shiftUs < untilUs; shiftUs += turnUs) {
      for (let k = start[row]!; k < start[row + 1]!; k++) {
        const atUs = Math.max(0, fromUs[k]! + shiftUs);
        if (slots[k] === last || atUs >= untilUs) continue;
        last = slots[k]!;
        changes.push({atUs, row, min: last});
      }
      if (turnUs === 0) break;
    }
  }
  changes.sort((a, b) => a.atUs - b.atUs || a.row - b.row);
  return {
    atUs: Float64Array.from(changes, ({atUs}) => atUs),
    row: Int32Array.from(changes, ({row}) => row),
    min: Int32Array.from(changes, ({min}) => min),
  };
}
