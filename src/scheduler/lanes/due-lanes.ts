import {US_PER_MINUTE} from '../../base/units.ts';

const NONE = -1;

/**
 * Which lanes may lose an instance to its time to live, and when at the earliest: a list a minute. A time is never too
 * late, because what is idle for longest only ever gets younger; it is put right when it has come.
 */
export class DueLanes {
  /** Earliest expiry of each filed lane, us. */
  readonly dueUs: Float64Array; // [function]
  private readonly head: Int32Array; // [minute]
  private readonly next: Int32Array; // [function]
  private readonly filed: Uint8Array; // [function]
  /** All earlier minutes are empty. */
  private minute = 0;

  /** Times from `endUs` on need not be filed. */
  constructor(functions: number, endUs: number) {
    this.dueUs = new Float64Array(functions);
    this.head = new Int32Array(Math.ceil(endUs / US_PER_MINUTE)).fill(NONE);
    this.next = new Int32Array(functions);
    this.filed = new Uint8Array(functions);
  }

  /** Files `fn`, unless it is filed, with an expiry not before `dueUs`. */
  file(fn: number, dueUs: number): void {
    if (this.filed[fn] === 1) return;
    const minute = Math.floor(dueUs / US_PER_MINUTE);
    if (minute >= this.head.length) return;
    this.filed[fn] = 1;
    this.dueUs[fn] = dueUs;
    this.next[fn] = this.head[minute]!;
    this.head[minute] = fn;
  }

  /** Takes out the lanes whose time comes before `untilUs`; writes them to `out` and returns how many. */
  take(untilUs: number, out: Int32Array): number {
    let count = 0;
    const last = Math.min(this.head.length - 1, Math.ceil(untilUs / US_PER_MINUTE) - 1);
    for (let minute = this.minute; minute <= last; minute++) {
      let later = NONE;
      for (let fn = this.head[minute]!; fn !== NONE; ) {
        const next = this.next[fn]!;
        if (this.dueUs[fn]! < untilUs) {
          this.filed[fn] = 0;
          out[count++] = fn;
        } else {
          this.next[fn] = later;
          later = fn;
        }
        fn = next;
      }
      this.head[minute] = later;
    }
    this.minute = Math.max(this.minute, last);
    return count;
  }

  clear(): void {
    this.head.fill(NONE);
    this.filed.fill(0);
  }
}
