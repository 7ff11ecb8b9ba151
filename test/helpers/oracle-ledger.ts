import type {
  Decision,
  FunctionTotals,
  Instance,
  Leaving,
  LoggedCall,
  OracleCall,
  Outcome,
  Scenario,
} from './oracle-types.ts';

/** A call on its way: which of the scenario's it is, and which attempt of it. */
type Attempt = OracleCall & {
  readonly id: number;
  /** Its own, unless it goes on from where another attempt of its call stood. */
  readonly toldAs: number;
  /** Its own. */
  readonly copy: number;
  readonly attempt: number;
  /** Attempts that a failure has ended. */
  readonly failures: number;
  /** When it arrived first. */
  readonly calledUs: number;
  readonly isAgain: boolean;
  readonly isTold: boolean;
  readonly wasCut: boolean;
  /** Another attempt of the call was over: this one counts for nothing. */
  readonly group: {readonly isOver: boolean};
};

const counted = {
  warm: 'warm',
  cold: 'cold',
  drop: 'dropped',
  throttle: 'throttled',
  abandon: 'abandoned',
  expired: 'expired',
  shed: 'shed',
  coalesced: 'coalesced',
  lost: 'lost',
} as const;

/** What is told of a call that has an instance. */
interface Told {
  what: 'warm' | 'cold' | undefined;
  readonly call: Attempt;
  delayUs: number | undefined;
  waitedUs: number;
  coldUs: number | undefined;
  isFirst: boolean;
}

/** Counts what happens in the counted part and charges the time of instances. */
export class OracleLedger {
  readonly outcome: Outcome;
  private readonly s: Scenario;
  private readonly rows = new Map<number, LoggedCall>(); // by attempt
  private readonly told = new Map<number, Told>(); // by attempt
  private readonly beforeCut = new Map<number, string>(); // by attempt
  /** When the instance of a cold call began to start. */
  private readonly openedUs = new Map<number, number>(); // by attempt

  constructor(scenario: Scenario) {
    this.s = scenario;
    this.outcome = {
      invocations: 0,
      warm: 0,
      cold: 0,
      firstStarts: 0,
      queued: 0,
      dropped: 0,
      throttled: 0,
      abandoned: 0,
      stillQueued: 0,
      expired: 0,
      shed: 0,
      coalesced: 0,
      lost: 0,
      lostUs: 0,
      duplicated: 0,
      timeouts: 0,
      checkpoints: 0,
      overheadUs: 0,
      retried: 0,
      evictions: 0,
      expirations: 0,
      prewarms: 0,
      functions: scenario.memoryMib.map(() => ({
        invocations: 0,
        warm: 0,
        cold: 0,
        dropped: 0,
        throttled: 0,
        abandoned: 0,
        stillQueued: 0,
        expired: 0,
        shed: 0,
        coalesced: 0,
        lost: 0,
        duplicated: 0,
      })),
      details: scenario.memoryMib.map(() => ({startDelaysUs: [], slotUs: {busy: 0n, idle: 0n, starting: 0n}})),
      slotUs: {busy: 0n, idle: 0n, starting: 0n},
      mibUs: {busy: 0n, idle: 0n, starting: 0n},
      startDelaysUs: [],
      coldTimesUs: [],
      queueWaitsUs: [],
      peakSlots: 0,
      peakMemoryMib: 0,
      levels: [],
      decisions: [],
      log: [],
    };
  }

  arrived(call: Attempt): void {
    if (this.countsCall(call)) this.count(call, 'invocations');
  }

  /** What became of a call; `host` is -1 where none is concerned. */
  fate(
    call: Attempt,
    what: 'warm' | 'cold' | 'queue' | 'drop' | 'throttle' | 'abandon' | 'lost' | Leaving,
    nowUs: number,
    host = -1,
  ): void {
    this.note({timeUs: nowUs, what, fn: call.fn, host});
    if (what === 'cold') this.openedUs.set(call.copy, nowUs);
    else if (what !== 'warm' && what !== 'queue') this.leaves(call, counted[what]);
    if (!this.countsCall(call)) return;
    if (what === 'queue') {
      if (!call.isAgain) this.outcome.queued++;
      return;
    }
    this.count(call, counted[what]);
    if (what === 'warm' || what === 'cold') this.toldOf(call).what = what;
  }

