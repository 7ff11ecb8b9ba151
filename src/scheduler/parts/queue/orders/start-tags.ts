import {NONE} from '../../../core/instances.ts';
import type {CallClasses} from '../call-classes.ts';
import type {Line} from '../line.ts';
import {RankedOrder} from './ranked.ts';

/**
 * Start-time fair queueing (Goyal, Vin, Cheng, SIGCOMM 1996): a call's start tag is S = max(V, F of its team), and then
 * F = S + estimated cost / weight; the least S goes first, and V is that of the call which got an instance last.
 */
export class StartTags extends RankedOrder {
  /** V. */
  protected virtualUs = 0;
  private readonly finishUs: Float64Array; // [team] F
  private readonly classes: CallClasses;

  constructor(line: Line, classes: CallClasses) {
    super(line, (_, fn) => this.tag(fn));
    this.classes = classes;
    this.finishUs = new Float64Array(classes.weight.length);
  }

  begins(call: number, fn: number): void {
    const tag = call === NONE ? this.tag(fn) : this.line.tagOf(call);
    if (tag > this.virtualUs) this.virtualUs = tag;
  }

  /** The start tag of a call of `fn` that arrives now. */
  protected tag(fn: number): number {
    const {team, weight, costUs} = this.classes;
    const flow = team[fn]!;
    const startUs = Math.max(this.virtualUs, this.finishUs[flow]!);
    this.finishUs[flow] = startUs + costUs[fn]! / weight[flow]!;
    return startUs;
  }
}
