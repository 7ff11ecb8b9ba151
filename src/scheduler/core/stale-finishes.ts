/** Rows of what finishes: instances, or calls where an instance has several. */
interface Rows {
  stale: Uint16Array | undefined;
  recycle(id: number): void;
}

/**
 * Finishes in the timing wheel that mean nothing any more, which gives nothing back: of calls that are no more, whose rows are
 * not used again before, and of calls that will finish later, as they stand still. The latter are never behind the finish that
 * counts.
 */
export class StaleFinishes {
  private readonly rows: Rows;
  /** 1: what had the row is no more. */
  private gone = new Uint8Array(1024); // [instance or call]

  constructor(rows: Rows) {
    this.rows = rows;
    rows.stale = new Uint16Array(1024);
  }

  /** The finish of what is filed as `id` means nothing; `isGone`: nor does its row. */
  add(id: number, isGone: boolean): void {
    const {rows} = this;
    if (id >= this.gone.length) {
      const [stale, gone] = [new Uint16Array(2 * (id + 1)), new Uint8Array(2 * (id + 1))];
      stale.set(rows.stale!);
      gone.set(this.gone);
      rows.stale = stale;
      this.gone = gone;
    }
    rows.stale![id]! += 1;
    if (isGone) this.gone[id] = 1;
  }

  /** True if what is filed as `id` and would be over now is not. */
  takes(id: number): boolean {
    const {rows, gone} = this;
    const count = rows.stale![id] ?? 0;
    if (count === 0) return false;
    rows.stale![id] = count - 1;
    if (count > 1 || gone[id] === 0) return true;
    gone[id] = 0;
    rows.recycle(id);
    return true;
  }
}