  private toldOf(call: Attempt): Told {
    const none = {what: undefined, delayUs: undefined, coldUs: undefined, isFirst: false, waitedUs: 0};
    const told = this.told.get(call.copy) ?? {call, ...none};
    this.told.set(call.copy, told);
    return told;
  }

  /** A cold call's instance begins to start only then. */
  opens(call: Attempt, beginUs: number): void {
    this.openedUs.set(call.copy, beginUs);
  }

  /** A call's user code runs from then to then, on that host. */
  runs(call: Attempt, startUs: number, endUs: number, host: number): void {
    const before = this.rows.get(call.copy);
    if (before) Object.assign(before, {endUs, host, attempts: call.attempt + call.failures});
    if (before || call.isTold || !this.counts(call.calledUs)) return;
    const openedUs = this.openedUs.get(call.copy);
    this.row(call, {
      startUs,
      endUs,
      outcome: openedUs === undefined ? 'warm' : 'cold',
      coldUs: openedUs === undefined ? 0 : startUs - openedUs,
      host,
    });
  }

  private leaves(call: Attempt, outcome: string): void {
    if (this.rows.has(call.copy) || !this.countsCall(call)) return;
    // An attempt that is still to come is none.
    const made = {...call, failures: Math.max(0, call.failures - 1)};
    this.row(made, {startUs: Number.NaN, endUs: Number.NaN, outcome, coldUs: Number.NaN, host: Number.NaN});
  }

  private row(
    {fn, calledUs: arrivalUs, copy, attempt, failures}: Attempt,
    of: Omit<LoggedCall, 'fn' | 'arrivalUs' | 'attempts'>,
  ): void {
    const row = {fn, arrivalUs, ...of, attempts: attempt + failures};
    this.rows.set(copy, row);
    this.outcome.log.push(row);
  }

  /** A call was cut, or will be when the run is over. */
  isCut(call: Attempt): void {
    const row = this.rows.get(call.copy);
    if (row && row.outcome !== 'timeout') this.beforeCut.set(call.copy, row.outcome);
    if (row) row.outcome = 'timeout';
  }

  /** A call that would have been cut was not, as its host failed. */
  isNotCut(call: Attempt): void {
    const row = this.rows.get(call.copy);
    if (row) row.outcome = this.beforeCut.get(call.copy) ?? row.outcome;
  }

  /** A call was cut. */
  cut(call: Attempt): void {
    if (this.countsCall(call)) this.outcome.timeouts++;
  }

  /** A slice is over whose work is saved, after so much that was no work. */
  saved(nowUs: number, overheadUs: number): void {
    if (!this.counts(nowUs)) return;
    this.outcome.checkpoints++;
    this.outcome.overheadUs += overheadUs;
  }

  /** The last slice of a call is over, which took so much to go on. */
  wentOn(nowUs: number, overheadUs: number): void {
    if (this.counts(nowUs)) this.outcome.overheadUs += overheadUs;
  }

  /** The attempt was never given to an instance, for all that is told of it. */
  undo({copy}: Pick<Attempt, 'copy'>): void {
    this.untell(copy);
    this.openedUs.delete(copy);
    this.dropRow(copy);
  }

  /** What is told of the attempt does not count. */
  untell(copy: number): void {
    const told = this.told.get(copy);
    this.told.delete(copy);
    if (told === undefined) return;
    if (told.what) this.count(told.call, told.what, -1);
    this.takeBackTimes(told);
    if (told.isFirst) this.outcome.firstStarts--;
  }

  private takeBackTimes({call, delayUs, waitedUs, coldUs}: Told): void {
    if (coldUs !== undefined) without(this.outcome.coldTimesUs, coldUs);
    if (delayUs === undefined) return;
    for (const list of this.delayLists(call)) without(list, delayUs);
    if (waitedUs > 0) without(this.outcome.queueWaitsUs, waitedUs);
  }

