/**
 * Cores that groups of classes leave idle while others could use them, of each group: what it leaves idle, up to what all
 * others want beyond what they have; no more of all groups together than is wanted, or idle.
 */
export function strandedOf(idle: Float64Array, wanting: Float64Array, stranded: Float64Array): void {
  let [allIdle, allWanting, sum] = [0, 0, 0];
  for (let k = 0; k < idle.length; k++) {
    allIdle += idle[k]!;
    allWanting += wanting[k]!;
  }
  for (let k = 0; k < idle.length; k++) {
    stranded[k] = Math.min(idle[k]!, Math.max(0, allWanting - wanting[k]!));
    sum += stranded[k]!;
  }
  const most = Math.min(allIdle, allWanting);
  if (sum > most) for (let k = 0; k < idle.length; k++) stranded[k]! *= most / sum;
}

/**
 * The same over time where groups keep hosts to themselves: the hosts that a group holds, how many of their cores are in
 * use, and what its calls want beyond: on hosts that have too few cores, or waiting for room.
 */
export class StrandedCores {
  private readonly cores: number;
  private readonly held: Float64Array; // [group] hosts
  private readonly busy: Float64Array; // [group] cores
  private readonly wanting: Float64Array; // [group] cores
  private readonly idle: Float64Array; // [group]
  private readonly rate: Float64Array; // [group]
  /** Core time so far, us. */
  readonly us: Float64Array; // [group]
  private atUs = 0;

  constructor(cores: number, groups: number) {
    this.cores = cores;
    this.held = new Float64Array(groups);
    this.busy = new Float64Array(groups);
    this.wanting = new Float64Array(groups);
    this.idle = new Float64Array(groups);
    this.rate = new Float64Array(groups);
    this.us = new Float64Array(groups);
  }

  /** So many hosts and cores more, or less, of a group from `atUs` on; hosts tell of what was less than 1 us ago. */
  changed(group: number, held: number, busy: number, wanting: number, atUs: number): void {
    this.advance(atUs);
    this.held[group]! += held;
    this.busy[group]! += busy;
    this.wanting[group]! += wanting;
    // What sums of fractions leave of nothing is nothing.
    if (Math.abs(this.busy[group]!) < 1e-9) this.busy[group] = 0;
    if (Math.abs(this.wanting[group]!) < 1e-9) this.wanting[group] = 0;
    for (let k = 0; k < this.idle.length; k++) {
      this.idle[k] = Math.max(0, this.held[k]! * this.cores - this.busy[k]!);
    }
    strandedOf(this.idle, this.wanting, this.rate);
  }

  /** Nothing changes up to `atUs`. */
  advance(atUs: number): void {
    if (atUs <= this.atUs) return;
    for (let k = 0; k < this.us.length; k++) this.us[k]! += this.rate[k]! * (atUs - this.atUs);
    this.atUs = atUs;
  }
}
