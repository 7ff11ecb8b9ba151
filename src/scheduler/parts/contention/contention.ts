import {type ContentionRule, noClass} from '../../../fleet/contention/contention-class.ts';
import {ARRIVAL_US, DURATION_US, NOW_US} from '../../core/at-hand.ts';
import type {CallLog} from '../../core/call-log.ts';
import type {CellSetup} from '../../core/cell-setup.ts';
import type {EventHeap} from '../../core/event-heap.ts';
import {BEGIN, CUT, FINISH, orderOf, sequenceOf} from '../../core/events.ts';
import {FN, HOST, INTS, type Instances} from '../../core/instances.ts';
import type {IsolatedHosts} from '../../core/isolated-hosts.ts';
import type {Timeouts} from '../limits/timeouts.ts';
import {ClassHosts} from './class-hosts.ts';
import {ClassOutcomes} from './class-outcomes.ts';
import {Held} from './held.ts';
import type {RunningCalls} from './running-calls.ts';
import {SharedHost} from './shared-host.ts';
import {SlowedMinutes} from './slowed-minutes.ts';

/** What it works with. */
interface Tools {
  readonly pool: Instances;
  readonly timers: EventHeap;
  readonly atHand: Float64Array;
  /** Set where calls may be cut. */
  readonly timeouts: Timeouts | undefined;
  readonly log: CallLog | undefined;
  /** Set where groups of functions keep their hosts to themselves. */
  readonly isolated: IsolatedHosts | undefined;
  /** The call filed as `row` is over now. */
  readonly over: (row: number, fn: number) => void;
}

/** A cell, as far as it is concerned. */
interface OfCell extends Pick<Tools, 'timers' | 'atHand' | 'timeouts' | 'log'> {
  readonly fleet: Pick<Tools, 'pool' | 'isolated'>;
}

/** What a cell has of it; `over` hears of each call that is over. */
export function contentionOf(cell: OfCell, {contention}: CellSetup, over: Tools['over']): Contention | undefined {
  const {fleet, timers, atHand, timeouts, log} = cell;
  const {pool, isolated} = fleet;
  return contention && new Contention(contention, {pool, isolated, timers, atHand, timeouts, log, over});
}

/**
 * Calls that share the cores of their hosts: how long one takes is known only when it is over. A call is filed under a
 * row, as in the timing wheel, which has nothing then. Hosts keep time with fractions; a call is over at the first whole
 * microsecond at which its work is done.
 */
export class Contention {
  readonly outcomes: ClassOutcomes;
  /** Set where it is asked who would find what neighbours slow down. */
  readonly slowed: SlowedMinutes | undefined;
  /** How many hosts hold each class. */
  readonly classHosts: ClassHosts;
  /** Set where groups of functions keep their hosts to themselves: the cores that they leave idle. */
  readonly held: Held | undefined;
  private readonly setup: ContentionRule;
  private readonly tools: Tools;
  private readonly hosts: (SharedHost | undefined)[] = []; // [host]
  /** When each host's timer fires; later ones are stale. */
  private readonly timerUs: number[] = [];
  /** Calls that are not over yet. */
  running = 0;
  private sequence = 0;
  private usedBeforeUs = 0;
  private strandedBeforeUs: Float64Array; // [class]
  // By row of what is filed.
  private readonly sequences = [new Float64Array(0)];
  private instance = new Int32Array(0);
  private workUs = new Float64Array(0);
  private arrivalUs = new Float64Array(0);
  private beganUs = new Float64Array(0);
  private readonly group: RunningCalls[] = [];

  constructor(setup: ContentionRule, tools: Tools) {
    this.setup = setup;
    this.tools = tools;
    const classes = setup.classes.length + 1;
    this.outcomes = new ClassOutcomes(classes);
    this.slowed = setup.detect && new SlowedMinutes();
    const numbers = setup.classOf.map((its) => (its < 0 ? classes - 1 : its));
    this.classHosts = new ClassHosts(classes, numbers);
    const cpuOf = (fn: number): number => (setup.classes[numbers[fn]!] ?? noClass).cpu;
    this.held = tools.isolated && new Held(setup.cores, tools.isolated, cpuOf, tools.atHand);
    this.strandedBeforeUs = new Float64Array(classes);
  }