  private delayLists({fn}: Attempt): number[][] {
    return [this.outcome.startDelaysUs, this.outcome.details[fn]!.startDelaysUs];
  }

  private tellTimes({call, delayUs, waitedUs, coldUs}: Told): void {
    if (coldUs !== undefined) this.outcome.coldTimesUs.push(coldUs);
    if (delayUs === undefined) return;
    for (const list of this.delayLists(call)) list.push(delayUs);
    if (waitedUs > 0) this.outcome.queueWaitsUs.push(waitedUs);
  }

  /** No row stands for the attempt. */
  dropRow(copy: number): void {
    const row = this.rows.get(copy);
    if (row) this.outcome.log.splice(this.outcome.log.indexOf(row), 1);
    this.rows.delete(copy);
  }

  /** The attempt stood still for so long from `sinceUs` on; `begins`: its start at `startUs` was still to come. */
  delays(call: Attempt, startUs: number, sinceUs: number, byUs: number): void {
    const row = this.rows.get(call.copy);
    if (row) row.endUs += byUs;
    if (startUs <= sinceUs || call.isTold) return;
    const told = this.told.get(call.copy);
    const openedUs = this.openedUs.get(call.copy);
    const starts = openedUs !== undefined && openedUs <= sinceUs;
    if (row) {
      row.startUs += byUs;
      if (starts) Object.assign(row, {coldUs: row.coldUs + byUs});
    }
    if (openedUs !== undefined && !starts) this.openedUs.set(call.copy, openedUs + byUs);
    if (told === undefined) return;
    this.takeBackTimes(told);
    told.delayUs! += byUs;
    if (starts && told.coldUs !== undefined) told.coldUs += byUs;
    if (openedUs !== undefined && !starts) told.waitedUs += byUs;
    this.tellTimes(told);
  }

  /** Another attempt goes on from where this one stood: what is told of this is told of that. */
  inherits(twin: Attempt, from: Attempt): void {
    const row = this.rows.get(from.copy);
    if (!row) return;
    const outcome = from.wasCut ? row.outcome : (this.beforeCut.get(from.copy) ?? row.outcome);
    const copy = {...row, outcome};
    this.rows.set(twin.copy, copy);
    this.outcome.log.push(copy);
  }

  /** A further attempt is made. */
  triedAgain(call: Attempt): void {
    const row = this.rows.get(call.copy);
    if (row) row.attempts++;
  }

  /** The attempt is over, and another of its call was before. */
  duplicates(call: Attempt, nowUs: number): void {
    const row = this.rows.get(call.copy);
    if (row) Object.assign(row, {outcome: 'duplicated', endUs: nowUs});
    if (!this.counts(call.calledUs)) return;
    this.outcome.duplicated++;
    this.outcome.functions[call.fn]!.duplicated++;
  }

  /** Nobody knows when it will be over. */
  standsStill(call: Attempt): void {
    const row = this.rows.get(call.copy);
    if (row) row.endUs = Number.NaN;
  }

  /** Its host has failed now, and it does not run again; it began at `startUs`, or would have. */
  loses(call: Attempt, nowUs: number): void {
    const row = this.rows.get(call.copy);
    const {startUs, host, coldUs} = row ?? {startUs: Number.NaN, host: Number.NaN, coldUs: Number.NaN};
    const began = startUs <= nowUs;
    this.undo(call);
    this.untell(call.toldAs);
    this.note({timeUs: nowUs, what: 'lost', fn: call.fn, host});
    const fresh = {...call, isTold: false};
    if (!this.countsCall(fresh)) return;
    this.count(call, 'lost');
    this.row(fresh, {
      startUs: began ? startUs : Number.NaN,
      endUs: began ? nowUs : Number.NaN,
      outcome: 'lost',
      coldUs,
      host,
    });
  }

  /** Work since the last save that a failure has cost. */
  wasted(us: number, nowUs: number): void {
    if (this.counts(nowUs)) this.outcome.lostUs += us;
  }

