import {usageError} from '../base/errors.ts';
import {startCoresOf} from '../fleet/cold-time/start-cores.ts';
import type {ReplayOptions} from '../replay/options.ts';

/** Exit 2 where neighbours are asked for in a way that does not go together with what else is. */
export function refuseTogether(options: ReplayOptions): void {
  if (options.contention?.isolation?.hostGroup !== undefined) refuseWithIsolation(options);
  if (startCoresOf(options.cold) !== undefined) refuseWithSharedStarts(options);
}

/** A start that is put off puts off what counts from its end: who waits for whichever is first, rests, and hosts that stop. */
function refuseWithSharedStarts({semantics, faults, pace, sessions, restart, batch}: ReplayOptions): void {
  const other = [
    semantics.lateBinding && '--late-binding',
    faults?.some((fault) => 'work' in fault && fault.work === 'keep') === true && '--fail with work=keep',
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
