import {type ChildProcess, fork} from 'node:child_process';
import {fileURLToPath} from 'node:url';

/** A call that is to be made, and what became of it. Times in microseconds since the pool began. */
export interface PoolCall {
  readonly fn: number;
  readonly dueUs: number;
  readonly durationUs: number;
  arrivedUs: number;
  cold: boolean;
  queued: boolean;
  /** How long its instance took to start; NaN: it was warm, or the start was not over at the end. */
  coldUs: number;
  /** When its instance began to serve it, and how long that took; NaN: not by the end. */
  sentUs: number;
  busyUs: number;
}

interface Instance {
  readonly fn: number;
  readonly process: ChildProcess;
  readonly bornUs: number;
  readyUs: number;
  busyUs: number;
  idleSinceUs: number;
  goneUs: number;
  call: PoolCall | undefined;
  expiry: NodeJS.Timeout | undefined;
}

/** What a pool did. */
export interface PoolRecord {
  readonly calls: readonly PoolCall[];
  readonly peak: number;
  readonly evictions: number;
  readonly startingUs: number;
  readonly idleUs: number;
  readonly busyUs: number;
}

interface PoolTerms {
  readonly slots: number;
  readonly ttlUs: number;
  readonly spanUs: number;
  /** Work of a start, by function. */
  readonly roundsOf: (fn: number) => number;
}

/**
 * A pool of real processes, in real time, by the rules of DESIGN section 6: an idle instance of the function serves, the one used
 * last; else a slot is taken, of what has been idle for longest where none is free; else the call waits in one line, of which
 * those of a function whose instance frees go first. What happens has the time at which the pool came to know of it.
 */
export class RealPool {
  private readonly terms: PoolTerms;
  private readonly startedUs = clockUs();
  private readonly alive = new Set<Instance>();
  private readonly gone: Instance[] = [];
  private readonly idle = new Map<number, Instance[]>();
  private readonly queue: PoolCall[] = [];
  private readonly calls: PoolCall[] = [];
  private nowUs = 0;
  private peak = 0;
  private evictions = 0;
  private over = false;

  constructor(terms: PoolTerms) {
    this.terms = terms;
  }

  /** Plays the calls, in order of time, until the span is over. */
  async play(calls: readonly PoolCall[]): Promise<PoolRecord> {
    const {spanUs} = this.terms;
    let next = 0;
    const sinceUs = () => clockUs() - this.startedUs;
    await new Promise<void>((done) => {
      const pump = (): void => {
        while (next < calls.length && calls[next]!.dueUs <= sinceUs()) this.on(() => this.arrive(calls[next++]!));
        const untilUs = next < calls.length ? calls[next]!.dueUs : spanUs;
        if (sinceUs() < spanUs) setTimeout(pump, Math.max(0, Math.ceil((untilUs - sinceUs()) / 1000)));
        else done();
      };
      pump();
    });
    this.over = true;
    for (const one of [...this.alive]) this.destroy(one, spanUs);
    return this.record();
  }

  private record(): PoolRecord {
    const {spanUs} = this.terms;
    const sums = {startingUs: 0, idleUs: 0, busyUs: 0};
    for (const {bornUs, readyUs, busyUs, goneUs, call} of this.gone) {
      const startedUs = Number.isNaN(readyUs) ? spanUs : readyUs;
      const servingUs = busyUs + (call === undefined || Number.isNaN(call.sentUs) ? 0 : spanUs - call.sentUs);
      sums.startingUs += startedUs - bornUs;
      sums.busyUs += servingUs;
      sums.idleUs += goneUs - startedUs - servingUs;
    }
    return {calls: this.calls, peak: this.peak, evictions: this.evictions, ...sums};
  }