  /** The call at hand is filed as `row` and begins at `fromUs`, now or later, in instance `i`. */
  file(row: number, i: number, fromUs: number): void {
    const {atHand, timers, timeouts} = this.tools;
    if (row >= this.workUs.length) this.growTo(row);
    this.instance[row] = i;
    this.workUs[row] = atHand[DURATION_US]!;
    this.arrivalUs[row] = atHand[ARRIVAL_US]!;
    this.beganUs[row] = fromUs;
    this.sequences[0]![row] = ++this.sequence;
    this.running++;
    timeouts?.mark(row, atHand);
    if (fromUs > atHand[NOW_US]!) timers.push(fromUs, orderOf(BEGIN, this.sequence), row);
    else this.begin(row);
  }

  /** A timer fires; false if it is none of these. */
  fires(kind: number, id: number, nowUs: number, order: number): boolean {
    if (kind !== FINISH && kind !== BEGIN && kind !== CUT) return false;
    if (kind === FINISH) this.onHost(id, nowUs);
    // Else the row has another call by now.
    else if (this.sequences[0]![id] === sequenceOf(order)) {
      if (kind === BEGIN) this.beginLater(id, nowUs, order);
      else this.cut(id, nowUs);
    }
    return true;
  }

  /** Core time used in the counted part, us. */
  get coreUs(): number {
    return this.usedUs - this.usedBeforeUs;
  }

  /** The counted part begins at `fromUs`, up to which everything has happened. */
  beginCounting(fromUs: number): void {
    this.outcomes.beginCounting(fromUs);
    this.usedBeforeUs = this.usedUs;
    this.strandedBeforeUs = this.allStrandedUs;
  }

  /** Core time is counted up to `atUs`, up to which everything has happened. */
  advanceAll(atUs: number): void {
    for (const host of this.hosts) host?.advance(atUs);
    this.held?.cores.advance(atUs);
  }

  /**
   * Core time of the counted part that each class left idle while another wanted more than it had, us; classes that are not
   * kept apart from each other stand together under whoever belongs to no class.
   */
  get strandedUs(): Float64Array {
    return this.allStrandedUs.map((us, its) => us - this.strandedBeforeUs[its]!);
  }

  private get allStrandedUs(): Float64Array {
    const {coreGroup, hostGroup} = this.setup.isolation ?? {};
    const groupOf = coreGroup ?? hostGroup;
    const us = new Float64Array(this.outcomes.calls.length);
    if (groupOf === undefined) return us;
    const ofGroup = (group: number): number =>
      this.held === undefined
        ? this.hosts.reduce((sum, host) => sum + (host?.strandedUs[group] ?? 0), 0)
        : (this.held.cores.us[group] ?? 0);
    // Who has cores or hosts to himself is one class; the last of a group stands for all of it.
    for (const [its, group] of groupOf.entries()) if (groupOf.lastIndexOf(group) === its) us[its] = ofGroup(group);
    return us;
  }

  private get usedUs(): number {
    return this.hosts.reduce((sum, host) => sum + (host?.usedUs ?? 0), 0);
  }

  /** The call of that row begins now, unless the start of its instance has been put off. */
  private beginLater(row: number, nowUs: number, order: number): void {
    const i = this.instance[row]!;
    const readyUs = this.tools.pool.readyUs[i]!;
    if (readyUs > nowUs) {
      this.tools.timers.push(readyUs, order, row);
      return;
    }
    this.beganUs[row] = nowUs;
    this.begin(row);
  }

