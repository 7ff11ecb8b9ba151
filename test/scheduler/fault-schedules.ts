import {expect} from 'vitest';
import {runCore} from '../helpers/oracle-core.ts';
import {flavours, randomScenario} from '../helpers/oracle-scenarios.ts';

interface Sum {
  lost: number;
  retried: number;
  duplicated: number;
  lostUs: number;
}

/**
 * Plays random fault schedules and checks what must hold of each: no asynchronous call is lost, none is left but those that
 * still wait, no more are lost or duplicated than were in flight, calls add up, and no time is negative. Returns how much failed in all.
 */
export function playFaultSchedules(fromSeed: number, toSeed: number): Sum {
  const sum = {lost: 0, retried: 0, duplicated: 0, lostUs: 0};
  const played = [
    'failures',
    'failures of several places, limits and slices',
    'hosts that stand still',
    'hosts that stand still, of several places, limits and slices',
    'a rolling restart of hosts that fail, and everything at once',
  ];
  for (let seed = fromSeed; seed < toSeed; seed++) {
    const flavour = flavours[played[seed % played.length]!]!;
    const drawn = randomScenario(seed, flavour);
    const {totals, recoveries} = runCore({
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
    const inFlight = recoveries!.inFlight;
    expect(totals.lost + totals.duplicated, `seed ${seed}: no more than were in flight`).toBeLessThanOrEqual(inFlight);
    sum.duplicated += totals.duplicated;
    sum.lost += totals.lost;
    sum.retried += totals.retried;
    sum.lostUs += totals.lostUs;
  }
  return sum;
}
