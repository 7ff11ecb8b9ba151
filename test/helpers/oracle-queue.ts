import type {OracleCall} from './oracle-types.ts';

/** What an order knows of a function. */
export interface OracleClass {
  readonly team: number;
  readonly weight: number;
  readonly priority: number;
  readonly deadlineUs: number;
  readonly value: number;
  readonly halfLifeUs: number;
  readonly costUs: number;
}

/** A strict order with its parameters, as they are written. */
export type OracleOrder =
  | {readonly name: 'warm-first' | 'fifo' | 'lifo' | 'priority' | 'sfq' | 'drf'}
  | {readonly name: 'edf'; readonly expired: 'drop' | 'keep'}
  | {readonly name: 'value'; readonly cost: number}
  | {readonly name: 'drr'; readonly quantumUs: number}
  | {readonly name: 'mqfq-sticky'; readonly tUs: number; readonly keep: number};

/** All orders but the one of first come, first served where it has room. */
export const strictOrders: readonly OracleOrder['name'][] = [
  'fifo',
  'lifo',
  'priority',
  'edf',
  'value',
  'drr',
  'sfq',
  'mqfq-sticky',
  'drf',
];

export interface OracleQueueRules {
  readonly order: OracleOrder;
  readonly coalesce: boolean;
  readonly classes: readonly OracleClass[]; // [function]
}

interface Fleet {
  /** Room of the whole fleet. */
  readonly slots: number;
  readonly memoryMib: number;
  readonly memoryOf: readonly number[]; // [function]
  hasIdle(fn: number): boolean;
  /** False: limits of its own hold the call back, and nobody waits for it. */
  mayGo(call: OracleCall): boolean;
}

/** A waiting call; its tag is given by the queue. */
interface Waiting extends OracleCall {
  tag?: number;
}

/** Who goes first, by the definition of each order: everything is looked at anew each time. */
export class OracleQueue<Call extends Waiting> {
  private readonly rules: OracleQueueRules;
  private readonly fleet: Fleet;
  /** Those that wait, in the order of their places. */
  private readonly waiting: readonly Call[];
  private readonly finishTag: number[]; // [team]
  private virtual = 0;
  private readonly inFlight: number[] = []; // functions
  // Deficit round robin: teams in their turns, the first one's turn it is.
  private turns: Turn[] = [];
  private readonly calledUs: number[] = []; // [function]
  private readonly gapUs: number[] = []; // [function]

  constructor(rules: OracleQueueRules, waiting: readonly Call[], fleet: Fleet) {
    this.rules = rules;
    this.waiting = waiting;
    this.fleet = fleet;
    this.finishTag = rules.classes.map(() => 0);
  }

  /** A call arrives. */
  called(fn: number, nowUs: number): void {
    const before = this.calledUs[fn];
    this.calledUs[fn] = nowUs;
    if (before === undefined) return;
    const gap = nowUs - before;
    this.gapUs[fn] = this.gapUs[fn] === undefined ? gap : this.gapUs[fn]! + 0.1 * (gap - this.gapUs[fn]!);
  }

  /** For how long what is idle is held for its own function. */
  holdUs(fn: number): number {
    const {order} = this.rules;
    if (order.name !== 'mqfq-sticky' || this.gapUs[fn] === undefined) return 0;
    return Math.floor(Math.min(order.tUs, order.keep * this.gapUs[fn]!));
  }

  /** `call` has come to wait. */
  added(call: Call): void {
    const {team, deadlineUs} = this.classOf(call);
    call.tag = this.rules.order.name === 'edf' ? call.arrivalUs + deadlineUs : this.tagOf(call.fn);
    if (!this.turns.some((turn) => turn.team === team)) this.turns.push({team, deficit: 0, granted: false});
  }

  /** `call` gets an instance; it is still waiting, or never was. */
  begins(call: Call): void {
    const {order} = this.rules;
    const waits = this.waiting.includes(call);
    const tag = waits ? call.tag! : this.tagOf(call.fn);
    const least = Math.min(...this.waiting.filter((other) => this.fleet.mayGo(other)).map((other) => other.tag!));
    this.virtual = Math.max(this.virtual, order.name === 'mqfq-sticky' ? Math.min(tag, least) : tag);
    this.inFlight.push(call.fn);
    const {team, costUs} = this.classOf(call);
    if (waits && order.name === 'drr') {
      const {call: inTurn, turns} = this.inTurn(order.quantumUs);
      if (inTurn === call) this.turns = turns;
    }
    if (waits) this.turns.find((turn) => turn.team === team)!.deficit -= costUs;
  }

  /** `newer` takes the place of a call that waits. */
  replaced(older: Call, newer: Call): void {
    newer.tag = older.tag!;
  }

  /** A call has left. */
  removed(call: Call): void {
    const {team} = this.classOf(call);
    if (this.waiting.some((other) => this.classOf(other).team === team)) return;
    this.turns.splice(
      this.turns.findIndex((turn) => turn.team === team),
      1,
    );
  }

  ended(fn: number): void {
    this.inFlight.splice(this.inFlight.indexOf(fn), 1);
  }

