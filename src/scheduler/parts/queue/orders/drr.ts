import {usageError} from '../../../../base/errors.ts';
import {finiteTimeUs} from '../../../../base/parameters.ts';
import {NONE} from '../../../core/instances.ts';
import type {CallClasses} from '../call-classes.ts';
import type {Line} from '../line.ts';
import {type QueueOrder, queuePart} from '../queue.ts';

/**
 * Deficit round robin (Shreedhar and Varghese, SIGCOMM 1995): teams with calls that wait take turns; a turn adds
 * quantum x weight to what a team may spend, and each of its calls, oldest first, spends its estimated cost. A team
 * without calls keeps nothing.
 */
class DeficitRoundRobin implements QueueOrder {
  private readonly line: Line;
  private readonly classes: CallClasses;
  private readonly quantumUs: number;
  private readonly deficitUs: Float64Array; // [team]
  // Teams with calls that wait, as a ring.
  private readonly next: Int32Array; // [team], NONE: not in the ring
  private readonly previous: Int32Array; // [team]
  private size = 0;
  /** Whose turn it is, and whether it has had its quantum. */
  private current = NONE;
  private granted = false;

  constructor(line: Line, classes: CallClasses, quantumUs: number) {
    const teams = classes.weight.length;
    this.line = line;
    this.classes = classes;
    this.quantumUs = quantumUs;
    this.deficitUs = new Float64Array(teams);
    this.next = new Int32Array(teams).fill(NONE);
    this.previous = new Int32Array(teams).fill(NONE);
  }

  added(_: number, fn: number): void {
    const team = this.classes.team[fn]!;
    if (this.next[team] !== NONE) return;
    this.deficitUs[team] = 0;
    if (this.size++ === 0) {
      this.next[team] = this.previous[team] = this.current = team;
      this.granted = false;
      return;
    }
    // Last in the ring: before the one whose turn it is.
    const {next, previous, current} = this;
    const last = previous[current]!;
    next[team] = current;
    previous[team] = last;
    next[last] = team;
    previous[current] = team;
  }

  removed(fn: number): void {
    const team = this.classes.team[fn]!;
    if (this.line.waiting[team]! > 0) return;
    const {next, previous} = this;
    next[previous[team]!] = next[team]!;
    previous[next[team]!] = previous[team]!;
    if (this.current === team) {
      this.current = --this.size === 0 ? NONE : next[team]!;
      this.granted = false;
    } else this.size--;
    next[team] = NONE;
  }

  first(): number {
    const team = this.winner();
    return team === NONE ? NONE : this.line.firstOfTeam(team);
  }

  leader(): number {
    return this.first();
  }

  head(fn: number): number {
    return this.line.oldest[fn]!;
  }

  ofFunction(fn: number): number {
    const call = this.first();
    return call !== NONE && this.line.fnOf(call) === fn ? call : NONE;
  }

  /** Turns pass when a call is served, and not when somebody asks who would be. */
  begins(call: number, fn: number): void {
    if (call === NONE) return;
    const team = this.classes.team[fn]!;
    if (this.line.firstOfTeam(team) === call && this.winner() === team) this.passTo(team);
    this.deficitUs[team]! -= this.classes.costUs[fn]!;
  }

  /** The team that can pay first, turn after turn; NONE without teams. */
  private winner(): number {
    let winner = NONE;
    let least = Number.POSITIVE_INFINITY;
    for (let k = 0, team = this.current; k < this.size && least > 0; k++, team = this.next[team]!) {
      const turns = this.turnsUntilPaid(team);
      if (turns >= least) continue;
      winner = team;
      least = turns;
    }
    return winner;
  }

  /** How many of its turns pass before the one in which `team` can pay for its oldest call; Infinity: all are held back. */
  private turnsUntilPaid(team: number): number {
    const call = this.line.firstOfTeam(team);
    if (call === NONE) return Number.POSITIVE_INFINITY;
    const costUs = this.classes.costUs[this.line.fnOf(call)]!;
    const grants = Math.max(0, Math.ceil((costUs - this.deficitUs[team]!) / this.grantUs(team)));
    return team === this.current && this.granted ? grants : Math.max(0, grants - 1);
  }

  /** It is the turn of `team`, which can pay; those before it have had theirs. */
  private passTo(team: number): void {
    const rounds = this.turnsUntilPaid(team);
    const hadOne = this.granted ? this.current : NONE;
    let before = true;
    for (let k = 0, each = this.current; k < this.size && (before || rounds > 0); k++, each = this.next[each]!) {
      const turns = rounds + (before ? 1 : 0) - (each === hadOne ? 1 : 0);
      this.deficitUs[each]! += turns * this.grantUs(each);
      if (each === team) before = false;
    }
    this.current = team;
    this.granted = true;
  }

  private grantUs(team: number): number {
    return this.quantumUs * this.classes.weight[team]!;
  }
}

export const drr = queuePart({
  name: 'drr',
  summary: 'deficit round robin: teams take turns, each for a quantum of estimated time by its weight',
  kind: 'published',
  scope: 'cell',
  parameters: {quantum: finiteTimeUs('what a turn is worth to a team of weight 1', {default: '1s'})},
  check: ({quantum}, what) => checkAbove0(quantum, `${what}:quantum`),
  create: ({quantum}, {line, classes}) => new DeficitRoundRobin(line, classes, quantum),
});

function checkAbove0(us: number, what: string): void {
  if (us <= 0) throw usageError(`${what} is 0, must be above 0`);
}
