import {NONE} from '../../../core/instances.ts';
import {type QueueContext, type QueueOrder, queuePart} from '../queue.ts';
import {RankHeap} from '../rank-heap.ts';

/**
 * Dominant resource fairness (Ghodsi et al., NSDI 2011): the team first whose calls in flight hold the least share of
 * what they hold most of, slots or memory, by its weight; its oldest call.
 */
class DominantShares implements QueueOrder {
  private readonly context: QueueContext;
  private readonly calls: Float64Array; // [team] in flight
  private readonly heldMib: Float64Array; // [team]
  /** Teams with calls that wait. */
  private readonly teams: RankHeap;

  constructor(context: QueueContext) {
    const teams = context.classes.weight.length;
    this.context = context;
    this.calls = new Float64Array(teams);
    this.heldMib = new Float64Array(teams);
    this.teams = new RankHeap(teams);
  }

  added(call: number, fn: number): void {
    const team = this.context.classes.team[fn]!;
    if (this.context.line.firstOfTeam(team) === call) this.file(team);
  }

  heldChanged(fn: number): void {
    this.file(this.context.classes.team[fn]!);
  }

  removed(fn: number): void {
    this.file(this.context.classes.team[fn]!);
  }

  first(): number {
    const team = this.teams.top;
    return team === NONE ? NONE : this.context.line.firstOfTeam(team);
  }

  head(fn: number): number {
    return this.context.line.oldest[fn]!;
  }

  ofFunction(fn: number): number {
    const call = this.first();
    return call !== NONE && this.context.line.fnOf(call) === fn ? call : NONE;
  }

  begins(_: number, fn: number): void {
    this.hold(fn, 1);
  }

  ended(fn: number): void {
    this.hold(fn, -1);
  }

  private hold(fn: number, calls: number): void {
    const {team, memoryMib} = this.context.classes;
    const flow = team[fn]!;
    this.calls[flow]! += calls;
    this.heldMib[flow]! += calls * memoryMib[fn]!;
    if (this.teams.has(flow)) this.file(flow);
  }

  private file(team: number): void {
    const {line, classes, slots, memoryMib} = this.context;
    const oldest = line.firstOfTeam(team);
    if (oldest === NONE) {
      this.teams.remove(team);
      return;
    }
    const share = Math.max(this.calls[team]! / slots, this.heldMib[team]! / memoryMib);
    this.teams.set(team, share / classes.weight[team]!, line.sequenceOf(oldest));
  }
}

export const drf = queuePart({
  name: 'drf',
  summary: 'dominant resource fairness: the team first whose calls hold least of slots or memory, whichever is more',
  kind: 'published',
  scope: 'cell',
  parameters: {},
  create: (_, context) => new DominantShares(context),
});