  /** Something happens: it has one time, later than all before, and what is overdue by then has happened. */
  private on(handle: () => void): void {
    if (this.over) return;
    this.nowUs = Math.max(this.nowUs + 1, clockUs() - this.startedUs);
    for (const one of [...this.alive]) {
      if (one.idleSinceUs + this.terms.ttlUs <= this.nowUs) this.destroy(one, this.nowUs);
    }
    handle();
    this.dispatch();
  }

  private arrive(call: PoolCall): void {
    call.arrivedUs = this.nowUs;
    this.calls.push(call);
    const own = this.idle.get(call.fn)?.at(-1);
    if (own !== undefined) this.serve(own, call);
    else if (this.queue.length === 0 && this.makesRoom()) this.open(call);
    else {
      call.queued = true;
      this.queue.push(call);
    }
  }

  private dispatch(): void {
    while (this.queue.length > 0 && this.makesRoom()) this.open(this.queue.shift()!);
  }

  /** A slot is free, if need be because what has been idle for longest goes. */
  private makesRoom(): boolean {
    if (this.alive.size < this.terms.slots) return true;
    let oldest: Instance | undefined;
    for (const one of this.alive) if (one.idleSinceUs < (oldest?.idleSinceUs ?? Number.POSITIVE_INFINITY)) oldest = one;
    if (oldest === undefined) return false;
    this.evictions++;
    this.destroy(oldest, this.nowUs);
    return true;
  }

  private open(call: PoolCall): void {
    call.cold = true;
    const args = [String(this.terms.roundsOf(call.fn))];
    const child = fork(fileURLToPath(new URL('instance.js', import.meta.url)), args, {execArgv: [], stdio: 'ignore'});
    const one: Instance = {
      ...{fn: call.fn, process: child, bornUs: this.nowUs, readyUs: Number.NaN, busyUs: 0, goneUs: Number.NaN},
      ...{idleSinceUs: Number.POSITIVE_INFINITY, call, expiry: undefined},
    };
    this.alive.add(one);
    this.peak = Math.max(this.peak, this.alive.size);
    child.on('message', (message: {ready?: number}) => {
      if (this.alive.has(one)) this.on(() => (message.ready === undefined ? this.served(one) : this.ready(one)));
    });
  }

  private ready(one: Instance): void {
    one.readyUs = this.nowUs;
    one.call!.coldUs = this.nowUs - one.bornUs;
    this.serve(one, one.call!);
  }

  private serve(one: Instance, call: PoolCall): void {
    clearTimeout(one.expiry);
    const stack = this.idle.get(one.fn) ?? [];
    if (stack.includes(one)) stack.splice(stack.indexOf(one), 1);
    one.idleSinceUs = Number.POSITIVE_INFINITY;
    one.call = call;
    call.sentUs = this.nowUs;
    one.process.send({ms: call.durationUs / 1000});
  }

  private served(one: Instance): void {
    const call = one.call!;
    call.busyUs = this.nowUs - call.sentUs;
    one.busyUs += call.busyUs;
    one.call = undefined;
    const waiting = this.queue.findIndex(({fn}) => fn === one.fn);
    if (waiting >= 0) {
      this.serve(one, this.queue.splice(waiting, 1)[0]!);
      return;
    }
    one.idleSinceUs = this.nowUs;
    this.idle.set(one.fn, [...(this.idle.get(one.fn) ?? []), one]);
    one.expiry = setTimeout(() => this.on(() => {}), Math.ceil(this.terms.ttlUs / 1000));
  }

  private destroy(one: Instance, atUs: number): void {
    clearTimeout(one.expiry);
    const stack = this.idle.get(one.fn) ?? [];
    if (stack.includes(one)) stack.splice(stack.indexOf(one), 1);
    one.goneUs = atUs;
    one.idleSinceUs = Number.POSITIVE_INFINITY;
    this.alive.delete(one);
    this.gone.push(one);
    one.process.kill('SIGKILL');
  }
}

function clockUs(): number {
  return Number(process.hrtime.bigint() / 1000n);
}
