import {type ContentionClass, pressures} from '../../../fleet/contention/contention-class.ts';
import type {Isolation} from '../../../fleet/contention/isolation.ts';
import {RunningCalls} from './running-calls.ts';
import {strandedOf} from './stranded.ts';

/** What keeps the classes of a host apart, as the host needs it. */
export type HostIsolation = Pick<Isolation, 'coreGroup' | 'coresOf' | 'splitsCache'> & {readonly classes: number};

/** Which pressure the cache is. */
const CACHE = pressures.indexOf('cache');

/** Less than a call can notice, more than sums of doubles are off by over a year, us. */
const SLACK_US = 1e-3;

/**
 * One host whose running calls share its cores and slow each other down: the cores' share of each is
 * min(1, cores / cores wanted), its speed that share over 1 + sum of sensitivity x what all others press with
 * (METHODS E2). Speeds are worked out anew whenever a call comes or goes, at times with fractions. Knows no instances.
 */
export class SharedHost {
  /** Cores of each group of classes; one group where all share all. */
  private readonly cores: Float64Array; // [group]
  private readonly isolation: HostIsolation;
  private readonly running: RunningCalls[] = [];
  private readonly sequenceOf: Float64Array[];
  private atUs = 0;
  /** When something happens next if nobody comes, us; Infinity: nothing does. */
  nextUs = Number.POSITIVE_INFINITY;
  /** Calls that are over and that nobody has taken yet, in the order in which they ended. */
  private readonly over: number[] = [];
  private taken = 0;
  /** What all running calls press with; scratch. */
  private readonly pressed = new Float64Array(pressures.length);
  /** What the calls of each class press on the cache with; scratch, where the cache is split. */
  private readonly pressedOf: Float64Array; // [class]
  /** Cores that each group wants, and the share of them that its calls have; scratch. */
  private readonly wanted: Float64Array; // [group]
  private readonly share: Float64Array; // [group]
  // Of groups that have cores to themselves: idle ones, calls' cores beyond them, and what is stranded.
  private readonly idle: Float64Array; // [group]
  private readonly wanting: Float64Array; // [group]
  private readonly stranding: Float64Array; // [group] cores, now
  /** Core time that each group has left idle while another group of this host wanted more than it has, us. */
  readonly strandedUs: Float64Array; // [group]
  /** Core time used, us. */
  usedUs = 0;
  /** Told how many cores are in use from then on, and how many more are wanted. */
  told: ((busy: number, wanting: number, atUs: number) => void) | undefined;

  constructor(cores: number, sequenceOf: Float64Array[], isolation: HostIsolation = {classes: 1}) {
    this.cores = isolation.coresOf ?? Float64Array.of(cores);
    this.isolation = isolation;
    this.sequenceOf = sequenceOf;
    const groups = this.cores.length;
    this.wanted = new Float64Array(groups);
    this.share = new Float64Array(groups);
    this.idle = new Float64Array(groups);
    this.wanting = new Float64Array(groups);
    this.stranding = new Float64Array(groups);
    this.strandedUs = new Float64Array(groups);
    this.pressedOf = new Float64Array(isolation.splitsCache ? isolation.classes : 0);
  }

  /** A call of that class in that instance begins at `nowUs`, up to which the host has come. */
  add(
    row: number,
    sequence: number,
    kind: ContentionClass,
    its: number,
    instance: number,
    workUs: number,
  ): RunningCalls {
    const own = kind.quotaUs < Number.POSITIVE_INFINITY ? instance : -1;
    let group = this.running.find((each) => each.kind === kind && each.instance === own);
    if (group === undefined) {
      group = new RunningCalls(kind, its, own, this.sequenceOf);
      group.period = Math.floor(this.atUs / kind.periodUs);
      this.running.push(group);
    }
    group.add(row, sequence, workUs);
    this.changed();
    return group;
  }

  /** A call of `group` is taken away at the time up to which the host has come. */
  leave(group: RunningCalls): void {
    group.leave();
    this.changed();
  }

  /** Everything up to `untilUs` happens. */
  advance(untilUs: number): void {
    while (this.nextUs <= untilUs + SLACK_US) {
      this.move(Math.max(this.atUs, this.nextUs));
      this.endCalls();
      this.changed();
    }
    if (untilUs > this.atUs) this.move(untilUs);
  }

  /** The next call that is over, or -1. */
  takeOver(): number {
    if (this.taken === this.over.length) {
      this.over.length = 0;
      this.taken = 0;
      return -1;
    }
    return this.over[this.taken++]!;
  }

