import {NONE} from '../../core/instances.ts';

/** Functions or teams by a rank of two numbers, least first, at one rank by number: a binary heap that knows where each is. O(log n). */
export class RankHeap {
  size = 0;
  readonly key: Float64Array; // [id]
  readonly tie: Float64Array; // [id]
  private readonly heap: Int32Array;
  private readonly place: Int32Array; // [id] its index in the heap, or NONE

  constructor(ids: number) {
    this.key = new Float64Array(ids);
    this.tie = new Float64Array(ids);
    this.heap = new Int32Array(ids);
    this.place = new Int32Array(ids).fill(NONE);
  }

  /** The first, or NONE. */
  get top(): number {
    return this.size === 0 ? NONE : this.heap[0]!;
  }

  has(id: number): boolean {
    return this.place[id] !== NONE;
  }

  /** Files `id` under that rank, whether it is there already or not. */
  set(id: number, key: number, tie: number): void {
    const at = this.place[id]!;
    const later = at !== NONE && (key > this.key[id]! || (key === this.key[id] && tie > this.tie[id]!));
    this.key[id] = key;
    this.tie[id] = tie;
    if (at === NONE) this.siftUp(id, this.size++);
    else if (later) this.siftDown(id, at);
    else this.siftUp(id, at);
  }

  /** Takes `id` out, if it is there. */
  remove(id: number): void {
    const at = this.place[id]!;
    if (at === NONE) return;
    this.place[id] = NONE;
    const last = this.heap[--this.size]!;
    if (last === id) return;
    const parent = this.heap[(at - 1) >> 1]!;
    if (at > 0 && this.before(last, parent)) this.siftUp(last, at);
    else this.siftDown(last, at);
  }

  private before(a: number, b: number): boolean {
    const {key, tie} = this;
    if (key[a] !== key[b]) return key[a]! < key[b]!;
    return tie[a] === tie[b] ? a < b : tie[a]! < tie[b]!;
  }

  private siftUp(id: number, from: number): void {
    const {heap, place} = this;
    let at = from;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!this.before(id, heap[parent]!)) break;
      heap[at] = heap[parent]!;
      place[heap[at]!] = at;
      at = parent;
    }
    heap[at] = id;
    place[id] = at;
  }

  private siftDown(id: number, from: number): void {
    const {heap, place, size} = this;
    let at = from;
    for (let child = 2 * at + 1; child < size; child = 2 * at + 1) {
      if (child + 1 < size && this.before(heap[child + 1]!, heap[child]!)) child++;
      if (!this.before(heap[child]!, id)) break;
      heap[at] = heap[child]!;
      place[heap[at]!] = at;
      at = child;
    }
    heap[at] = id;
    place[id] = at;
  }
}
