import {QuantileSketch} from '../../../base/sketch.ts';
import {ARRIVAL_US, CALL, NOW_US} from '../../core/at-hand.ts';
import {ticketOf} from '../../core/attempts.ts';
import {type Instances, NONE} from '../../core/instances.ts';
import * as job from '../attempts/job-fields.ts';
import type {Jobs} from '../attempts/jobs.ts';
import {Bindings} from './bindings.ts';
import type {SessionOutcome} from './session-outcome.ts';
import type {Numbers, SessionRule} from './session-rule.ts';
import {SessionStates} from './session-states.ts';
import {World} from './world.ts';

/** What it works with. */
interface Parts {
  readonly pool: Instances;
  readonly atHand: Float64Array;
  readonly jobs: Jobs | undefined;
}

/**
 * Calls that belong to sessions: which instance they go to, what they do with state while they run, and what is lost with an
 * instance. A call is known by its number, at hand as CALL, until it is filed, and then by what it is filed as.
 */
export class Sessions {
  private readonly rule: SessionRule;
  private readonly parts: Parts;
  private readonly bindings: Bindings | undefined;
  private readonly states: SessionStates;
  private readonly world: World | undefined;
  private readonly actionUs: {sketch: QuantileSketch; late: number} = {sketch: new QuantileSketch(), late: 0};
  private countedFromUs = 0;
  /** The call filed as each number, and the rows of its session and its binding; NONE: it has none. [instance or call] */
  private call = new Int32Array(1024).fill(NONE);
  private arrivalUs = new Float64Array(1024);
  /** Rows of the sessions and bindings of calls that have come and are not over, by the numbers of calls. */
  private readonly open = new Map<number, {readonly state: number; readonly binding: number}>();

  constructor(rule: SessionRule, parts: Parts) {
    this.rule = rule;
    this.parts = parts;
    const {terms} = rule;
    this.bindings = terms.routing.by === 'any' ? undefined : new Bindings(rule);
    this.states = new SessionStates(terms.state, terms.passivateUs);
    this.world = terms.world && new World(terms.world, rule.seed);
  }

  /** The call at hand, of `fn`, arrives: the function whose instances are to serve it. */
  arrives(fn: number): number {
    const {rule, parts, bindings} = this;
    const nowUs = parts.atHand[NOW_US]!;
    const call = parts.atHand[CALL]!;
    this.states.letGo(nowUs);
    bindings?.letGo(nowUs);
    const session = numberOf(rule.session, fn, call);
    const binds = bindings?.binds(fn) === true;
    if (session === NONE) return binds ? bindings!.next(fn) : fn;
    const state = this.states.comes(fn, session);
    if (!binds) {
      this.open.set(call, {state, binding: NONE});
      return fn;
    }
    const room = numberOf(rule.room, fn, call);
    // Who is in no room is alone in one.
    const key = room === NONE ? session : room;
    const binding = bindings!.comes(fn, rule.room !== undefined && room === NONE ? key + ALONE : key);
    this.open.set(call, {state, binding});
    return bindings!.functionOf(binding);
  }

  /** Instance `i` is given the call at hand: for how long it is busy with state besides. */
  begins(i: number): number {
    const {pool, atHand} = this.parts;
    const number = pool.createdSequence[i]!;
    const us = this.world?.read(i, number, atHand[NOW_US]!) ?? 0;
    const open = this.open.get(atHand[CALL]!);
    return open === undefined ? us : us + this.states.begins(open.state, number);
  }

  /** The call at hand is filed as `id`. */
  filed(id: number): void {
    const {atHand, jobs} = this.parts;
    const arrivalUs = atHand[ARRIVAL_US]!;
    if (id >= this.call.length) this.grow(id);
    this.call[id] = atHand[CALL]!;
    this.arrivalUs[id] = arrivalUs < 0 ? jobs!.kept[ticketOf(arrivalUs) * job.FIELDS + job.ARRIVAL_US]! : arrivalUs;
  }

  /** The call filed as `id` is over. */
  ends(id: number): void {
    const nowUs = this.parts.atHand[NOW_US]!;
    const open = this.open.get(this.call[id]!);
    const {networkUs, budgetUs} = this.rule.terms;
    if (this.arrivalUs[id]! >= this.countedFromUs) {
      const us = nowUs - this.arrivalUs[id]! + networkUs;
      this.actionUs.sketch.add(us);
      if (us > budgetUs) this.actionUs.late++;
    }
    if (open !== undefined) this.states.ends(open.state, nowUs);
    this.close(this.call[id]!);
  }

  /** The instance of the call filed as `id` is no more: it is the call at hand, and may come again. */
  isCut(id: number): void {
    this.parts.atHand[CALL] = this.call[id]!;
  }

  /** The call at hand does not come again. */
  isLost(): void {
    this.close(this.parts.atHand[CALL]!);
  }

  private close(call: number): void {
    const open = this.open.get(call);
    if (open === undefined) return;
    this.open.delete(call);
    const nowUs = this.parts.atHand[NOW_US]!;
    this.states.goes(open.state, nowUs);
    if (open.binding !== NONE) this.bindings!.goes(open.binding, nowUs);
  }

  /** Instance `i` is no more. */
  lose(i: number): void {
    const nowUs = this.parts.atHand[NOW_US]!;
    this.states.letGo(nowUs);
    this.states.lose(this.parts.pool.createdSequence[i]!, nowUs);
  }

  /** For so long nobody knows that an instance is no more. */
  get detectUs(): number {
    return this.rule.terms.detectUs;
  }

  beginCounting(fromUs: number): void {
    this.countedFromUs = fromUs;
    this.actionUs.sketch = new QuantileSketch();
    this.actionUs.late = 0;
    this.states.settle(fromUs);
    this.states.beginCounting();
    this.bindings?.beginCounting();
    this.world?.beginCounting();
  }

  /** The run is over. */
  settle(endUs: number): void {
    this.states.settle(endUs);
  }

  /** What actions took that are over, from arrival to end with the network. */
  get actionTimes(): QuantileSketch {
    return this.actionUs.sketch;
  }

  /** What came of sessions up to now, in which each function was busy for so long. */
  outcome(busyUs: Float64Array, nowUs: number): SessionOutcome {
    const {actionUs, bindings, world, states, rule} = this;
    return {
      sessions: states.sessions,
      actionUs: actionUs.sketch.toJSON(),
      late: actionUs.late,
      counts: {...states.counts},
      spreads: (bindings?.spreads ?? []).map(({fn, seats, most, mostInOne}) => {
        const own = Array.from(
          {length: seats},
          (_, seat) => busyUs[seat === 0 ? fn : rule.secondSeat[fn]! + seat - 1]!,
        );
        return {fn, seats, most, mostInOne, busyUs: own.reduce((sum, us) => sum + us, 0), busiestUs: Math.max(...own)};
      }),
      world: world && {
        staleUs: world.staleness.toJSON(),
        fetches: world.fetches,
        updates: world.updates(this.countedFromUs, nowUs),
      },
    };
  }

  private grow(id: number): void {
    const call = new Int32Array(2 * (id + 1)).fill(NONE);
    call.set(this.call);
    this.call = call;
    const arrivalUs = new Float64Array(call.length);
    arrivalUs.set(this.arrivalUs);
    this.arrivalUs = arrivalUs;
  }
}

/** Keeps sessions that are in no room apart from rooms. */
const ALONE = 2 ** 31;

/** The session or room of call `call`, of `fn`. */
function numberOf(numbers: Numbers | undefined, fn: number, call: number): number {
  return numbers === undefined ? NONE : numbers.words[2 * (call + numbers.offset[fn]!)]!;
}
