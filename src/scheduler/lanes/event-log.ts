/** Times within a window at which lanes gained or lost instances, as columns that grow and are used again. */
export class EventLog {
  count = 0;
  at = new Int32Array(256); // since the window's start
  visit = new Int32Array(256); // whose
  /** Of which walk of the visit; void if the lane was walked again since. */
  version = new Int32Array(256);
  /** Creations: the cold time, us. */
  tookUs = new Float64Array(256);
  /** Creations: when the call that asked for it finishes, since the window's start. */
  finishAt = new Float64Array(256);

  add(at: number, visit: number, version: number, tookUs: number, finishAt: number): void {
    if (this.count === this.at.length) {
      this.at = doubled(this.at);
      this.visit = doubled(this.visit);
      this.version = doubled(this.version);
      this.tookUs = doubledTimes(this.tookUs);
      this.finishAt = doubledTimes(this.finishAt);
    }
    const k = this.count++;
    this.at[k] = at;
    this.visit[k] = visit;
    this.version[k] = version;
    this.tookUs[k] = tookUs;
    this.finishAt[k] = finishAt;
  }
}

/** A copy with room for twice as many. */
export function doubled(column: Int32Array): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(2 * column.length);
  larger.set(column);
  return larger;
}

export function doubledTimes(column: Float64Array): Float64Array<ArrayBuffer> {
  const larger = new Float64Array(2 * column.length);
  larger.set(column);
  return larger;
}