  /** Time passes in which nobody comes or goes. */
  private move(toUs: number): void {
    const passedUs = toUs - this.atUs;
    this.atUs = toUs;
    for (const group of this.running) {
      const workUs = group.speed * passedUs;
      const cpuUs = workUs * group.count * group.kind.cpu;
      group.doneUs += workUs;
      group.usedUs += cpuUs;
      this.usedUs += cpuUs;
    }
    for (let k = 0; k < this.strandedUs.length; k++) this.strandedUs[k]! += this.stranding[k]! * passedUs;
  }

  /** Less time than this clock can tell apart, which ticks the more coarsely the later it is. */
  private get tickUs(): number {
    return Math.max(SLACK_US * 1e-3, this.atUs * 2 ** -50);
  }

  private endCalls(): void {
    for (const group of this.running) {
      // What is left then is less than the clock can tell: at such a speed it takes no time.
      const slackUs = 1e-9 + group.speed * this.tickUs;
      for (let row = group.take(slackUs); row !== -1; row = group.take(slackUs)) this.over.push(row);
    }
  }

  /** Somebody came or went, a quota is used up or a period begins: speeds, and what happens next. */
  private changed(): void {
    const {pressed, pressedOf, wanted, share} = this;
    const {coreGroup} = this.isolation;
    wanted.fill(0);
    pressed.fill(0);
    pressedOf.fill(0);
    for (let g = this.running.length - 1; g >= 0; g--) {
      const group = this.running[g]!;
      this.checkQuota(group);
      if (group.count === 0 && group.usedUs === 0) {
        this.running.splice(g, 1);
        continue;
      }
      if (group.stalled) continue;
      wanted[coreGroup === undefined ? 0 : coreGroup[group.its]!]! += group.count * group.kind.cpu;
      for (let k = 0; k < pressed.length; k++) pressed[k]! += group.kind.pressure[k]! * group.count;
      if (pressedOf.length > 0) pressedOf[group.its]! += group.kind.pressure[CACHE]! * group.count;
    }
    for (let k = 0; k < wanted.length; k++) share[k] = Math.min(1, this.cores[k]! / wanted[k]!);
    if (wanted.length > 1 || this.told !== undefined) this.measure();
    this.nextUs = Number.POSITIVE_INFINITY;
    for (const group of this.running) {
      if (pressedOf.length > 0) pressed[CACHE] = pressedOf[group.its]!;
      const own = share[coreGroup === undefined ? 0 : coreGroup[group.its]!]!;
      group.speed = group.stalled || group.count === 0 ? 0 : own / (1 + felt(group.kind, pressed));
      this.nextUs = Math.min(this.nextUs, this.nextOf(group));
    }
  }

  /** Which cores stand idle from now on, and which are wanted. */
  private measure(): void {
    const {cores, wanted, idle, wanting} = this;
    let [busy, more] = [0, 0];
    for (let k = 0; k < cores.length; k++) {
      idle[k] = Math.max(0, cores[k]! - wanted[k]!);
      wanting[k] = Math.max(0, wanted[k]! - cores[k]!);
      busy += cores[k]! - idle[k]!;
      more += wanting[k]!;
    }
    if (cores.length > 1) strandedOf(idle, wanting, this.stranding);
    this.told?.(busy, more, this.atUs);
  }

  private checkQuota(group: RunningCalls): void {
    const {quotaUs, periodUs} = group.kind;
    if (quotaUs === Number.POSITIVE_INFINITY) {
      // Only quotas are counted.
      group.usedUs = 0;
      if (group.count === 0) group.doneUs = 0;
      return;
    }
    const period = Math.floor((this.atUs + SLACK_US) / periodUs);
    if (period !== group.period) {
      group.period = period;
      group.usedUs = 0;
    }
    group.stalled = group.usedUs >= quotaUs - 1e-6 - group.count * group.kind.cpu * group.speed * this.tickUs;
  }

  private nextOf({kind, count, speed, stalled, usedUs, period, leastUs}: RunningCalls): number {
    const {quotaUs, periodUs, cpu} = kind;
    const periodEndUs = quotaUs === Number.POSITIVE_INFINITY ? Number.POSITIVE_INFINITY : (period + 1) * periodUs;
    if (stalled || count === 0) return periodEndUs;
    const endUs = this.atUs + leastUs / speed;
    const spentUs = quotaUs === Number.POSITIVE_INFINITY ? quotaUs : (quotaUs - usedUs) / (count * cpu * speed);
    return Math.min(endUs, this.atUs + spentUs, periodEndUs);
  }
}

/** How much longer a call of that class takes for what its neighbours press with, itself left out. */
function felt({pressure, sensitivity}: ContentionClass, pressed: Float64Array): number {
  let sum = 0;
  for (let k = 0; k < pressed.length; k++) sum += sensitivity[k]! * (pressed[k]! - pressure[k]!);
  return Math.max(0, sum);
}
