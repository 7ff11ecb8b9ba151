import {QuantileSketch} from '../../base/sketch.ts';
import {TeamDelays} from './team-delays.ts';

/** What happened to the calls of a cell, counted by arrival in the counted part of the span. */
export class Tally {
  arrivals = 0;
  warm = 0;
  cold = 0;
  /** Cold starts that were their function's first call ever: no online policy escapes them. */
  firstStarts = 0;
  /** Calls that waited for room in the fleet, whatever became of them. */
  queued = 0;
  dropped = 0;
  abandoned = 0;
  stillQueued = 0;
  evictions = 0;
  expirations = 0;
  prewarms = 0;
  /** Start delays above 0; warm calls without delay are added as zeros when the run ends. */
  startDelay = new QuantileSketch();
  coldTime = new QuantileSketch();
  queueWait = new QuantileSketch();
  readonly teamDelays: TeamDelays;

  /** `team` of each function; empty when nobody asks for teams. */
  constructor(team: Int32Array) {
    this.teamDelays = new TeamDelays(team);
  }

  /** A call of `fn` started after `delayUs`. Called for delays above 0 only: the hot path counts warm calls alone. */
  recordDelay(fn: number, delayUs: number): void {
    this.startDelay.add(delayUs);
    this.teamDelays.add(fn, delayUs);
  }

  /** Starts the counted part. */
  reset(): void {
    this.arrivals = this.warm = this.cold = this.firstStarts = this.queued = 0;
    this.dropped = this.abandoned = this.stillQueued = 0;
    this.evictions = this.expirations = this.prewarms = 0;
    this.startDelay = new QuantileSketch();
    this.coldTime = new QuantileSketch();
    this.queueWait = new QuantileSketch();
    this.teamDelays.reset();
  }
}
