import {settingOf} from '../../fleet/settings/columns.ts';
import type {Ledger} from '../../replay/ledger.ts';
import type {ReplayOptions} from '../../replay/options.ts';
import {platforms} from '../../replay/platforms/registry.ts';

/** What a limit leaves above the most instances that the trace had at a time. */
export const HEADROOM = 0.2;

/**
 * Instances that each function may have at most, by the replay of its settings: the most that it had at a time and a fifth
 * more, within what the platform allows already. A limit at or above that peak never binds, so the replay with it is the
 * same. NaN: never called. Undefined: the platform limits no instances. [row]
 */
export function mostOf(options: ReplayOptions, ledger: Ledger): Float64Array | undefined {
  const {platform, settings, servedBy} = options;
  const {peaks, functions} = ledger;
  if (platform === undefined || peaks === undefined) return undefined;
  if (!('max' in platforms.named(platform.name).parameters)) return undefined;
  return functions.calls.map((calls, row) => {
    if (calls === 0) return Number.NaN;
    const serving = servedBy?.[row] ?? row;
    const allowed = settingOf(settings, 'max', serving, Number.POSITIVE_INFINITY);
    return Math.max(1, Math.min(allowed, withHeadroom(peaks[serving]!)));
  });
}

/** Ten and a fifth are twelve: 1.2 in binary is less. */
function withHeadroom(peak: number): number {
  return Math.ceil(peak + Math.round(1e6 * HEADROOM * peak) / 1e6);
}
