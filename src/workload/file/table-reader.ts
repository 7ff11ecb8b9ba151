import {type Batch, type Column, type Table, Type} from '@uwdata/flechette';
import {Utf8Column, unknowns} from '../columns.ts';
import type {LabelColumn, ListColumn} from '../workload.ts';
import {damaged, RefusedFile, sane} from './arrow-table.ts';

type ListArray = Uint32Array | Float64Array | Int32Array;
type ListArrayType<T extends ListArray> = new (buffer: ArrayBuffer, at: number, length: number) => T;
type NumberBatch = Batch<unknown> & {values: ArrayLike<number> & ArrayBufferView};

/** Takes the columns of a table apart and trusts none of them: types, lengths, offsets and ids are checked. */
export class TableReader {
  /** Number of rows, as the column of names has it. */
  readonly rows: number;
  readonly names: Utf8Column;
  private readonly table: Table;
  private readonly file: ArrayBuffer;

  constructor(table: Table, file: ArrayBuffer, names: string) {
    this.table = table;
    this.file = file;
    this.rows = table.getChild(names)?.length ?? 0;
    this.names = textOf(
      names,
      this.column(names, (type) => type.typeId === Type.Utf8, 'utf8'),
    );
  }

  has(name: string): boolean {
    return this.table.names.includes(name);
  }

  labels(name: string): LabelColumn {
    const isLabel = (type: TypeShape) =>
      type.typeId === Type.Dictionary && type.indices?.bitWidth === 32 && type.dictionary?.typeId === Type.Utf8;
    const column = this.column(name, isLabel, 'dictionary<int32, utf8>');
    const batches = column.data as unknown as {values: Int32Array; length: number; dictionary?: Column<unknown>}[];
    const id = new Int32Array(this.rows);
    let at = 0;
    for (const batch of batches) {
      id.set(batch.values.subarray(0, batch.length), at);
      at += batch.length;
    }
    const values = sane(() => (batches[0]?.dictionary?.cache() ?? []) as readonly string[]);
    for (let f = 0; f < id.length; f++) {
      if (typeof values[id[f]!] !== 'string') throw damaged(name, `row ${f} has label ${id[f]} of ${values.length}`);
    }
    return {id, values};
  }

  numbers(name: string): Float64Array {
    return this.doubles(name, this.column(name, isDouble, 'float64').data, 1);
  }

  fixedLists(name: string, stride: number): Float64Array {
    const isList = (type: TypeShape) =>
      type.typeId === Type.FixedSizeList && type.stride === stride && isDouble(type.children![0]!.type);
    const column = this.column(name, isList, `fixed_size_list<float64>[${stride}]`);
    const children = column.data.map((batch) => batch.children[0]!);
    return this.doubles(name, children, stride);
  }

  /** Lists of numbers as views over the whole file; `Int32Array` stands for int64, two words a value. */
  lists<T extends ListArray>(name: string, kinds: ListArrayType<T>[]): ListColumn<T> {
    const Kind = (type: TypeShape) =>
      kinds.find((kind) => type.typeId === Type.List && matches(type.children![0]!.type, kind));
    const column = this.column(name, (type) => Kind(type) !== undefined, 'list<number>');
    const ArrayKind = Kind(column.type as TypeShape)!;
    const lists = {start: new Float64Array(this.rows), length: new Float64Array(this.rows)};
    let at = 0;
    for (const batch of column.data) {
      const child = batch.children[0] as NumberBatch;
      if (child.nullCount > 0) throw damaged(name, 'it has nulls');
      const itemBytes = child.values.byteLength / child.values.length || 4;
      const base = child.values.byteOffset / itemBytes;
      const {offsets} = batch;
      for (let row = 0; row < batch.length; row++, at++) {
        const from = Number(offsets[row]);
        const length = Number(offsets[row + 1]) - from;
        if (!(from >= 0 && length >= 0 && from + length <= child.values.length)) {
          throw damaged(name, `the list of row ${at} leaves the column`);
        }
        lists.start[at] = base + from;
        lists.length[at] = length;
      }
    }
    const bytes = ArrayKind === (Float64Array as unknown) ? 8 : 4;
    return {...lists, values: new ArrayKind(this.file, 0, Math.floor(this.file.byteLength / bytes))};
  }

  private column(name: string, accepts: (type: TypeShape) => boolean, wanted: string): Column<unknown> {
    const column = this.table.getChild(name) as Column<unknown> | null;
    if (!column) throw new RefusedFile(`has no column '${name}'`);
    const type = column.type as TypeShape;
    if (!accepts(type)) {
      const kind = Object.keys(Type).find((key) => Type[key as keyof typeof Type] === type.typeId);
      throw new RefusedFile(`has column '${name}' of type ${kind}, must be ${wanted}`);
    }
    if (column.length !== this.rows) throw damaged(name, `it has ${column.length} rows`);
    return column;
  }

  /** One batch is a view; several are put together. Nulls, which other tools write for NaN, become NaN. */
  private doubles(name: string, batches: readonly Batch<unknown>[], stride: number): Float64Array {
    const length = this.rows * stride;
    const [first] = batches;
    if (batches.length === 1 && first!.nullCount === 0 && first!.values.length >= length) {
      return (first!.values as Float64Array).subarray(0, length);
    }
    const values = unknowns(length);
    let at = 0;
    for (const batch of batches) {
      if (batch.values.length < batch.length) throw damaged(name, 'its values are cut');
      for (let i = 0; i < batch.length; i++) values[at++] = sane(() => batch.at(i) as number | null) ?? Number.NaN;
    }
    return values;
  }
}

interface TypeShape {
  typeId: number;
  bitWidth?: number;
  signed?: boolean;
  precision?: number;
  stride?: number;
  indices?: {bitWidth: number};
  dictionary?: TypeShape;
  children?: {type: TypeShape}[];
}

function isDouble(type: TypeShape): boolean {
  return type.typeId === Type.Float && type.precision === 2;
}

function matches(type: TypeShape, kind: unknown): boolean {
  if (kind === Float64Array) return isDouble(type);
  const bits = kind === Int32Array ? 64 : 32;
  return type.typeId === Type.Int && type.bitWidth === bits && type.signed === (bits === 64);
}

/** A text column over all batches: a view of the only one, or their bytes put together. */
function textOf(name: string, column: Column<unknown>): Utf8Column {
  const batches = column.data as unknown as {offsets: Int32Array; values: Uint8Array; length: number}[];
  // A damaged length could ask for more memory than there is, so it is held against what is there first.
  for (const {offsets, length} of batches) {
    if (length > 0 && offsets.length < length + 1) throw damaged(name, 'its offsets are cut');
  }
  const offsets = new Int32Array(column.length + 1);
  let [rows, used] = [0, 0];
  for (const batch of batches) {
    for (let row = 0; row < batch.length; row++) {
      const [from, to] = [batch.offsets[row]!, batch.offsets[row + 1]!];
      if (!(from >= 0 && to >= from && to <= batch.values.length))
        throw damaged(name, `text ${rows} leaves the column`);
      if (row === 0) offsets[rows] = batches.length === 1 ? from : used;
      offsets[rows + 1] = offsets[rows]! + to - from;
      rows++;
    }
    used = offsets[rows]!;
  }
  if (batches.length === 1) return new Utf8Column(batches[0]!.values, offsets);
  const bytes = new Uint8Array(used);
  let at = 0;
  for (const {offsets: own, values, length} of batches) {
    const piece = values.subarray(own[0]!, own[length]!);
    bytes.set(piece, at);
    at += piece.length;
  }
  return new Utf8Column(bytes, offsets);
}
