import {finiteTimeUs, numberFrom, timeUs} from '../../../../base/parameters.ts';
import type {Values} from '../../../../base/part.ts';
import {US_PER_SECOND} from '../../../../base/units.ts';
import {type KeepAlive, keepAlivePart, type PolicyContext} from '../keep-alive.ts';
import {Cusum} from './cusum.ts';
import {Trend} from './trend.ts';

/** Looks at a surge in the time that a start takes. */
const LOOKS = 8;
/** Memory of calls in flight, at least: shorter ones follow single calls. */
const LEAST_MEMORY_US = US_PER_SECOND / 10;

const parameters = {
  ttl: timeUs('how long an instance stays idle', {default: '10m'}),
  ratio: numberFrom(1.1, 1e6, 'the rise that is looked for, in usual rates', {default: '3'}),
  threshold: numberFrom(
    0.1,
    1e6,
    'logarithm of how much likelier the rise must be: a false alarm in e^threshold calls',
    {default: '10'},
  ),
  memory: finiteTimeUs('how far back the usual rate is remembered', {default: '1h'}),
  hold: finiteTimeUs('how long an instance stays that was started ahead and serves nobody', {default: '1m'}),
};

/**
 * Ours: a constant time to live, and for surges that nobody has planned instances ahead (METHODS E3.4: headroom is slope x
 * time to provision). A detector tells of each function when it is called much more often than usual (Cusum); while it does, so
 * many instances are there as calls will be in flight when one that is started now is ready, if they go on rising as they do.
 */
class Surge implements KeepAlive {
  private readonly values: Values<typeof parameters>;
  private readonly context: PolicyContext;
  private readonly cusum: Cusum;
  private readonly trend: Trend;
  /** When the next look is due at the earliest. [function] */
  private readonly nextUs: Float64Array;

  constructor(values: Values<typeof parameters>, context: PolicyContext) {
    const {ratio, threshold, memory} = values;
    this.values = values;
    this.context = context;
    this.cusum = new Cusum(context.functions, {ratio, threshold, memoryUs: Math.max(1, memory)});
    this.trend = new Trend(context.coldUs.map((us) => Math.max(LEAST_MEMORY_US, us)));
    this.nextUs = new Float64Array(context.functions);
  }

  onArrival(fn: number, nowUs: number): void {
    this.trend.add(fn, 1, nowUs);
    if (!this.cusum.arrived(fn, nowUs) || nowUs < this.nextUs[fn]!) return;
    this.nextUs[fn] = nowUs + Math.max(1, Math.round(this.context.coldUs[fn]! / LOOKS));
    // Not before this call has found its own instance.
    this.context.pool.wakeAt(fn, nowUs + 1);
  }

  onFinish(fn: number, nowUs: number): void {
    this.trend.add(fn, -1, nowUs);
  }

  onWake(fn: number, nowUs: number): void {
    const {pool} = this.context;
    if (!this.cusum.surges(fn, nowUs)) return;
    this.trend.add(fn, 0, nowUs);
    const missing = this.wanted(fn) - pool.live(fn);
    if (missing > 0) pool.prewarm(fn, missing);
  }

  keepAliveUs(_fn: number, _nowUs: number, prewarmed: boolean): number {
    return prewarmed ? Math.min(this.values.hold, this.values.ttl) : this.values.ttl;
  }

  private wanted(fn: number): number {
    const calls = this.trend.level[fn]! + this.trend.rise(fn, this.context.coldUs[fn]!);
    return Math.ceil(calls / (this.context.places?.[fn] ?? 1));
  }
}

export const surge = keepAlivePart({
  name: 'surge',
  summary: 'ours: a constant time to live, and instances ahead of surges that nobody has planned (CUSUM)',
  kind: 'ours',
  scope: 'function',
  parameters,
  // Where nothing surges it is `fixed`, which sweeps have.
  sweep: {variants: [], fleets: 'all'},
  create: (values, context) => new Surge(values, context),
});
