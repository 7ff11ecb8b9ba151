import {NONE} from '../../core/instances.ts';

/**
 * Which waiting call may evict, of calls numbered in the order in which they wait, where whatever goes for one would go
 * for any: the first whose cold time what goes has been idle for, or which has itself waited for its own. A tournament
 * tree of the least cold time and the least time at which a call has waited for it: O(log n), less where calls come in
 * order.
 */
export class Patience {
  private leaves = 0;
  private coldUs = new Float64Array(0); // tree of minima, leaves from `leaves` on
  private dueUs = new Float64Array(0); // the same

  /** Call `call` waits, with `coldUs` to start, and has waited for that long at `dueUs`. */
  add(call: number, coldUs: number, dueUs: number): void {
    if (call >= this.leaves) this.grow(call + 1);
    this.set(call, coldUs, dueUs);
  }

  /** Call `call` waits no longer. */
  remove(call: number): void {
    this.set(call, Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY);
  }

  /** Nobody waits. */
  clear(): void {
    this.coldUs.fill(Number.POSITIVE_INFINITY);
    this.dueUs.fill(Number.POSITIVE_INFINITY);
  }

  /** The first call with a cold time of at most `ageUs`, or due by `nowUs`; or NONE. */
  first(ageUs: number, nowUs: number): number {
    const {coldUs, dueUs, leaves} = this;
    if (leaves === 0 || (coldUs[1]! > ageUs && dueUs[1]! > nowUs)) return NONE;
    let node = 1;
    while (node < leaves) {
      node *= 2;
      if (coldUs[node]! > ageUs && dueUs[node]! > nowUs) node += 1;
    }
    return node - leaves;
  }

  /** When the first of them may evict what is idle since `sinceUs`; Infinity without calls. */
  nextUs(sinceUs: number): number {
    return this.leaves === 0 ? Number.POSITIVE_INFINITY : Math.min(this.dueUs[1]!, this.coldUs[1]! + sinceUs);
  }

  private set(call: number, ofColdUs: number, ofDueUs: number): void {
    const {coldUs, dueUs} = this;
    let node = this.leaves + call;
    coldUs[node] = ofColdUs;
    dueUs[node] = ofDueUs;
    for (node >>= 1; node > 0; node >>= 1) {
      const left = 2 * node;
      const cold = coldUs[left]! < coldUs[left + 1]! ? coldUs[left]! : coldUs[left + 1]!;
      const due = dueUs[left]! < dueUs[left + 1]! ? dueUs[left]! : dueUs[left + 1]!;
      if (coldUs[node] === cold && dueUs[node] === due) return;
      coldUs[node] = cold;
      dueUs[node] = due;
    }
  }

  private grow(least: number): void {
    const before = this.leaves;
    let leaves = Math.max(64, before);
    while (leaves < least) leaves *= 2;
    this.leaves = leaves;
    this.coldUs = regrown(this.coldUs, before, leaves);
    this.dueUs = regrown(this.dueUs, before, leaves);
  }
}

/** The tree with room for so many leaves. */
function regrown(tree: Float64Array, before: number, leaves: number): Float64Array<ArrayBuffer> {
  const larger = new Float64Array(2 * leaves).fill(Number.POSITIVE_INFINITY);
  larger.set(tree.subarray(before), leaves);
  for (let node = leaves - 1; node > 0; node--) larger[node] = Math.min(larger[2 * node]!, larger[2 * node + 1]!);
  return larger;
}
