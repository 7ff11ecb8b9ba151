import {missedError} from '../../base/errors.ts';
import type {Admission} from '../parts/limits/admission.ts';
import {type FunctionLimits, keepsSome} from '../parts/limits/function-limits.ts';
import {Kept} from '../parts/limits/kept.ts';
import type {Fleet} from './fleet.ts';
import {DOUBLES, NONE, SINCE_US} from './instances.ts';
import type {Sharing} from './sharing.ts';

/** Creates, ready and idle from time 0 on, what functions keep whatever happens; exit 4 if not all find room. */
export function createKept(
  fleet: Fleet,
  sharing: Sharing | undefined,
  limits: FunctionLimits | undefined,
  admission: Admission | undefined,
): void {
  if (!keepsSome(limits)) return;
  const {min = new Int32Array(fleet.functions.count)} = limits!;
  fleet.kept = new Kept(fleet.functions.count);
  for (let fn = 0; fn < min.length; fn++) {
    fleet.kept.want(fn, min[fn]!);
    for (let k = 0; k < min[fn]!; k++) {
      const i = createOne(fleet, sharing, fn, 0);
      if (i === NONE) {
        throw missedError(
          `${min.reduce((sum, count) => sum + count, 0)} instances are to be kept from the start on (min), and not all find room`,
          'raise --hosts, --slots or --memory, or lower their minima',
        );
      }
      fleet.goIdle(i, fn);
    }
  }
  admission?.follow(fleet.kept);
}

/** One more of those that `fn` keeps, ready now and in no list; NONE where there is no room. */
export function createOne(fleet: Fleet, sharing: Sharing | undefined, fn: number, nowUs: number): number {
  const host = fleet.findRoom(fn);
  if (host === NONE) return NONE;
  const i = fleet.create(fn, host, nowUs, nowUs);
  sharing?.created(i);
  fleet.keep(i, fn);
  fleet.pool.doubles[i * DOUBLES + SINCE_US] = nowUs;
  return i;
}

/** Destroys those that `fn` keeps beyond what it is to, as far as they are idle. */
export function dropSurplus(fleet: Fleet, kept: Kept, fn: number, nowUs: number): void {
  while (kept.missing(fn) < 0 && kept.top(fn) !== NONE) {
    const i = fleet.takeIdle(fn);
    fleet.leftIdle(i, fn, fleet.pool.doubles[i * DOUBLES + SINCE_US]!, nowUs);
    fleet.destroy(i, nowUs);
    kept.lose(i, fn);
  }
}
