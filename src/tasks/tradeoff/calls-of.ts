import type {Random} from '../../base/random.ts';
import {US_PER_SECOND} from '../../base/units.ts';
import {EventBuilder} from '../../workload/build/event-builder.ts';
import type {Workload} from '../../workload/workload.ts';

/** A function and its calls, for a simulation. */
export interface SimulatedFunction {
  readonly name: string;
  readonly app?: string;
  readonly owner?: string;
  readonly trigger?: string;
  readonly memoryMib?: number;
  /** Arrivals, whole microseconds from time 0 on, ascending. */
  readonly atUs: ArrayLike<number>;
  /** How long each runs alone, whole microseconds; one number: all alike. */
  readonly durationUs: ArrayLike<number> | number;
}

/** A workload of those functions, in their order. Somebody must call in the first minute: it is where time 0 lies. */
export function workloadOf(functions: readonly SimulatedFunction[]): Workload {
  const builder = new EventBuilder({duration: true, cold: false});
  for (const {name, app = 'app', owner = 'owner', trigger, memoryMib, atUs, durationUs} of functions) {
    const f = builder.functions.idOf(owner, app, name);
    if (trigger !== undefined) builder.functions.setTrigger(f, trigger);
    if (memoryMib !== undefined) builder.functions.raiseMemory(f, memoryMib);
    for (let k = 0; k < atUs.length; k++) {
      builder.add(f, atUs[k]!, typeof durationUs === 'number' ? durationUs : durationUs[k]!, Number.NaN);
    }
  }
  return builder.finish({source: 'simulated', startTime: '', licence: '', clampedDurations: 0});
}

/** Arrivals of a Poisson process in [fromUs, untilUs), whole microseconds. */
export function poissonUs(random: Random, perSecond: number, untilUs: number, fromUs = 0): Float64Array {
  const times: number[] = [];
  let nowUs = fromUs;
  for (;;) {
    nowUs += (random.exponential() / perSecond) * US_PER_SECOND;
    if (!(Math.floor(nowUs) < untilUs)) return Float64Array.from(times);
    times.push(Math.floor(nowUs));
  }
}

/** Arrivals in [fromUs, untilUs) at an even rate: one in each stretch of 1 / rate, at random within it; whole microseconds. */
export function evenUs(random: Random, perSecond: number, untilUs: number, fromUs = 0): Float64Array {
  const apartUs = US_PER_SECOND / perSecond;
  const calls = Math.round((untilUs - fromUs) / apartUs);
  return new Float64Array(calls).map((_, k) =>
    Math.min(untilUs - 1, Math.floor(fromUs + (k + random.next()) * apartUs)),
  );
}

/** Exponential lengths of that mean, whole microseconds. */
export function exponentialUs(random: Random, meanUs: number, count: number): Float64Array {
  return new Float64Array(count).map(() => Math.round(random.exponential() * meanUs));
}
