import type {Instance, OracleHost, OraclePlacement} from './oracle-types.ts';

/** Hosts, what lives on them, and where a newcomer goes. */
export class OracleFleet {
  readonly live = new Set<Instance>();
  /** Hosts that are down. */
  readonly down = new Set<number>();
  private readonly liveOn: Instance[][]; // [host]
  private readonly hosts: readonly OracleHost[];
  private readonly placement: OraclePlacement;
  /** In dslab's order: appended at the end; a removal moves the last one into the gap. */
  private readonly idle = new Map<number, Instance[]>(); // by function
  private created = 0;
  /** Host that round-robin chose last, by group of functions that share hosts. */
  private readonly lastChosen = new Map<number, number>();
  private readonly groupOf: readonly number[]; // [function]

  constructor(hosts: readonly OracleHost[], placement: OraclePlacement, groupOf: readonly number[]) {
    this.groupOf = groupOf;
    this.hosts = hosts;
    this.placement = placement;
    this.liveOn = hosts.map(() => []);
  }

  create(fn: number, memoryMib: number, host: number, nowUs: number): Instance {
    const instance: Instance = {
      id: this.created++,
      fn,
      memoryMib,
      host,
      state: 'unclaimed',
      sinceUs: nowUs,
      beginUs: nowUs,
      kept: false,
      closed: false,
      readyUs: Number.POSITIVE_INFINITY,
      calls: 0,
      idleOrder: -1,
      idleSinceUs: -1,
      firstIdleUs: Number.NaN,
      lastStartUs: nowUs,
      keepUs: Number.NaN,
      unused: true,
      uses: 0,
    };
    this.live.add(instance);
    this.liveOn[host]!.push(instance);
    if (this.freeSlots(host) < 0 || this.freeMib(host) < 0) throw new Error(`the oracle overfilled host ${host}`);
    return instance;
  }

  destroy(instance: Instance): void {
    this.removeIdle(instance);
    this.live.delete(instance);
    this.liveOn[instance.host] = this.liveOn[instance.host]!.filter((other) => other !== instance);
  }

  /** Instances that start for a call. */
  startingOf(fn: number): Instance[] {
    return [...this.live].filter(
      (instance) => instance.fn === fn && instance.state === 'starting' && this.isUp(instance),
    );
  }

  /** Instances that start for nobody yet. */
  unclaimedOf(fn: number): Instance[] {
    return [...this.live].filter(
      (instance) => instance.fn === fn && instance.state === 'unclaimed' && this.isUp(instance),
    );
  }

  /** Instances that are ready and serve. */
  busyOf(fn: number): Instance[] {
    return [...this.live].filter((instance) => instance.fn === fn && instance.state === 'busy' && this.isUp(instance));
  }

  private isUp({host}: Instance): boolean {
    return !this.down.has(host);
  }

  idleOf(fn: number): readonly Instance[] {
    return this.idle.get(fn) ?? [];
  }

  allIdle(): Instance[] {
    return [...this.idle.values()].flat();
  }

  addIdle(instance: Instance): void {
    this.idle.set(instance.fn, [...this.idleOf(instance.fn), instance]);
  }

  removeIdle(instance: Instance): void {
    const list = [...this.idleOf(instance.fn)];
    const at = list.indexOf(instance);
    if (at < 0) return;
    // What a function keeps whatever happens is no part of the set whose gap the last one fills.
    const last = list.findLastIndex((other) => other.kept === instance.kept);
    list[at] = list[last]!;
    list.splice(last, 1);
    this.idle.set(instance.fn, list);
  }

  usedMib(): number {
    return sum([...this.live].map((instance) => instance.memoryMib));
  }

  /** Whether an empty fleet has a host for it. */
  couldEverHold(memoryMib: number): boolean {
    return this.hosts.some((host) => host.slots >= 1 && host.memoryMib >= memoryMib);
  }

  private isOpenTo(host: number, fn: number, leaving: readonly Instance[] = []): boolean {
    return this.liveOn[host]!.every((one) => leaving.includes(one) || this.groupOf[one.fn] === this.groupOf[fn]);
  }

  /** The host where the placement puts an instance of `fn` without evicting anything, or -1. */
  choose(memoryMib: number, fn: number): number {
    const up = this.hosts.map((_, h) => h).filter((h) => !this.down.has(h) && this.isOpenTo(h, fn));
    const fitting = up.filter((h) => this.freeSlots(h) >= 1 && this.freeMib(h) >= memoryMib);
    if (fitting.length === 0) return -1;
    switch (this.placement) {
      case 'first-fit':
        return fitting[0]!;
      case 'best-fit':
        return best(fitting, (h) =>
          this.hosts[h]!.memoryMib === Number.POSITIVE_INFINITY ? -this.freeSlots(h) : -this.freeMib(h),
        );
      case 'least-loaded':
        return best(fitting, (h) => this.freeShare(h));
      case 'round-robin':
        return this.next(fitting, this.groupOf[fn] ?? 0);
    }
  }

  private next(fitting: readonly number[], group: number): number {
    const host = fitting.find((h) => h > (this.lastChosen.get(group) ?? -1)) ?? fitting[0]!;
    this.lastChosen.set(group, host);
    return host;
  }

  /**
   * Walks the candidates until one host's free room plus what its own among them would free holds the newcomer:
   * those are the victims. None if no host gets there.
   */
  victimsThatMakeRoom(candidates: readonly Instance[], memoryMib: number, fn: number): Instance[] {
    for (let walked = 1; walked <= candidates.length; walked++) {
      const {host} = candidates[walked - 1]!;
      const victims = candidates.slice(0, walked).filter((instance) => instance.host === host);
      const slots = this.freeSlots(host) + victims.length;
      const mib = this.freeMib(host) + sum(victims.map((victim) => victim.memoryMib));
      if (slots >= 1 && mib >= memoryMib && this.isOpenTo(host, fn, victims)) return victims;
    }
    return [];
  }

  private freeSlots(host: number): number {
    return this.hosts[host]!.slots - this.liveOn[host]!.length;
  }

  private freeMib(host: number): number {
    return this.hosts[host]!.memoryMib - sum(this.liveOn[host]!.map((instance) => instance.memoryMib));
  }

  /** Share of the scarcest limited resource that is free; 1 on a host without limits. */
  private freeShare(host: number): number {
    const {slots, memoryMib} = this.hosts[host]!;
    return Math.min(
      slots === Number.POSITIVE_INFINITY ? 1 : this.freeSlots(host) / slots,
      memoryMib === Number.POSITIVE_INFINITY ? 1 : this.freeMib(host) / memoryMib,
    );
  }
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

/** The first of the hosts with the highest score. */
function best(hosts: readonly number[], score: (host: number) => number): number {
  return hosts.reduce((winner, host) => (score(host) > score(winner) ? host : winner));
}
