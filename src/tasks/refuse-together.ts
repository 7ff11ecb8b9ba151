import {usageError} from '../base/errors.ts';
import {startCoresOf} from '../fleet/cold-time/start-cores.ts';
import type {ReplayOptions} from '../replay/options.ts';

/** Exit 2 where neighbours are asked for in a way that does not go together with what else is. */
export function refuseTogether(options: ReplayOptions): void {
  if (options.contention?.isolation?.hostGroup !== undefined) refuseWithIsolation(options);
  if (startCoresOf(options.cold) !== undefined) refuseWithSharedStarts(options);
}

/** Starts that share cores are followed one by one: what is known of a start when it begins cannot be relied on. */
function refuseWithSharedStarts(options: ReplayOptions): void {
  const {concurrency, settings, semantics, faults, checkpoint, startsPerHost, startsPerSecond} = options;
  const {pace, sessions, restart, batch} = options;
  const limited = Math.min(startsPerHost, startsPerSecond) < Number.POSITIVE_INFINITY;
  const other = [
    (concurrency !== 1 || settings?.numbers.concurrency !== undefined) && 'more than one call an instance',
    semantics.lateBinding && '--late-binding',
    faults !== undefined && '--fail',
    checkpoint !== undefined && '--checkpoint',
    limited && '--start-rate and --starts-per-host',
    pace !== undefined && '--calls-per-slot',
    sessions !== undefined && 'sessions',
    restart !== undefined && 'restart',
    batch !== undefined && 'batch',
  ].find((one) => one !== false);
  if (other === undefined) return;
  throw usageError(`startCores of --cold does not go together with ${other}`, 'leave out one of them');
}

/** Classes that keep hosts to themselves need several in each cell, and hosts that stay. */
function refuseWithIsolation({fleet, cells, faults, semantics}: ReplayOptions): void {
  if (fleet.count < 2 * cells) {
    throw usageError(
      `isolation by hosts needs two hosts or more in a cell, and there are ${fleet.count} in ${cells === 1 ? 'one' : cells}`,
      'give more --hosts, or pin cores instead',
    );
  }
  if (faults !== undefined) {
    throw usageError('isolation by hosts does not go together with --fail', 'leave out one of them');
  }
  if (semantics.evictUntil === 'newcomer-size') {
    throw usageError(
      'isolation by hosts needs eviction that makes room on one host, and --evict-until is newcomer-size',
      'give --evict-until fits',
    );
  }
}
