import {expect} from 'vitest';
import {runCore} from '../helpers/oracle-core.ts';
import {flavours, randomScenario} from '../helpers/oracle-scenarios.ts';

/**
 * Plays random fault schedules and checks what must hold of each: no asynchronous call is lost, none is left but those that
 * still wait, calls add up, and no time is negative. Returns how much failed in all.
 */
export function playFaultSchedules(fromSeed: number, toSeed: number): {lost: number; retried: number; lostUs: number} {
  const sum = {lost: 0, retried: 0, lostUs: 0};
  for (let seed = fromSeed; seed < toSeed; seed++) {
    const flavour = flavours[seed % 2 === 0 ? 'failures' : 'failures of several places, limits and slices']!;
    const drawn = randomScenario(seed, flavour);
    const {totals} = runCore({
      ...drawn,
      semantics: {...drawn.semantics, full: 'queue', evictUntil: 'fits'},
      maxWaitUs: Number.POSITIVE_INFINITY,
    });
    totals.functions.forEach((its, fn) => {
      const about = `seed ${seed}, function ${fn}`;
      if (drawn.async[fn]) expect(its.lost, about).toBe(0);
      expect(its.warm + its.cold + its.dropped + its.stillQueued + its.lost, about).toBe(its.invocations);
    });
    const {slotUs, startDelay, warm, cold} = totals;
    expect(startDelay.count, `seed ${seed}`).toBe(warm + cold);
    for (const us of Object.values(slotUs)) expect(us >= 0n, `seed ${seed}`).toBe(true);
    sum.lost += totals.lost;
    sum.retried += totals.retried;
    sum.lostUs += totals.lostUs;
  }
  return sum;
}
