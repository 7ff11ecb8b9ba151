import type {ElementName, Feed} from '../onnx/session.ts';
import {type Axis, dimensionsOf, type Extents, strideOf} from './layout.ts';

/** Element types that models take and give, by ONNX's number for each. */
export const elementNames: Readonly<Record<number, ElementName>> = {
  1: 'float32',
  6: 'int32',
  7: 'int64',
  9: 'bool',
  11: 'float64',
};

/**
 * One input of a model for a batch of rows: memory is taken once, laid out as the model wants it, and written in place.
 * Cells are found by `row * rowStride + time * timeStride + ...`.
 */
export class RowTensor {
  readonly name: string;
  readonly rowStride: number;
  private readonly type: ElementName;
  private readonly axes: readonly Axis[];
  private readonly extents: Extents;
  private readonly capacity: number;
  private readonly dimensions: readonly number[];
  private readonly data: Feed['data'];
  /** Whole numbers of 64 bits are written as two halves: big integers would be made by the million. */
  private readonly halves: Int32Array | undefined;
  private readonly plain: Float32Array | Float64Array | Int32Array | Uint8Array;

  constructor(name: string, type: ElementName, axes: readonly Axis[], extents: Extents, capacity: number) {
    this.name = name;
    this.type = type;
    this.axes = axes;
    this.extents = extents;
    this.capacity = capacity;
    this.dimensions = dimensionsOf(axes, extents, capacity);
    this.rowStride = this.stride('rows');
    const cells = this.dimensions.reduce((product, size) => product * size, 1);
    if (type === 'int64') {
      this.data = new BigInt64Array(cells);
      this.halves = new Int32Array(this.data.buffer);
      this.plain = this.halves;
    } else {
      const Cells = {float32: Float32Array, float64: Float64Array, int32: Int32Array, bool: Uint8Array}[type];
      this.data = this.plain = new Cells(cells);
    }
  }

  stride(axis: Axis): number {
    return strideOf(this.axes, this.dimensions, axis);
  }

  /** The length of a side; 1 where the tensor has none of that kind. */
  lengthOf(axis: Axis): number {
    return this.axes.includes(axis) ? (this.extents[axis] ?? 1) : 1;
  }

  has(axis: Axis): boolean {
    return this.axes.includes(axis);
  }

  /** Whole types take the nearest whole number. */
  set(at: number, value: number): void {
    if (this.halves !== undefined) {
      const rounded = Math.round(value);
      this.halves[2 * at] = (rounded % 2 ** 32) | 0;
      this.halves[2 * at + 1] = Math.floor(rounded / 2 ** 32);
    } else this.plain[at] = this.type === 'int32' ? Math.round(value) : value;
  }

  /** The first `rows` rows, or all of them, those beyond `rows` empty, where the model takes so many and no other number. */
  feed(rows: number, fixed: boolean): Feed {
    const {axes, capacity, data, extents, name, type} = this;
    const inner = this.rowStride;
    const outer = data.length / (capacity * inner);
    const size = fixed ? capacity : rows;
    if (fixed) {
      for (let o = 0; o < outer; o++) this.clear((o * capacity + rows) * inner, (o + 1) * capacity * inner);
    } else if (rows < capacity) {
      // Where rows are not the outermost side, what belongs to fewer of them lies closer together.
      for (let o = 1; o < outer; o++)
        data.copyWithin(o * rows * inner, o * capacity * inner, (o * capacity + rows) * inner);
    }
    return {name, type, data: data.subarray(0, size * inner * outer), dimensions: dimensionsOf(axes, extents, size)};
  }

  private clear(from: number, to: number): void {
    if (this.data instanceof BigInt64Array) this.data.fill(0n, from, to);
    else this.data.fill(0, from, to);
  }
}

/** The numbers that the runtime gave, whatever their type; undefined where they are none (text, half precision). */
export function numbersOf(data: unknown): ArrayLike<number> | undefined {
  if (data instanceof Float32Array || data instanceof Float64Array) return data;
  if (data instanceof Int32Array || data instanceof Uint8Array) return data;
  if (data instanceof BigInt64Array) return Float64Array.from(data, Number);
  return undefined;
}
