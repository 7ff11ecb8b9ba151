/**
 * Platforms as one object a call and an instance, and a list of events that is searched for the next: written from what the
 * contract says of them, not from the core. Times are microseconds.
 */
export interface NaiveCall {
  readonly fn: number;
  readonly at: number;
  readonly duration: number;
  readonly cold: number;
}

export interface NaiveFunction {
  readonly memoryMib: number;
  /** Calls that an instance serves at once. */
  readonly places?: number;
  /** Instances that it keeps. */
  readonly min?: number;
  /** Calls in flight that it may have, and others may not. */
  readonly reserved?: number;
  /** Whose instances serve it. */
  readonly servedBy?: number;
}

export interface NaiveRules {
  readonly functions: readonly NaiveFunction[];
  readonly ttl: number;
  readonly until: number;
  /** Calls in flight of all together. */
  readonly account?: number;
  /** From then on a function keeps so many. Ascending. */
  readonly schedule?: readonly {readonly at: number; readonly fn: number; readonly min: number}[];
  /** Memory of one of endless hosts. */
  readonly hostMib?: number;
  readonly stemCells?: {readonly count: number; readonly mib: number; readonly init: number};
  readonly pause?: {readonly grace: number; readonly resume: number};
  /** Instances of all at once; who finds none waits, in order of arrival, and none is given up for him. */
  readonly slots?: number;
  /** An instance begins so many calls at once, and one more each so many microseconds. */
  readonly pace?: {readonly interval: number; readonly burst: number};
}

interface Instance {
  readonly fn: number;
  readonly host: number;
  readonly kept: boolean;
  readonly createdAt: number;
  readonly readyAt: number;
  calls: number;
  /** Since when it has no call; or has one, or starts. */
  since: number;
  /** When it last had a place to give. */
  offered: number;
  alive: boolean;
  /** When its bucket is full, and whether it rests without a token. */
  full: number;
  rests: boolean;
}

interface Waiting {
  readonly call: NaiveCall;
  readonly fn: number;
}

interface Event {
  readonly at: number;
  readonly rank: number;
  readonly order: number;
  readonly happen: () => unknown;
}

const [FINISH, READY, RESTED, EXPIRY, MINIMUM, ARRIVAL] = [0, 1, 2, 3, 4, 5];

export class NaivePlatform {
  warm = 0;
  cold = 0;
  throttled = 0;
  waited = 0;
  peak = 0;
  keptCalls = 0;
  readonly delays: number[] = [];
  readonly us = {busy: 0, idle: 0, starting: 0, keptBusy: 0, keptIdle: 0, hosts: 0};
  private now = 0;
  private clock = 0;
  private readonly events: Event[] = [];
  private readonly instances: Instance[] = [];
  private readonly waiting: Waiting[] = [];
  private readonly inFlight: number[];
  private readonly wanted: number[];
  private readonly hosts: {free: number; instances: number; since: number; cells: number[]}[] = [];
  private readonly rules: NaiveRules;

  constructor(rules: NaiveRules, calls: readonly NaiveCall[]) {
    this.rules = rules;
    this.inFlight = rules.functions.map(() => 0);
    this.wanted = rules.functions.map(({min = 0}) => min);
    for (const [fn, {min = 0}] of rules.functions.entries()) for (let k = 0; k < min; k++) this.create(fn, 0, 0, true);
    for (const {at, fn, min} of rules.schedule ?? []) this.later(at, MINIMUM, () => this.keep(fn, min));
    for (const call of calls) this.later(call.at, ARRIVAL, () => this.arrive(call));
    this.run();
  }

  private later(at: number, rank: number, happen: () => unknown): void {
    this.events.push({at, rank, order: this.clock++, happen});
  }

  private run(): void {
    const before = (a: Event, b: Event): boolean =>
      a.at !== b.at ? a.at < b.at : a.rank !== b.rank ? a.rank < b.rank : a.order < b.order;
    for (;;) {
      let first = 0;
      for (let k = 1; k < this.events.length; k++) if (before(this.events[k]!, this.events[first]!)) first = k;
      const event = this.events[first];
      if (event === undefined || event.at >= this.rules.until) break;
      this.events.splice(first, 1);
      this.now = event.at;
      event.happen();
    }
    this.now = this.rules.until;
    for (const one of this.alive()) this.charge(one);
    for (const {instances, since} of this.hosts) if (instances > 0) this.us.hosts += this.now - since;
  }

