import {type Instances, NONE} from './instances.ts';

/** What instances are ordered by, and where each stands: columns by instance that several `OpenInstances` share. */
export class OpenColumns {
  key = new Float64Array(1024);
  tie = new Float64Array(1024);
  /** Index in the heap of its function, or 0 in a list; NONE: in none. */
  place = new Int32Array(1024).fill(NONE);
  /** Its neighbours in a list. */
  next = new Int32Array(1024);
  before = new Int32Array(1024);

  grow(capacity: number): void {
    const [next, before] = [new Int32Array(capacity), new Int32Array(capacity)];
    next.set(this.next);
    before.set(this.before);
    const [key, tie, place] = [new Float64Array(capacity), new Float64Array(capacity), new Int32Array(capacity)];
    key.set(this.key);
    tie.set(this.tie);
    place.fill(NONE).set(this.place);
    Object.assign(this, {key, tie, place, next, before});
  }
}

/**
 * Instances that have a call and a free place: for each function a binary heap by (key, tie, age). Who serves next is
 * on top; taking it, or changing its key, is O(log n).
 */
export class OpenInstances {
  private readonly columns: OpenColumns;
  private readonly pool: Instances;
  private readonly heaps: Int32Array[] = []; // [function]
  private readonly size: Int32Array; // [function]

  constructor(functions: number, columns: OpenColumns, pool: Instances) {
    this.columns = columns;
    this.pool = pool;
    this.size = new Int32Array(functions);
  }

  /** The instance of `fn` that serves next, or NONE. */
  top(fn: number): number {
    return this.size[fn] === 0 ? NONE : this.heaps[fn]![0]!;
  }

  /** `i` stands where its key and tie say, whether it was here before or not. */
  set(i: number, fn: number, key: number, tie: number): void {
    const {columns} = this;
    let at = columns.place[i]!;
    if (at !== NONE && columns.key[i] === key && columns.tie[i] === tie) return;
    columns.key[i] = key;
    columns.tie[i] = tie;
    if (at === NONE) {
      at = this.size[fn]!++;
      this.makeRoom(fn, at);
    }
    this.siftDown(fn, i, this.siftUp(fn, i, at));
  }

  /** `i`, if it is here, no longer is. */
  remove(i: number, fn: number): void {
    const at = this.columns.place[i]!;
    if (at === NONE) return;
    this.columns.place[i] = NONE;
    const last = this.heaps[fn]![--this.size[fn]!]!;
    if (last !== i) this.siftDown(fn, last, this.siftUp(fn, last, at));
  }

  private makeRoom(fn: number, at: number): void {
    const heap = this.heaps[fn];
    if (heap !== undefined && at < heap.length) return;
    const larger = new Int32Array(heap === undefined ? 4 : 2 * heap.length);
    if (heap !== undefined) larger.set(heap);
    this.heaps[fn] = larger;
  }

  private before(a: number, b: number): boolean {
    const {key, tie} = this.columns;
    if (key[a] !== key[b]) return key[a]! < key[b]!;
    if (tie[a] !== tie[b]) return tie[a]! < tie[b]!;
    return this.pool.createdSequence[a]! < this.pool.createdSequence[b]!;
  }

  /** Moves `i` up from `from`; where it comes to stand. */
  private siftUp(fn: number, i: number, from: number): number {
    const heap = this.heaps[fn]!;
    let at = from;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!this.before(i, heap[parent]!)) break;
      heap[at] = heap[parent]!;
      this.columns.place[heap[at]!] = at;
      at = parent;
    }
    heap[at] = i;
    this.columns.place[i] = at;
    return at;
  }

  private siftDown(fn: number, i: number, from: number): void {
    const heap = this.heaps[fn]!;
    const size = this.size[fn]!;
    let at = from;
    for (let child = 2 * at + 1; child < size; child = 2 * at + 1) {
      if (child + 1 < size && this.before(heap[child + 1]!, heap[child]!)) child++;
      if (!this.before(heap[child]!, i)) break;
      heap[at] = heap[child]!;
      this.columns.place[heap[at]!] = at;
      at = child;
    }
    heap[at] = i;
    this.columns.place[i] = at;
  }
}
