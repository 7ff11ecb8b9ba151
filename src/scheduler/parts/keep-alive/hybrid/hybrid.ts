import {usageError} from '../../../../base/errors.ts';
import {numberFrom, oneOf, timeUs} from '../../../../base/parameters.ts';
import type {Parameter} from '../../../../base/part.ts';
import {parseTimeUs, US_PER_MINUTE} from '../../../../base/units.ts';
import {type KeepAlive, keepAlivePart, type PolicyContext} from '../keep-alive.ts';
import {type HybridSettings, IdleHistogram} from './idle-histogram.ts';
import {WarmSchedule} from './schedule.ts';

/**
 * The hybrid histogram of "Serverless in the Wild" (Shahrad et al., USENIX ATC 2020), as METHODS E1.1 states it. Idle
 * times (end of the app's last execution to its next call) are counted per app; they say when an instance should be
 * alive after an execution. Head above 0: the instance is unloaded at its finish and started again so that it is
 * ready when the window begins.
 *
 * The paper loads an app as one unit, here every function has its own instances. So an app's window decides for each
 * of its functions: the last idle instance of a function stays until the app's, not the function's, last execution is
 * a tail ago, and a function unloaded at its finish comes back, one instance, when the app's window opens. Instances
 * beyond the last idle one, which the paper does not have, go a tail after their own finish. With `unit=function` the
 * gaps too are the function's own.
 */
export class Hybrid implements KeepAlive {
  private readonly unit: Int32Array; // [function]
  private readonly histograms: (IdleHistogram | undefined)[]; // [unit]
  private readonly running: Int32Array; // [unit]
  private readonly lastEndUs: Float64Array; // [unit]
  /** Functions whose last idle instance stays for as long as the unit is in use. */
  private readonly stays: Uint8Array; // [function]
  private readonly settings: HybridSettings;
  private readonly context: PolicyContext;
  private readonly schedule: WarmSchedule;

  constructor(settings: HybridSettings, unit: Int32Array, context: PolicyContext) {
    const units = unit.reduce((most, id) => Math.max(most, id + 1), 0);
    this.settings = settings;
    this.context = context;
    this.unit = unit;
    this.histograms = new Array<IdleHistogram | undefined>(units).fill(undefined);
    this.running = new Int32Array(units);
    this.lastEndUs = new Float64Array(units).fill(Number.NaN);
    this.stays = new Uint8Array(context.functions);
    this.schedule = new WarmSchedule(context.pool, context.coldUs);
  }

  onArrival(fn: number, nowUs: number): void {
    const unit = this.unit[fn]!;
    if (this.running[unit]!++ > 0) return;
    const endUs = this.lastEndUs[unit]!;
    if (!Number.isNaN(endUs)) this.histogramOf(unit).add(nowUs - endUs);
  }

  onFinish(fn: number, nowUs: number): void {
    const unit = this.unit[fn]!;
    this.running[unit]! -= 1;
    this.lastEndUs[unit] = nowUs;
  }

  keepAliveUs(fn: number, nowUs: number, prewarmed: boolean): number {
    const {fromUs, untilUs} = this.histogramOf(this.unit[fn]!).alive;
    if (!prewarmed) this.schedule.setOne(fn, nowUs + fromUs, nowUs + untilUs);
    const keepUs = this.schedule.keepUs(fn, nowUs);
    if (keepUs === 0) {
      this.stays[fn] = 0;
      this.context.pool.trim(fn, 0);
      return 0;
    }
    const others = this.context.pool.hasIdle(fn);
    if (!others) this.stays[fn] = 1;
    if (this.stays[fn] === 1) this.schedule.wakeAt(fn, nowUs + keepUs);
    return others ? keepUs : Number.POSITIVE_INFINITY;
  }

  onWake(fn: number, nowUs: number): void {
    if (this.stays[fn] === 0) {
      this.schedule.onWake(fn, nowUs);
      return;
    }
    const unit = this.unit[fn]!;
    const inUse = this.running[unit]! > 0;
    const untilUs = (inUse ? nowUs : this.lastEndUs[unit]!) + this.histogramOf(unit).alive.untilUs;
    if (!this.schedule.isDue(fn, nowUs)) return;
    if (untilUs > nowUs && this.context.pool.hasIdle(fn)) {
      this.schedule.wakeAt(fn, untilUs);
      return;
    }
    this.stays[fn] = 0;
    this.context.pool.trim(fn, 0);
  }

  private histogramOf(unit: number): IdleHistogram {
    this.histograms[unit] ??= new IdleHistogram(this.settings);
    return this.histograms[unit]!;
  }
}

/** Bins of one minute. */
const range: Parameter<number> = {
  ...timeUs('range of the histogram, bins of one minute', {default: '4h'}),
  parse(text, what) {
    const bins = Math.round(parseTimeUs(text, what) / US_PER_MINUTE);
    if (bins < 1 || bins > 100_000) {
      throw usageError(`${what} is '${text}', must be between 1 minute and 100000 minutes`);
    }
    return bins;
  },
};

export const hybrid = keepAlivePart({
  name: 'hybrid',
  summary: 'hybrid histogram of Serverless in the Wild: pre-warm and keep by the idle times of the app',
  kind: 'published',
  // Functions of an app go by its idle times together.
  scope: 'app',
  parameters: {
    range,
    head: numberFrom(0, 100, 'percentile at which the window opens', {default: '5'}),
    tail: numberFrom(0, 100, 'percentile at which it closes', {default: '99'}),
    margin: numberFrom(0, 100, 'per cent by which it is widened', {default: '10'}),
    cv: numberFrom(0, 1e6, 'least CV of the bin counts that is trusted', {default: '2'}),
    oob: numberFrom(0, 1, 'share of gaps beyond the range from which they are forecast', {default: '0.5'}),
    unit: oneOf(['app', 'function'], 'whose idle times: app or function', {default: 'app'}),
  },
  sweep: {
    variants: ['range=1h', 'range=4h', 'range=4h,head=0,tail=100', 'range=4h,unit=function'],
    fleets: 'all',
  },
  check({head, tail}, what) {
    if (head > tail) throw usageError(`${what}:head is ${head}, must not be above tail, which is ${tail}`);
  },
  create({range: bins, head, tail, margin, cv, oob, unit}, context) {
    const own = unit === 'app' ? context.app : Int32Array.from(context.app, (_, fn) => fn);
    return new Hybrid({bins, head, tail, margin: margin / 100, cv, oob}, own, context);
  },
});