  private alive(): Instance[] {
    return this.instances.filter(({alive}) => alive);
  }

  private of(fn: number): NaiveFunction {
    return this.rules.functions[fn]!;
  }

  private places(fn: number): number {
    return this.of(fn).places ?? 1;
  }

  private isIdle(one: Instance): boolean {
    return one.calls === 0 && one.readyAt <= this.now;
  }

  /** Ends the state that the instance is in. */
  private charge(one: Instance): void {
    const {us, now} = this;
    const isStarting = one.createdAt < one.readyAt && one.since === one.createdAt;
    const readyAt = isStarting ? Math.min(one.readyAt, now) : one.since;
    if (isStarting) us.starting += readyAt - one.createdAt;
    if (one.calls === 0) {
      us.idle += now - readyAt;
      if (one.kept) us.keptIdle += now - readyAt;
    } else {
      us.busy += now - readyAt;
      if (one.kept) us.keptBusy += now - readyAt;
    }
    one.since = now;
  }

  /** The host that has room first, one more if none has. */
  private hostFor(memoryMib: number): number {
    const {hostMib = Number.POSITIVE_INFINITY, stemCells} = this.rules;
    const cells = stemCells ? Array.from({length: stemCells.count}, () => 0) : [];
    const room = hostMib - cells.length * (stemCells?.mib ?? 0);
    const host = this.hosts.findIndex(({free}) => free >= memoryMib);
    return host >= 0 ? host : this.hosts.push({free: room, instances: 0, since: 0, cells}) - 1;
  }

  private create(fn: number, coldUs: number, calls: number, kept: boolean): Instance {
    const {memoryMib} = this.of(fn);
    const at = this.hostFor(memoryMib);
    const host = this.hosts[at]!;
    if (host.instances++ === 0) host.since = this.now;
    host.free -= memoryMib;
    const startUs = this.startOn(host.cells, memoryMib, coldUs);
    const one: Instance = {
      ...{fn, host: at, kept, createdAt: this.now, readyAt: this.now + startUs, calls, since: this.now},
      ...{offered: this.clock++, alive: true, full: 0, rests: false},
    };
    this.instances.push(one);
    this.peak = Math.max(this.peak, this.alive().length);
    // A call that takes no time is over by then, and its end has offered the place.
    if (startUs > 0) {
      this.later(one.readyAt, READY, () => {
        if (one.calls === 0) return;
        one.offered = this.clock++;
        this.offer(one);
      });
    }
    return one;
  }

  /** A container without a function, of the right size, spares all but loading; another is made in its place. */
  private startOn(cells: number[], memoryMib: number, coldUs: number): number {
    const {stemCells} = this.rules;
    const cell = cells.findIndex((readyAt) => readyAt <= this.now);
    if (stemCells === undefined || coldUs === 0 || stemCells.mib !== memoryMib || cell < 0) return coldUs;
    const init = Math.round(coldUs * stemCells.init);
    cells[cell] = this.now + coldUs - init;
    return init;
  }

  private destroy(one: Instance): void {
    this.charge(one);
    one.alive = false;
    const host = this.hosts[one.host]!;
    host.free += this.of(one.fn).memoryMib;
    if (--host.instances === 0) this.us.hosts += this.now - host.since;
    // There is room for whoever came first.
    const next = this.waiting[0];
    if (next === undefined || !this.hasRoom) return;
    this.waiting.shift();
    this.open(next);
  }

  private get hasRoom(): boolean {
    return this.alive().length < (this.rules.slots ?? Number.POSITIVE_INFINITY);
  }

  private open({call, fn}: Waiting): void {
    this.cold++;
    const made = this.create(fn, call.cold, 1, false);
    this.begin(made, call, fn, made.readyAt);
    this.offer(made);
  }

  /** Calls of its function that wait take its places. */
  private offer(one: Instance): void {
    while (one.alive && !one.rests && one.calls < this.places(one.fn)) {
      const at = this.waiting.findIndex(({fn}) => fn === one.fn);
      if (at < 0) return;
      const [next] = this.waiting.splice(at, 1);
      this.serve(one, next!.call, next!.fn);
    }
  }

