/** Where rows are put aside, in memory or elsewhere. */
export interface Store {
  put(rows: Float64Array): number;
  take(batch: number): Float64Array;
}

/**
 * Rows of doubles that the cells of a replay tell while they run, on whatever thread and in whatever order, each cell its
 * own in order. Read when all are there.
 */
export class ToldRows {
  private readonly store: Store;
  private readonly fields: number;
  private readonly batches = new Map<string, number[]>(); // by policy and cell

  /** A row is so many doubles. */
  constructor(store: Store, fields: number) {
    this.store = store;
    this.fields = fields;
  }

  add(policy: number, cell: number, rows: Float64Array): void {
    const of = `${policy} ${cell}`;
    const batches = this.batches.get(of) ?? [];
    this.batches.set(of, batches);
    batches.push(this.store.put(rows));
  }

  /** The rows of one policy, one cell after the other. */
  *byCell(policy: number, cells: number): Generator<Float64Array> {
    for (let cell = 0; cell < cells; cell++) yield* this.ofCell(policy, cell);
  }

  /** The same merged by the first two fields of a row, which ascend in each cell; equal ones in the order of cells. */
  *merged(policy: number, cells: number): Generator<Float64Array> {
    const runs = Array.from({length: cells}, (_, cell) => new Run(this.ofCell(policy, cell), this.fields)).filter(
      (run) => run.hasRow,
    );
    while (runs.length > 1) {
      const [first, next] = firstTwo(runs);
      const run = runs[first]!;
      yield run.takeBefore(runs[next]!, next > first);
      if (!run.hasRow) runs.splice(first, 1);
    }
    for (const run of runs) yield* run.rest();
  }

  private *ofCell(policy: number, cell: number): Generator<Float64Array> {
    for (const batch of this.batches.get(`${policy} ${cell}`) ?? []) yield this.store.take(batch);
  }
}

/** The runs whose rows are first and second in order. */
function firstTwo(runs: readonly Run[]): [number, number] {
  let [first, next] = runs[1]!.isBefore(runs[0]!) ? [1, 0] : [0, 1];
  for (let k = 2; k < runs.length; k++) {
    if (runs[k]!.isBefore(runs[first]!)) [first, next] = [k, first];
    else if (runs[k]!.isBefore(runs[next]!)) next = k;
  }
  return [first, next];
}

/** The rows of a cell as they are read. */
class Run {
  private readonly batches: Iterator<Float64Array>;
  private readonly fields: number;
  private rows = new Float64Array(0);
  private at = 0;

  constructor(batches: Iterator<Float64Array>, fields: number) {
    this.batches = batches;
    this.fields = fields;
    this.load();
  }

  get hasRow(): boolean {
    return this.at < this.rows.length;
  }

  /** The row at hand is before the other's; equal ones are not. */
  isBefore(other: Run): boolean {
    return this.compare(this.at, other) < 0;
  }

  /** The rows of the batch at hand before the other's, `andEqual` ones too; one at least. */
  takeBefore(other: Run, andEqual: boolean): Float64Array {
    let end = this.at + this.fields;
    while (end < this.rows.length) {
      const order = this.compare(end, other);
      if (order > 0 || (order === 0 && !andEqual)) break;
      end += this.fields;
    }
    const taken = this.rows.subarray(this.at, end);
    this.at = end;
    if (!this.hasRow) this.load();
    return taken;
  }

  *rest(): Generator<Float64Array> {
    while (this.hasRow) {
      yield this.rows.subarray(this.at);
      this.load();
    }
  }

  private compare(at: number, other: Run): number {
    return this.rows[at]! - other.rows[other.at]! || this.rows[at + 1]! - other.rows[other.at + 1]!;
  }

  private load(): void {
    this.at = 0;
    this.rows = new Float64Array(0);
    while (this.rows.length === 0) {
      const next = this.batches.next();
      if (next.done) return;
      this.rows = next.value as Float64Array<ArrayBuffer>;
    }
  }
}
