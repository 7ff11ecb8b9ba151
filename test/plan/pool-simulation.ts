import type {Random} from '../../src/base/random.ts';

/** One call: when it comes and how long it holds an instance, seconds. */
export interface Call {
  readonly at: number;
  readonly hold: number;
}

export interface PoolResult {
  readonly cold: number;
  /** Time that kept and lingering instances idle, slot-seconds. */
  readonly idleSeconds: number;
}

/**
 * The plain pool that the planner's curves stand for, one object an instance: `kept` instances never leave, others do
 * after `keepAlive` idle seconds; the instance that has been idle for the shortest time serves next. Cold starts take
 * no time. Calls in order of time.
 */
export function simulatePool(calls: readonly Call[], kept: number, keepAlive: number, until: number): PoolResult {
  interface Instance {
    busyUntil: number;
    idleSince: number;
  }
  const pool: Instance[] = Array.from({length: kept}, () => ({busyUntil: 0, idleSince: 0}));
  let cold = 0;
  let idleSeconds = 0;
  // All but the `kept` shortest idle instances at or beyond their keep-alive leave, the longest idle first.
  const expire = (now: number): void => {
    for (;;) {
      if (pool.length <= kept) return;
      const idle = pool.filter((one) => one.busyUntil <= now);
      const oldest = idle.reduce<Instance | undefined>((a, b) => (a && a.idleSince <= b.idleSince ? a : b), undefined);
      if (!oldest || now - oldest.idleSince < keepAlive) return;
      idleSeconds += keepAlive;
      pool.splice(pool.indexOf(oldest), 1);
    }
  };
  for (const {at, hold} of calls) {
    // Instances leave in the order in which their time is up, so each keeps its place until then.
    const deadlines = pool.map((one) => Math.max(one.busyUntil, one.idleSince) + keepAlive).filter((t) => t <= at);
    for (const t of deadlines.sort((a, b) => a - b)) expire(t);
    expire(at);
    const idle = pool.filter((one) => one.busyUntil <= at);
    const latest = idle.reduce<Instance | undefined>((a, b) => (a && a.idleSince >= b.idleSince ? a : b), undefined);
    if (latest) {
      idleSeconds += at - latest.idleSince;
      latest.busyUntil = latest.idleSince = at + hold;
    } else {
      cold++;
      pool.push({busyUntil: at + hold, idleSince: at + hold});
    }
  }
  const deadlines = pool.map((one) => one.idleSince + keepAlive).filter((t) => t <= until);
  for (const t of deadlines.sort((a, b) => a - b)) expire(t);
  for (const one of pool) idleSeconds += Math.max(0, until - one.idleSince);
  return {cold, idleSeconds};
}

/** A Poisson process over [0, until) with exponential, constant or heavy-tailed holding times of that mean. */
export function poissonCalls(
  random: Random,
  rate: number,
  hold: number,
  until: number,
  shape: 'exponential' | 'constant' | 'heavy',
): Call[] {
  const calls: Call[] = [];
  for (let at = random.exponential() / rate; at < until; at += random.exponential() / rate) {
    const factor = {
      exponential: () => random.exponential(),
      constant: () => 1,
      // Log-normal with sigma 1 and mean 1.
      heavy: () => Math.exp(random.normal() - 0.5),
    }[shape]();
    calls.push({at, hold: hold * factor});
  }
  return calls;
}
