import {missedError} from '../../base/errors.ts';
import {Kept} from '../parts/limits/kept.ts';
import type {Fleet} from './fleet.ts';
import {DOUBLES, NONE, SINCE_US} from './instances.ts';
import type {Sharing} from './sharing.ts';

/** Creates, ready and idle from time 0 on, what functions keep whatever happens; exit 4 if not all find room. */
export function createKept(fleet: Fleet, sharing: Sharing | undefined, min: Int32Array): void {
  const kept = new Kept(fleet.functions.count);
  fleet.kept = kept;
  for (let fn = 0; fn < min.length; fn++) {
    for (let k = 0; k < min[fn]!; k++) {
      const host = fleet.findRoom(fn);
      if (host === NONE) {
        throw missedError(
          `${min.reduce((sum, count) => sum + count, 0)} instances are to be kept from the start on (min), and not all find room`,
          'raise --hosts, --slots or --memory, or lower their minima',
        );
      }
      const i = fleet.create(fn, host, 0, 0);
      sharing?.created(i);
      kept.keep(i);
      fleet.pool.doubles[i * DOUBLES + SINCE_US] = 0;
      fleet.goIdle(i, fn);
    }
  }
}
