import {US_PER_MINUTE, US_PER_SECOND} from '../../base/units.ts';
import {CallCounts} from '../../demand/calls/call-counts.ts';
import {invocationsOf, type Workload} from '../../workload/workload.ts';
import {type Burstiness, burstinessOf} from './burstiness.ts';
import {type CurveName, curveCodes, type Demand, noMeasuredLevels, type PlanWindows} from './demand.ts';
import {LevelRecorder} from './measure-levels.ts';
import {ProfileScratch, smoothProfile} from './profile.ts';
import {Recurrence} from './recurrence.ts';
import {noUnseen} from './unseen.ts';
import {windowOfMinutes} from './windows.ts';

export interface TraceDemandOptions {
  /** Stretches of history with a rate of their own; those that repeat are averaged over their turns. */
  readonly windows: PlanWindows;
  /** One curve for all functions, or the one that fits each. */
  readonly curve: CurveName | 'auto';
  readonly holdSeconds: Float64Array; // [function]
  /** Calls that an instance serves at once; undefined: one. [function] */
  readonly places?: Int32Array | undefined;
  /** How long instances start. [function] */
  readonly coldUs?: Float64Array | undefined;
  /** How long instances beyond the plan stay. [function] */
  readonly spillUs: Float64Array;
  /** The plan is for another time than that of the trace: what was seen few times may not come again. */
  readonly ahead: boolean;
  readonly seed: number;
}

/** Calls that are played one by one to measure curves, over all functions; busier ones are described by their rates. */
const MEASURED_CALLS = 3e7;
const MEASURED_CALLS_EACH = 1_000_000;
/** Functions whose rate varies more than this within windows, squared deviation over squared mean, come in bursts. */
const BURSTY = 1;

/** The demand that a trace shows: rates of each function and window, and the curve that fits its calls. */
export function traceDemand(history: Workload, options: TraceDemandOptions): Demand {
  const {windows, holdSeconds, curve, places} = options;
  const {functions} = history;
  const count = windows.startUs.length;
  const rates = new WindowRates(history, options);
  const ratePerSecond = new Float64Array(functions * count);
  const rateVariation = new Float32Array(functions * count);
  const codes = new Uint8Array(functions * count);
  const measures = curve === 'auto' || curve === 'empirical';
  const recorder = new LevelRecorder(history, options.spillUs, options.seed, options.ahead);
  const most = measures ? measuredCallsEach(history) : 0;
  const counts = new CallCounts(history);
  const burstiness: Burstiness = {rateVariation: 0, poisson: true};
  const recurrence = new Recurrence();
  const calls = new Float64Array(functions);
  const alive = new Float64Array(functions);
  const waitsPerCold = places && new Float64Array(functions).fill(1);
  for (let f = 0; f < functions; f++) {
    counts.read(f);
    if (counts.total === 0) continue;
    rates.of(counts);
    calls[f] = counts.total;
    const early = counts.before(history.meta.spanUs / US_PER_MINUTE / 2);
    alive[f] = chanceAlive(counts, history.meta.spanUs / US_PER_MINUTE);
    recurrence.add(early, counts.total - early);
    burstinessOf(counts, rates.seenCalls, rates.seenMinutes, burstiness);
    const each = places?.[f] ?? 1;
    const coldSeconds = (options.coldUs?.[f] ?? 0) / US_PER_SECOND;
    // Which calls share an instance is better counted than derived.
    let fitting = curve === 'auto' ? (burstiness.poisson && each === 1 ? 'erlang' : 'empirical') : curve;
    const isMeasured =
      fitting === 'empirical' &&
      counts.total <= most &&
      recorder.measure(f, counts, holdSeconds[f]!, each, coldSeconds);
    if (waitsPerCold) {
      const ratePerSecond = (counts.total / history.meta.spanUs) * US_PER_SECOND;
      waitsPerCold[f] = isMeasured ? recorder.waitsPerRise : 1 + Math.min(each - 1, (ratePerSecond * coldSeconds) / 2);
    }
    if (fitting === 'empirical' && !isMeasured) {
      fitting = burstiness.rateVariation > 0 ? 'negative-binomial' : 'erlang';
    }
    // A curve is measured over all windows: scaled to one of them it would promise bursts to each of its minutes.
    if (fitting === 'empirical' && windows.repeatUs > 0 && burstiness.rateVariation > BURSTY) rates.level();
    for (let w = 0; w < count; w++) {
      const unit = w * functions + f;
      ratePerSecond[unit] = rates.perMinute[w]! / 60;
      rateVariation[unit] = burstiness.rateVariation;
      codes[unit] = curveCodes[fitting];
    }
  }
  const measured = measures ? recorder.finish() : noMeasuredLevels(functions);
  for (let unit = 0; options.ahead && unit < ratePerSecond.length; unit++) {
    const f = unit % functions;
    ratePerSecond[unit]! *= alive[f]!;
    if (codes[unit] !== curveCodes.empirical) ratePerSecond[unit]! *= recurrence.factor(calls[f]!);
  }
  const heldShare = new Float64Array(functions).fill(1);
  return {
    functions,
    windows,
    ratePerSecond,
    holdSeconds,
    places,
    waitsPerCold,
    rateVariation,
    activeShare: undefined,
    curve: codes,
    measured,
    heldShare,
    missesPerSecond: new Float64Array(functions),
    unseen: noUnseen,
  };
}