  /** How many instances that nobody keeps may be in use, of functions without a reservation. */
  private accountLeft(): number {
    const {account = Number.POSITIVE_INFINITY, functions} = this.rules;
    return functions.reduce((left, {reserved}, fn) => {
      if (reserved !== undefined) return left - reserved;
      const has = this.alive().filter((one) => one.kept && one.fn === fn).length;
      return left - Math.max(has, this.wanted[fn]!);
    }, account);
  }

  private mayUseOneMore(fn: number): boolean {
    if (this.of(fn).reserved !== undefined) return true;
    const used = this.alive().filter(
      (one) => !one.kept && !this.isIdle(one) && this.of(one.fn).reserved === undefined,
    ).length;
    return used < this.accountLeft();
  }

  private arrive(call: NaiveCall): void {
    const fn = this.of(call.fn).servedBy ?? call.fn;
    if (this.inFlight[fn]! >= (this.of(fn).reserved ?? Number.POSITIVE_INFINITY)) {
      this.throttled++;
      return;
    }
    const open = this.alive().filter((one) => one.fn === fn && one.calls < this.places(fn) && !one.rests);
    const mayUse = this.mayUseOneMore(fn);
    const ready = open.filter((one) => one.readyAt <= this.now && (one.kept || !this.isIdle(one) || mayUse));
    const latest = (some: Instance[]): Instance | undefined => some.sort((a, b) => b.offered - a.offered)[0];
    const one =
      latest(ready.filter(({kept}) => kept)) ??
      latest(ready) ??
      latest(open.filter((some) => !ready.includes(some) && !this.isIdle(some)));
    if (one !== undefined) this.serve(one, call, fn);
    else if (!mayUse) this.throttled++;
    else if (this.hasRoom) this.open({call, fn});
    else {
      this.waited++;
      this.waiting.push({call, fn});
    }
  }

  private serve(one: Instance, call: NaiveCall, fn: number): void {
    this.warm++;
    if (one.kept) this.keptCalls++;
    const {pause} = this.rules;
    let startAt = Math.max(this.now, one.readyAt);
    if (this.isIdle(one)) {
      if (pause !== undefined && this.now - one.since > pause.grace) startAt += pause.resume;
      this.charge(one);
    }
    one.calls++;
    this.begin(one, call, fn, startAt);
  }

  /** `one`, which counts the call already, begins it then. */
  private begin(one: Instance, {at, duration}: NaiveCall, fn: number, startAt: number): void {
    this.inFlight[fn]! += 1;
    this.delays.push(startAt - at);
    this.pay(one, startAt);
    this.later(startAt + duration, FINISH, () => {
      this.inFlight[fn]! -= 1;
      if (one.calls === 1) this.charge(one);
      one.calls--;
      one.offered = this.clock++;
      this.offer(one);
      if (one.calls === 0 && !one.rests) this.rest(one);
    });
  }

  /** It begins a call then, for a token; without another it rests. */
  private pay(one: Instance, at: number): void {
    const {pace} = this.rules;
    if (pace === undefined) return;
    one.full = Math.max(at, one.full) + pace.interval;
    const until = Math.ceil(one.full - pace.interval * (pace.burst - 1));
    if (until <= at) return;
    one.rests = true;
    this.later(until, RESTED, () => {
      one.rests = false;
      one.offered = this.clock++;
      if (one.calls === 0) this.charge(one);
      this.offer(one);
      if (one.calls === 0) this.rest(one);
    });
  }

  /** It has no call any more: it waits for one, but not for ever, unless it is kept. */
  private rest(one: Instance): void {
    if (one.kept) {
      const kept = this.alive().filter((other) => other.kept && other.fn === one.fn);
      if (kept.length > this.wanted[one.fn]!) this.destroy(one);
      return;
    }
    const {offered} = one;
    this.later(this.now + this.rules.ttl, EXPIRY, () => {
      if (one.alive && one.calls === 0 && one.offered === offered) this.destroy(one);
    });
  }

  private keep(fn: number, min: number): void {
    this.wanted[fn] = min;
    const kept = (): Instance[] => this.alive().filter((one) => one.kept && one.fn === fn);
    for (const one of kept()) if (kept().length > min && one.calls === 0) this.destroy(one);
    while (kept().length < min) this.create(fn, 0, 0, true);
  }
}
