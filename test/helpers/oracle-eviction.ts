import type {Instance, OracleCall, OracleEviction} from './oracle-types.ts';

/** An order of eviction, told of every start and every eviction. */
export interface EvictionOrder {
  /** `clones` are the live instances of the call's function, its own included. */
  afterStart(clones: readonly Instance[], call: OracleCall, nowUs: number): void;
  beforeEviction(live: readonly Instance[]): void;
  sort(idle: readonly Instance[]): Instance[];
  afterEviction(lastVictim: Instance): void;
}

/**
 * The orders of FaasCache's simulator (fixtures/golden): every start gives all clones of the function the same
 * priority; the lowest goes first. `idle-longest` is the default order, by the moment of going idle.
 */
export function evictionOrder(name: OracleEviction): EvictionOrder {
  let clock = 0;
  const priority: Record<
    Exclude<OracleEviction, 'idle-longest'>,
    (uses: number, c: OracleCall, mib: number, nowUs: number) => number
  > = {
    lru: (_uses, _call, _mib, nowUs) => nowUs,
    gd: (uses, call, mib) => clock + uses * (call.coldUs / mib),
    freq: (uses, call) => clock + uses * call.coldUs,
    size: (uses, _call, mib) => clock + uses / mib,
    landlord: (_uses, call) => call.durationUs,
  };
  return {
    afterStart(clones, call, nowUs) {
      if (name === 'idle-longest') return;
      const uses = clones.reduce((sum, clone) => sum + clone.uses, 0);
      for (const clone of clones) clone.priority = priority[name](uses, call, clone.memoryMib, nowUs);
    },
    beforeEviction(live) {
      if (name !== 'landlord' || live.length === 0) return;
      // Landlord charges rent: the poorest instance, by credit per MiB, has none left afterwards.
      const rent = Math.min(...live.map((instance) => instance.priority / instance.memoryMib));
      for (const instance of live) instance.priority -= rent * instance.memoryMib;
    },
    sort: (idle) =>
      name === 'idle-longest'
        ? [...idle].sort((a, b) => a.idleOrder - b.idleOrder)
        : [...idle].sort((a, b) => a.priority - b.priority || a.idleOrder - b.idleOrder),
    afterEviction(lastVictim) {
      clock = lastVictim.priority;
    },
  };
}