/**
 * The chance that a function is still in use that has not been called for longer than ever before: its longest gap over
 * that time, as for a tail that falls with its inverse. Functions come and go; a plan should not wait for those gone.
 */
function chanceAlive({minute, length}: CallCounts, untilMinute: number): number {
  if (length < 2) return 1;
  let longest = 1;
  for (let i = 1; i < length; i++) longest = Math.max(longest, minute[i]! - minute[i - 1]!);
  return Math.min(1, longest / (untilMinute - minute[length - 1]!));
}

/** Turns one function's counts into its rate in each window. */
class WindowRates {
  /** Calls a minute expected in each window. */
  readonly perMinute: Float64Array;
  /** What history holds of each window. */
  readonly seenCalls: Float64Array;
  readonly seenMinutes: Float64Array;
  private readonly windowOf: Int32Array; // [minute]
  private readonly windows: number;
  private readonly minutesPerTurn: number;
  private readonly turns: number;
  private readonly calls: Float64Array; // [turn * windows + window]
  private readonly minutes: Float64Array;
  private readonly scratch: ProfileScratch;

  constructor(history: Workload, {windows}: TraceDemandOptions) {
    const {spanUs} = history.meta;
    const minutes = Math.ceil(spanUs / US_PER_MINUTE);
    this.windows = windows.startUs.length;
    this.windowOf = windowOfMinutes(windows, minutes);
    this.minutesPerTurn = windows.repeatUs === 0 ? Number.POSITIVE_INFINITY : windows.repeatUs / US_PER_MINUTE;
    this.turns = windows.repeatUs === 0 ? 1 : Math.ceil(minutes / this.minutesPerTurn);
    this.perMinute = new Float64Array(this.windows);
    this.seenCalls = new Float64Array(this.windows);
    this.seenMinutes = new Float64Array(this.windows);
    this.calls = new Float64Array(this.turns * this.windows);
    this.minutes = new Float64Array(this.turns * this.windows);
    this.scratch = new ProfileScratch(this.windows);
    for (let m = 0; m < minutes; m++) {
      const w = this.windowOf[m]!;
      if (w < 0) continue;
      // The last minute may be cut.
      const seen = Math.min(1, spanUs / US_PER_MINUTE - m);
      this.seenMinutes[w]! += seen;
      this.minutes[this.turnOf(m) * this.windows + w]! += seen;
    }
  }

  of({minute, count, length}: CallCounts): void {
    const {seenCalls, seenMinutes, perMinute, calls, minutes, windowOf, turns, windows} = this;
    seenCalls.fill(0);
    calls.fill(0);
    for (let i = 0; i < length; i++) {
      const w = windowOf[minute[i]!]!;
      if (w < 0) continue;
      seenCalls[w]! += count[i]!;
      calls[this.turnOf(minute[i]!) * windows + w]! += count[i]!;
    }
    if (this.minutesPerTurn < Number.POSITIVE_INFINITY) {
      smoothProfile({turns, windows, calls, minutes}, this.scratch, perMinute);
      return;
    }
    for (let w = 0; w < windows; w++) perMinute[w] = seenMinutes[w]! > 0 ? seenCalls[w]! / seenMinutes[w]! : 0;
    this.completeLast();
  }

  /**
   * The last window may be cut by the end of the trace, which often is the minute of a call: the rest of it is taken to
   * have been like the windows before.
   */
  private completeLast(): void {
    const {seenCalls, seenMinutes, perMinute} = this;
    const last = this.windows - 1;
    const rest = last > 0 ? seenMinutes[0]! - seenMinutes[last]! : 0;
    if (rest <= 0) return;
    let calls = 0;
    let minutes = 0;
    for (let w = 0; w < last; w++) {
      calls += seenCalls[w]!;
      minutes += seenMinutes[w]!;
    }
    perMinute[last] = (seenCalls[last]! + (rest * calls) / minutes) / seenMinutes[0]!;
  }

  /** Forgets what tells the windows of a profile apart: each has the mean. */
  level(): void {
    const {perMinute, seenMinutes} = this;
    let calls = 0;
    let time = 0;
    for (let w = 0; w < this.windows; w++) {
      calls += perMinute[w]! * seenMinutes[w]!;
      time += seenMinutes[w]!;
    }
    perMinute.fill(calls / time);
  }

  private turnOf(minute: number): number {
    return this.turns === 1 ? 0 : Math.floor(minute / this.minutesPerTurn);
  }
}

/** How many calls a function may have to be played one by one: so many that all together stay within bounds. */
function measuredCallsEach(history: Workload): number {
  const {functions} = history;
  // Functions by order of magnitude (in halves of a power of two) of their calls.
  const sums = new Float64Array(128);
  for (let f = 0; f < functions; f++) {
    const calls = invocationsOf(history, f);
    if (calls > 0) sums[Math.ceil(2 * Math.log2(calls))]! += calls;
  }
  let sum = 0;
  let size = 0;
  while (size < sums.length && sum + sums[size]! <= MEASURED_CALLS) sum += sums[size++]!;
  return Math.min(MEASURED_CALLS_EACH, 2 ** ((size - 1) / 2));
}
