import {usageError} from '../../../../base/errors.ts';
import {parseTimeUs, US_PER_MINUTE} from '../../../../base/units.ts';
import type {KeepAlive, KeepAliveSpec, PolicyContext, PolicyOptions} from '../keep-alive.ts';
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

export const hybrid: KeepAliveSpec = {
  summary: 'hybrid histogram of Serverless in the Wild: pre-warm and keep by the idle times of the app',
  parameters: {
    range: {default: '4h', summary: 'range of the histogram, bins of one minute'},
    head: {default: '5', summary: 'percentile at which the window opens'},
    tail: {default: '99', summary: 'percentile at which it closes'},
    margin: {default: '10', summary: 'per cent by which it is widened'},
    cv: {default: '2', summary: 'least CV of the bin counts that is trusted'},
    oob: {default: '0.5', summary: 'share of gaps beyond the range from which they are forecast'},
    unit: {default: 'app', summary: 'whose idle times: app or function'},
  },
  create(options, context) {
    const {unit} = options;
    if (unit !== 'app' && unit !== 'function') throw usageError(`hybrid:unit is '${unit}', must be app or function`);
    const own = unit === 'app' ? context.app : Int32Array.from(context.app, (_, fn) => fn);
    return new Hybrid(settingsOf(options), own, context);
  },
};

function settingsOf(options: PolicyOptions): HybridSettings {
  const bins = Math.round(parseTimeUs(options.range!, 'hybrid:range') / US_PER_MINUTE);
  if (bins < 1 || bins > 100_000) {
    throw usageError(`hybrid:range is '${options.range}', must be between 1 minute and 100000 minutes`);
  }
  const head = within(options, 'head', 0, 100);
  const tail = within(options, 'tail', 0, 100);
  if (head > tail) throw usageError(`hybrid:head is ${head}, must not be above hybrid:tail, which is ${tail}`);
  const margin = within(options, 'margin', 0, 100) / 100;
  return {bins, head, tail, margin, cv: within(options, 'cv', 0, 1e6), oob: within(options, 'oob', 0, 1)};
}

function within(options: PolicyOptions, key: string, least: number, most: number): number {
  const value = Number(options[key]);
  if (options[key]!.trim() === '' || !(value >= least && value <= most)) {
    throw usageError(`hybrid:${key} is '${options[key]}', must be a number from ${least} to ${most}`);
  }
  return value;
}
