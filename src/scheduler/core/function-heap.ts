/**
 * Functions by a key that is never too late: a heap whose top is put right, or dropped, when it is looked at, so that
 * keys which only grow need not be kept up to date. Equal keys come in the order of functions.
 */
export class FunctionHeap {
  size = 0;
  readonly key: Float64Array; // [function]
  private readonly filed: Uint8Array; // [function]
  private readonly heap: Int32Array;

  constructor(functions: number) {
    this.key = new Float64Array(functions);
    this.filed = new Uint8Array(functions);
    this.heap = new Int32Array(functions);
  }

  /** The function with the least key. The heap must not be empty. */
  get top(): number {
    return this.heap[0]!;
  }

  has(fn: number): boolean {
    return this.filed[fn] === 1;
  }

  /** Files `fn`, which is not in the heap, under its element of `key`. */
  add(fn: number): void {
    const {heap} = this;
    this.filed[fn] = 1;
    let at = this.size++;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!this.before(fn, heap[parent]!)) break;
      heap[at] = heap[parent]!;
      at = parent;
    }
    heap[at] = fn;
  }

  /** The top's key has grown. */
  sink(): void {
    this.siftDown(this.heap[0]!);
  }

  /** Takes the top out. */
  drop(): void {
    this.filed[this.heap[0]!] = 0;
    if (--this.size > 0) this.siftDown(this.heap[this.size]!);
  }

  clear(): void {
    this.filed.fill(0);
    this.size = 0;
  }

  private before(a: number, b: number): boolean {
    const {key} = this;
    return key[a]! < key[b]! || (key[a]! === key[b]! && a < b);
  }

  /** Puts `fn` where it belongs, from the top down; the top is free. */
  private siftDown(fn: number): void {
    const {heap, size} = this;
    let at = 0;
    for (let child = 1; child < size; child = 2 * at + 1) {
      if (child + 1 < size && this.before(heap[child + 1]!, heap[child]!)) child++;
      if (!this.before(heap[child]!, fn)) break;
      heap[at] = heap[child]!;
      at = child;
    }
    heap[at] = fn;
  }
}
