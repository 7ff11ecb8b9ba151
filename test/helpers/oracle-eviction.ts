import type {Instance, OracleCall, Scenario} from './oracle-types.ts';

/** An order of eviction, told of every start and every eviction. */
export interface EvictionOrder {
  /** A call was given to an instance; its function's live instances have now been used so many times. */
  afterStart(call: OracleCall, uses: () => number, nowUs: number): void;
  beforeEviction(live: readonly Instance[]): void;
  sort(idle: readonly Instance[]): Instance[];
  afterEviction(lastVictim: Instance): void;
}

const byIdleTime = (a: Instance, b: Instance) => a.idleOrder - b.idleOrder;

/**
 * The orders of FaasCache's simulator (fixtures/golden): a start sets the priority of all instances of the function;
 * the lowest goes first. Reckoned in milliseconds and MiB, as there. `idle-longest` is the default, by the time
 * of going idle and then by function; between equal priorities the moment of going idle decides.
 */
export function evictionOrder({eviction, memoryMib, semantics}: Scenario): EvictionOrder {
  if (eviction === 'idle-longest') {
    const nothing = () => {};
    const sort = (idle: readonly Instance[]) =>
      idle.toSorted((a, b) => a.idleSinceUs - b.idleSinceUs || a.fn - b.fn || byIdleTime(a, b));
    return {sort, afterStart: nothing, beforeEviction: nothing, afterEviction: nothing};
  }
  const priority = memoryMib.map(() => 0); // [function]
  let clock = 0;
  const rank = (call: OracleCall, uses: number, nowUs: number): number => {
    const mib = memoryMib[call.fn]!;
    const coldMs = call.coldUs / 1000;
    return {
      lru: nowUs / 1000,
      gd: clock + uses * (coldMs / mib),
      freq: clock + uses * coldMs,
      size: clock + uses / mib,
      landlord: call.durationUs / 1000,
    }[eviction];
  };
  return {
    afterStart(call, uses, nowUs) {
      priority[call.fn] = rank(call, uses(), nowUs);
    },
    beforeEviction(live) {
      if (eviction !== 'landlord') return;
      // Landlord charges rent: the poorest instance, by credit per MiB, has none left afterwards.
      const functions = [...new Set(live.map(({fn}) => fn))];
      const rent = Math.min(...functions.map((fn) => priority[fn]! / memoryMib[fn]!));
      for (const fn of functions) priority[fn]! -= rent * memoryMib[fn]!;
    },
    sort(idle) {
      // One victim at a time, or a walk, which goes through equal priorities function after function.
      const walk = semantics.evictUntil === 'fits';
      const oldest = (fn: number) => Math.min(...idle.filter((one) => one.fn === fn).map((one) => one.idleOrder));
      return idle.toSorted(
        (a, b) => priority[a.fn]! - priority[b.fn]! || (walk ? oldest(a.fn) - oldest(b.fn) : 0) || byIdleTime(a, b),
      );
    },
    afterEviction(lastVictim) {
      clock = priority[lastVictim.fn]!;
    },
  };
}
