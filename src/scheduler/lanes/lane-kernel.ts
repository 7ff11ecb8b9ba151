import type {CallDrawer} from '../core/window-of-calls.ts';
import {kernelBase64} from './kernel-bytes.js';
import type {Levels} from './level-count.ts';

/** What `kernel/assembly.ts` exports. */
interface Exports {
  readonly memory: {readonly buffer: ArrayBuffer; grow(pages: number): number};
  dealtAt(): number;
  finishedAt(): number;
  beyondAt(): number;
  pushedAt(): number;
  takenAt(): number;
  levelCount(): number;
  pushedCount(): number;
  takenCount(): number;
  beyondCount(): number;
  sumUs(): number;
  heapBase(): number;
  begin(calls: number, lengthUs: number, earlier: number): void;
  draw: CallDrawer['draw'];
  settle(idle: number, takings: number): number;
}

/** As much of the engine's WebAssembly as is used here. */
declare const WebAssembly: {
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object) => {readonly exports: unknown};
  validate(bytes: Uint8Array): boolean;
};

const PAGE_BYTES = 1 << 16;
const MOST_CALLS = 1 << 16;
/** Stretches of a minute. */
const STRETCHES = 64;
/** A table of durations: 100 pairs of single precision numbers. */
const TABLE_BYTES = 800;

/** Kernels that nobody uses: whoever comes next on this thread is spared making one. */
const idle: LaneKernel[] = [];
let compiled: object | undefined;
let runs: boolean | undefined;

/** True if this engine runs the kernel: it needs SIMD. */
export function kernelRuns(): boolean {
  runs ??= WebAssembly.validate(bytesOf(kernelBase64));
  return runs;
}

function bytesOf(base64: string): Uint8Array {
  return Uint8Array.from(atob(base64), (char) => char.charCodeAt(0));
}

/** `LevelCount` in WebAssembly, which draws the calls itself. */
export class LaneKernel implements CallDrawer, Levels {
  level = 0;
  pushed = 0;
  taken = 0;
  beyond = 0;
  sumUs = 0;
  dealt!: Int32Array;
  pushedAt!: Int32Array;
  takenAt!: Int32Array;
  beyondAt!: Int32Array;
  private finishAt!: Int32Array;
  private readonly exports: Exports;
  /** The first free byte, and the first that is not the kernel's own. */
  private free: number;
  private readonly base: number;

  /** One that nobody uses, without any table. */
  static take(): LaneKernel {
    return idle.pop() ?? new LaneKernel();
  }

  private constructor() {
    compiled ??= new WebAssembly.Module(bytesOf(kernelBase64));
    this.exports = new WebAssembly.Instance(compiled).exports as Exports;
    this.base = (this.exports.heapBase() + 15) & ~15;
    this.free = this.base;
    this.view();
  }

  /** Whoever took it has no more use for it. */
  giveBack(): void {
    this.free = this.base;
    idle.push(this);
  }

  /** Growing the memory leaves views of it empty. */
  private view(): void {
    const {exports} = this;
    const column = (at: number): Int32Array => new Int32Array(exports.memory.buffer, at, MOST_CALLS);
    this.dealt = new Int32Array(exports.memory.buffer, exports.dealtAt(), STRETCHES);
    this.finishAt = column(exports.finishedAt());
    this.beyondAt = column(exports.beyondAt());
    this.pushedAt = column(exports.pushedAt());
    this.takenAt = column(exports.takenAt());
  }

  /** A window that lasts `lengthUs` begins with `calls` and the first `earlier` of `finishAt`, which end in it. */
  begin(calls: number, lengthUs: number, finishAt: Int32Array, earlier: number): void {
    for (let k = 0; k < earlier; k++) this.finishAt[k] = finishAt[k]!;
    this.exports.begin(calls, lengthUs, earlier);
  }

  draw(
    timeA: number,
    timeB: number,
    durationA: number,
    durationB: number,
    first: number,
    last: number,
    lengthUs: number,
    table: number,
  ): void {
    this.exports.draw(timeA, timeB, durationA, durationB, first, last, lengthUs, table);
  }

  addTable(table: Float32Array): number {
    const {exports} = this;
    const at = this.free;
    this.free += TABLE_BYTES;
    const missing = this.free - exports.memory.buffer.byteLength;
    if (missing > 0) {
      // By an eighth at a time: every growth makes the views anew.
      exports.memory.grow(Math.ceil(Math.max(missing, exports.memory.buffer.byteLength / 8) / PAGE_BYTES));
      this.view();
    }
    new Float32Array(exports.memory.buffer, at, table.length).set(table);
    return at;
  }

  /** What becomes of `idle` instances; false when one must be created. See `LevelCount.run`. */
  settle(idle: number, takings: boolean): boolean {
    const {exports} = this;
    if (exports.settle(idle, takings ? 1 : 0) === 0) return false;
    this.level = exports.levelCount();
    this.pushed = exports.pushedCount();
    this.taken = exports.takenCount();
    this.beyond = exports.beyondCount();
    this.sumUs = exports.sumUs();
    return true;
  }
}
