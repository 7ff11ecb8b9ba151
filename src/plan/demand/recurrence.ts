/** Powers of two of counts that are told apart: 1, 2, 3..4, 5..8 and so on. */
const GROUPS = 54;
/** Counts with which every group is taken to recur in full before anything is seen. */
const PRIOR = 5;

/**
 * How far what was seen few times comes again: of everything that history saw r times in its first half, the mean
 * number of times in its second, as a share of r. A rate from a single observation promises too much, because of the
 * many things that might have been seen once one is looked at that was (Good, 1953).
 */
export class Recurrence {
  private readonly first = new Float64Array(GROUPS);
  private readonly second = new Float64Array(GROUPS);
  private readonly members = new Uint32Array(GROUPS);

  /** Something that happened so often in the first half of history and so often in the second. */
  add(first: number, second: number, weight = 1): void {
    if (first === 0) return;
    const group = groupOf(first);
    this.first[group]! += weight * first;
    this.second[group]! += weight * second;
  }

  /**
   * Things that happen together, such as the levels that one burst reaches: those that happened about as often in the
   * first half count as one, or a single burst of a hundred levels would speak for all functions.
   */
  addTogether(first: Float64Array, all: Float64Array, from: number, until: number): void {
    const {members} = this;
    members.fill(0);
    for (let i = from; i < until; i++) if (first[i]! > 0) members[groupOf(first[i]!)]!++;
    for (let i = from; i < until; i++) {
      if (first[i]! > 0) this.add(first[i]!, all[i]! - first[i]!, 1 / members[groupOf(first[i]!)]!);
    }
  }

  /** What to multiply the rate of something by that happened `count` times; never above 1. */
  factor(count: number): number {
    if (count === 0) return 1;
    const group = groupOf(count);
    return Math.min(1, (this.second[group]! + PRIOR) / (this.first[group]! + PRIOR));
  }
}

function groupOf(count: number): number {
  return Math.ceil(Math.log2(Math.max(1, count)));
}