  /** A call gives its place back until its next slice. */
  stops(call: Attempt, nowUs: number): void {
    const row = this.rows.get(call.copy);
    if (row) row.endUs = nowUs;
  }

  /** A call is tried again. */
  retried(nowUs: number): void {
    if (this.counts(nowUs)) this.outcome.retried++;
  }

  /** A cold start: counted by what it takes, however long it waited before. */
  coldStart(call: Attempt, isFirst: boolean): void {
    if (!this.countsCall(call)) return;
    this.outcome.coldTimesUs.push(call.coldUs);
    if (isFirst) this.outcome.firstStarts++;
    Object.assign(this.toldOf(call), {coldUs: call.coldUs, isFirst});
  }

  /** User code starts at `startUs`; of the delay, `waitedUs` were spent waiting for room or for a start to begin. */
  started(call: Attempt, startUs: number, waitedUs: number): void {
    if (!this.countsCall(call)) return;
    const delayUs = startUs - call.calledUs;
    for (const list of this.delayLists(call)) list.push(delayUs);
    if (waitedUs > 0) this.outcome.queueWaitsUs.push(waitedUs);
    Object.assign(this.toldOf(call), {delayUs, waitedUs});
  }

  stillWaits(call: Attempt): void {
    this.leaves(call, 'stillQueued');
    if (this.countsCall(call)) this.count(call, 'stillQueued');
  }

  /** An instance is destroyed by eviction, by its expiry or by the pre-warming policy, or created by the last. */
  instanceEvent(instance: Instance, what: 'evict' | 'expire' | 'prewarm' | 'trim', nowUs: number): void {
    this.note({timeUs: nowUs, what, fn: instance.fn, host: instance.host});
    if (!this.counts(nowUs)) return;
    if (what === 'evict') this.outcome.evictions++;
    if (what === 'expire') this.outcome.expirations++;
    if (what === 'prewarm') this.outcome.prewarms++;
  }

  /** So much is in use from `nowUs` on. */
  level(slots: number, memoryMib: number, nowUs: number): void {
    this.outcome.levels.push({timeUs: nowUs, slots, memoryMib});
    if (!this.counts(nowUs)) return;
    this.outcome.peakSlots = Math.max(this.outcome.peakSlots, slots);
    this.outcome.peakMemoryMib = Math.max(this.outcome.peakMemoryMib, memoryMib);
  }

  /** Charges the state of the instance that ends now. */
  close(instance: Instance, nowUs: number): void {
    const {state, sinceUs} = instance;
    if (state === 'gone') return;
    if (state === 'idle' || state === 'busy' || state === 'frozen') {
      this.charge(state === 'frozen' ? 'idle' : state, instance, sinceUs, nowUs);
      return;
    }
    const readyUs = Math.min(instance.readyUs, nowUs);
    this.charge('starting', instance, Math.max(sinceUs, Math.min(instance.beginUs, readyUs)), readyUs);
    this.charge('busy', instance, readyUs, nowUs);
  }

  private charge(state: 'busy' | 'idle' | 'starting', instance: Instance, beginUs: number, endUs: number): void {
    const us = Math.min(endUs, this.s.endUs) - Math.max(beginUs, this.s.fromUs);
    if (us <= 0) return;
    this.outcome.slotUs[state] += BigInt(us);
    this.outcome.details[instance.fn]!.slotUs[state] += BigInt(us);
    this.outcome.mibUs[state] += BigInt(us) * BigInt(instance.memoryMib);
  }

  private count(call: OracleCall, what: keyof FunctionTotals, by = 1): void {
    this.outcome[what] += by;
    this.outcome.functions[call.fn]![what] += by;
  }

  private note(decision: Decision): void {
    this.outcome.decisions.push(decision);
  }

  /** What comes back after it has begun counts for nothing. */
  private countsCall({calledUs, isTold, group}: Attempt): boolean {
    return !isTold && !group.isOver && this.counts(calledUs);
  }

  private counts(timeUs: number): boolean {
    return timeUs >= this.s.fromUs && timeUs < this.s.endUs;
  }
}

function without(list: number[], value: number): void {
  list.splice(list.lastIndexOf(value), 1);
}