  /** The longest wait of calls of `fn` by the order itself, and what they end as. */
  limit(fn: number): {readonly afterUs: number; readonly as: 'expired' | 'shed'} {
    const {order} = this.rules;
    const {deadlineUs, value, halfLifeUs} = this.rules.classes[fn]!;
    const never = Number.POSITIVE_INFINITY;
    if (order.name === 'edf') return {afterUs: order.expired === 'drop' ? deadlineUs : never, as: 'expired'};
    if (order.name !== 'value') return {afterUs: never, as: 'shed'};
    if (value < order.cost) return {afterUs: -1, as: 'shed'};
    const halvings = order.cost === 0 ? never : Math.log2(value / order.cost);
    return {afterUs: halfLifeUs === never ? never : halvings * halfLifeUs, as: 'shed'};
  }

  first(nowUs: number): Call | undefined {
    const waiting = this.waiting.filter((call) => this.fleet.mayGo(call));
    if (waiting.length === 0) return undefined;
    const least = (key: (call: Call) => number) =>
      waiting.reduce((best, call) => (key(call) < key(best) ? call : best));
    const {order} = this.rules;
    switch (order.name) {
      case 'fifo':
      case 'warm-first':
        return waiting[0];
      case 'lifo':
        return waiting.at(-1);
      case 'priority':
        return least((call) => this.classOf(call).priority);
      case 'edf':
        return least((call) => call.tag!);
      case 'value':
        return this.steepestOf(waiting, nowUs);
      case 'sfq':
        return least((call) => call.tag!);
      case 'drf':
        return least((call) => this.dominantShare(this.classOf(call)));
      case 'drr':
        return this.inTurn(order.quantumUs).call;
      case 'mqfq-sticky': {
        const first = least((call) => call.tag!);
        const warm = waiting.filter((call) => this.fleet.hasIdle(call.fn) && call.tag! <= first.tag! + order.tUs);
        return warm.length === 0 ? first : warm.reduce((best, call) => (call.tag! < best.tag! ? call : best));
      }
    }
  }

  /** Who takes an instance of `fn` that is free. */
  ofFunction(fn: number, nowUs: number): Call | undefined {
    const {order} = this.rules;
    if (order.name === 'warm-first') return this.waiting.find((call) => call.fn === fn && this.fleet.mayGo(call));
    const first = this.first(nowUs);
    if (order.name !== 'mqfq-sticky') return first?.fn === fn ? first : undefined;
    const own = this.waiting.find((call) => call.fn === fn && this.fleet.mayGo(call));
    const least = Math.min(...this.waiting.filter((call) => this.fleet.mayGo(call)).map((call) => call.tag!));
    return own !== undefined && own.tag! <= least + order.tUs ? own : undefined;
  }

  /** Of the waiting calls of `fn`, the one that goes first. */
  head(fn: number, nowUs: number): Call | undefined {
    const own = this.waiting.filter((call) => call.fn === fn);
    const {name} = this.rules.order;
    if (name === 'lifo') return own.at(-1);
    if (name !== 'value' || own.length === 0) return own[0];
    return this.steepestOf(own, nowUs);
  }

  private classOf({fn}: Call): OracleClass {
    return this.rules.classes[fn]!;
  }

  private tagOf(fn: number): number {
    const {team, weight, costUs} = this.rules.classes[fn]!;
    const start = Math.max(this.virtual, this.finishTag[team]!);
    this.finishTag[team] = start + costUs / weight;
    return start;
  }

  /** The call that loses most; equal losses by arrival. */
  private steepestOf(calls: readonly Call[], nowUs: number): Call {
    const loss = (call: Call) => {
      const {value, halfLifeUs, costUs} = this.classOf(call);
      if (halfLifeUs === Number.POSITIVE_INFINITY) return 0;
      return (value * 2 ** (-(nowUs - call.arrivalUs) / halfLifeUs)) / halfLifeUs / costUs;
    };
    return calls.reduce((best, call) => (loss(call) > loss(best) ? call : best));
  }

  private dominantShare({team, weight}: OracleClass): number {
    const {slots, memoryMib, memoryOf} = this.fleet;
    const held = this.inFlight.filter((fn) => this.rules.classes[fn]!.team === team);
    const mib = held.reduce((sum, fn) => sum + memoryOf[fn]!, 0);
    return Math.max(held.length / slots, mib / memoryMib) / weight;
  }

  /** Who can pay first, turn by turn, and how turns stand then. */
  private inTurn(quantumUs: number): {readonly call: Call; readonly turns: Turn[]} {
    const turns = this.turns.map((turn) => ({...turn}));
    for (;;) {
      const turn = turns[0]!;
      const {weight} = this.rules.classes.find(({team}) => team === turn.team)!;
      if (!turn.granted) turn.deficit += quantumUs * weight;
      turn.granted = true;
      const call = this.waiting.find((other) => this.classOf(other).team === turn.team && this.fleet.mayGo(other));
      if (call !== undefined && this.classOf(call).costUs <= turn.deficit) return {call, turns};
      turn.granted = false;
      turns.push(turns.shift()!);
    }
  }
}

/** Deficit round robin: what a team may spend, and whether this turn's quantum is in it. */
interface Turn {
  readonly team: number;
  deficit: number;
  granted: boolean;
}
