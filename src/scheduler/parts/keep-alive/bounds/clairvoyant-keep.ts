import {breakEvenUs} from '../../../../cost/cold-start.ts';
import type {Future, KeepAlive, KeepAlivePart, PolicyContext} from '../keep-alive.ts';
import {nextCallRank} from './belady.ts';
import {LevelNeeds} from './level-needs.ts';

/**
 * Knows every gap and may keep or drop, nothing else: an instance stays until it is needed next if that costs less
 * than the cold start, break-even C/c, else it goes at its finish. Unlimited capacity.
 *
 * What holds: with gaps taken as given, no choice of what to keep is cheaper, because the levels of demand (see
 * LevelSlots) can be decided one by one and each gap costs the lesser of its warm time and its cold start. It is a
 * relaxation for a real run: a cold call ends later by its cold time, so the gaps after it are shorter, or calls
 * overlap that would not. A policy can undercut it by what such shifts are worth. And it is no bound at all for policies
 * that start instances ahead of calls, as `hybrid` and `adaptive` do: those pay for a part of a gap that it must pay for
 * from end to end, and can be in time for calls, first ones of a burst above all, that it lets be cold.
 */
export class ClairvoyantKeep implements KeepAlive {
  readonly eviction;
  private readonly future: Future;
  private readonly worthUs: Float64Array; // [function]
  private readonly coldUs: Float64Array; // [function]
  private readonly running: Int32Array; // [function]
  private readonly level: Int32Array; // [function] freed last
  private readonly needs: (LevelNeeds | undefined)[]; // [function]

  constructor(context: PolicyContext) {
    this.future = context.future();
    this.eviction = nextCallRank(this.future);
    this.worthUs = breakEvenUs(context);
    this.coldUs = context.coldUs;
    this.running = new Int32Array(context.functions);
    this.level = new Int32Array(context.functions);
    this.needs = new Array<LevelNeeds | undefined>(context.functions).fill(undefined);
  }

  onArrival(fn: number): void {
    this.needs[fn] ??= new LevelNeeds(this.future, fn);
    this.needs[fn]!.arrived();
    this.running[fn]! += 1;
  }

  onFinish(fn: number): void {
    this.level[fn] = this.running[fn]!--;
  }

  keepAliveUs(fn: number, nowUs: number): number {
    const needs = this.needs[fn]!;
    const level = this.level[fn]!;
    const gapUs = needs.nextUs(level) - nowUs;
    // Idle for exactly the time to live would be expired.
    if (gapUs < this.worthUs[fn]! && gapUs < Number.POSITIVE_INFINITY) return gapUs + 1;
    // Cold calls end late, so for a cold time more run than the gaps know of, and their levels are needed on top.
    const late = level - 1 - needs.levelAt(nowUs);
    const coldUs = this.coldUs[fn]!;
    return late > 0 && needs.nextUs(level - late) - nowUs <= coldUs ? Math.min(coldUs, this.worthUs[fn]!) : 0;
  }
}

export const clairvoyantKeep: KeepAlivePart = {
  name: 'clairvoyant-keep',
  summary: 'knows every gap, may only keep or drop: the bound of policies that start nothing early',
  kind: 'bound',
  // A full fleet gives up the instance whose next call is last.
  scope: 'cell',
  parameters: {},
  sweep: {variants: [''], fleets: 'all'},
  create: (_, context) => new ClairvoyantKeep(context),
};