  private begin(row: number): void {
    const {atHand, pool, timeouts, timers} = this.tools;
    const i = this.instance[row]!;
    const limitUs = timeouts?.limitOf(pool.ints[i * INTS + FN]!) ?? Number.POSITIVE_INFINITY;
    if (limitUs < Number.POSITIVE_INFINITY) {
      timers.push(atHand[NOW_US]! + limitUs, orderOf(CUT, this.sequences[0]![row]!), row);
    }
    const number = pool.ints[i * INTS + HOST]!;
    const host = this.hosts[number] ?? this.openHost(number);
    host.advance(atHand[NOW_US]!);
    const life = pool.createdSequence[i]!;
    const its = this.classNumber(pool.ints[i * INTS + FN]!);
    const kind = this.setup.classes[its] ?? noClass;
    this.group[row] = host.add(row, this.sequences[0]![row]!, kind, its, life, this.workUs[row]!);
    this.setTimer(number, host);
  }

  private openHost(number: number): SharedHost {
    const {cores, isolation} = this.setup;
    const host = new SharedHost(cores, this.sequences, {...isolation, classes: this.outcomes.calls.length});
    if (this.held !== undefined) host.told = this.held.listenTo(number);
    this.hosts[number] = host;
    return host;
  }

  private onHost(number: number, nowUs: number): void {
    if (this.timerUs[number] !== nowUs) return;
    this.timerUs[number] = Number.POSITIVE_INFINITY;
    const host = this.hosts[number]!;
    host.advance(nowUs);
    for (let row = host.takeOver(); row !== -1; row = host.takeOver()) {
      this.tools.timeouts?.take(row);
      this.end(row, nowUs);
    }
    this.setTimer(number, host);
  }

  /** The call of that row has run for as long as it may. */
  private cut(row: number, nowUs: number): void {
    const number = this.tools.pool.ints[this.instance[row]! * INTS + HOST]!;
    const host = this.hosts[number]!;
    host.advance(nowUs);
    host.leave(this.group[row]!);
    this.tools.log?.isCut(row);
    this.end(row, nowUs, true);
    this.setTimer(number, host);
  }

  /** The call of that row is no more. */
  forget(row: number, nowUs: number): void {
    const number = this.tools.pool.ints[this.instance[row]! * INTS + HOST]!;
    const host = this.hosts[number];
    if (host !== undefined && this.beganUs[row]! <= nowUs) {
      host.advance(nowUs);
      this.sequences[0]![row] = Number.NaN;
      host.leave(this.group[row]!);
      this.setTimer(number, host);
    }
    this.sequences[0]![row] = Number.NaN;
    this.running--;
  }

  private end(row: number, nowUs: number, isCut = false): void {
    this.sequences[0]![row] = Number.NaN;
    this.running--;
    const fn = this.tools.pool.ints[this.instance[row]! * INTS + FN]!;
    const arrivalUs = this.arrivalUs[row]!;
    const [workUs, serviceUs] = [this.workUs[row]!, nowUs - this.beganUs[row]!];
    this.outcomes.ended(this.classNumber(fn), arrivalUs, workUs, serviceUs, nowUs);
    if (!isCut) this.slowed?.ended(fn, workUs, serviceUs, nowUs);
    this.tools.over(row, fn);
  }

  /** A timer that comes too early is set anew when it fires. */
  private setTimer(number: number, host: SharedHost): void {
    const atUs = Math.max(this.tools.atHand[NOW_US]!, Math.ceil(host.nextUs - 1e-3));
    if (host.nextUs === Number.POSITIVE_INFINITY || atUs >= (this.timerUs[number] ?? Number.POSITIVE_INFINITY)) return;
    this.timerUs[number] = atUs;
    this.tools.timers.push(atUs, orderOf(FINISH, number), number);
  }

  /** That of whoever has none is the last. */
  private classNumber(fn: number): number {
    const number = this.setup.classOf[fn]!;
    return number < 0 ? this.setup.classes.length : number;
  }

  private growTo(row: number): void {
    const capacity = Math.max(1024, 2 * (row + 1));
    const larger = (column: Float64Array, filled = 0) => {
      const made = new Float64Array(capacity).fill(filled);
      made.set(column);
      return made;
    };
    this.sequences[0] = larger(this.sequences[0]!, Number.NaN);
    this.workUs = larger(this.workUs);
    this.arrivalUs = larger(this.arrivalUs);
    this.beganUs = larger(this.beganUs);
    this.instance = Int32Array.from({length: capacity}, (_, k) => this.instance[k] ?? 0);
  }
}
