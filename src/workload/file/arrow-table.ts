import {type Column, type Table, Type, tableFromIPC} from '@uwdata/flechette';
import {LabelTable} from '../columns.ts';
import type {LabelColumn} from '../workload.ts';
import {arrowMessages} from './arrow-messages.ts';

/** Why a file is not what it should be; the caller knows its name and how to make a right one. */
export class RefusedFile extends Error {}

/** The table in an Arrow IPC file, its structure checked; RefusedFile. */
export function openTable(file: ArrayBuffer): Table {
  const messages = arrowMessages(file);
  if (typeof messages === 'string') throw new RefusedFile(messages);
  return sane(() => tableFromIPC(messages, {useBigInt: true}));
}

/** What `decode` reads through the library, which throws errors of many kinds at bytes that make no sense. */
export function sane<T>(decode: () => T): T {
  try {
    return decode();
  } catch (error) {
    if (error instanceof RefusedFile) throw error;
    throw new RefusedFile('is damaged: what it says of its columns makes no sense');
  }
}

export function damaged(name: string, message: string): RefusedFile {
  return new RefusedFile(`is damaged: column '${name}': ${message}`);
}

/** A batch as the library keeps it. */
interface RawBatch {
  readonly length: number;
  readonly offsets?: ArrayLike<number | bigint>;
  readonly values: ArrayLike<unknown>;
  readonly dictionary?: Column<unknown>;
  at(row: number): unknown;
}

/**
 * Columns of a small table that other tools may have written: any kind of number, any kind of text. Nothing of the file
 * is trusted: RefusedFile for what is missing, cut or no such thing.
 */
export class ArrowTable {
  readonly rows: number;
  readonly metadata: ReadonlyMap<string, string>;
  private readonly table: Table;

  /** As many rows as the column `names` has. */
  constructor(file: ArrayBuffer, names: string) {
    this.table = openTable(file);
    this.metadata = this.table.schema.metadata ?? new Map<string, string>();
    this.rows = this.table.getChild(names)?.length ?? 0;
  }

  has(name: string): boolean {
    return this.table.names.includes(name);
  }

  /** Text, or what reads as one; all rows are `fallback` where the column is missing. Nulls are ''. */
  texts(name: string, fallback?: string): LabelColumn {
    const batches = this.batches(name, texts, fallback === undefined);
    if (batches === undefined) return {id: new Int32Array(this.rows), values: [fallback!]};
    const id = new Int32Array(this.rows);
    const known = new LabelTable();
    let row = 0;
    for (const batch of batches) {
      const labels = batch.dictionary && sane(() => wordsOf(batch, known));
      checkOffsets(name, batch);
      for (let i = 0; i < batch.length; i++, row++) {
        const own = labels?.[Number(batch.values[i])];
        id[row] = own ?? known.idOf(`${sane(() => batch.at(i)) ?? ''}`);
      }
    }
    return {id, values: known.values};
  }

  /** Numbers as doubles; all rows are `fallback` where the column is missing. Nulls are NaN. */
  numbers(name: string, fallback?: number): Float64Array {
    const batches = this.batches(name, numbers, fallback === undefined);
    if (batches === undefined) return new Float64Array(this.rows).fill(fallback!);
    const out = new Float64Array(this.rows);
    let row = 0;
    for (const batch of batches) {
      for (let i = 0; i < batch.length; i++) out[row++] = Number(sane(() => batch.at(i)) ?? Number.NaN);
    }
    return out;
  }

  private batches(name: string, kinds: readonly number[], required: boolean): readonly RawBatch[] | undefined {
    const column = this.table.getChild(name) as Column<unknown> | null;
    if (!column) {
      if (required) throw new RefusedFile(`has no column '${name}'`);
      return undefined;
    }
    if (!kinds.includes(column.type.typeId)) throw new RefusedFile(`has column '${name}' of a kind that cannot be`);
    if (column.length !== this.rows) throw damaged(name, `it has ${column.length} rows, must have ${this.rows}`);
    const batches = column.data as unknown as readonly RawBatch[];
    for (const {length, values} of batches) {
      // Truth values are bits, text has offsets, and of nothing there are no values.
      const least = column.type.typeId === Type.Bool ? length / 8 : sized.includes(column.type.typeId) ? length : 0;
      if (values.length < least) throw damaged(name, 'its values are cut');
    }
    return batches;
  }
}

const {Null, Int, Float, Decimal, Bool, Utf8, LargeUtf8, Dictionary} = Type;
const sized: readonly number[] = [Int, Float, Decimal, Dictionary];
const numbers: readonly number[] = [Null, Int, Float, Decimal, Dictionary];
const texts: readonly number[] = [...numbers, Bool, Utf8, LargeUtf8];

/** A dictionary is looked up once. */
function wordsOf({dictionary}: RawBatch, known: LabelTable): Int32Array {
  return Int32Array.from(dictionary!.toArray() as Iterable<unknown>, (text) => known.idOf(`${text ?? ''}`));
}

function checkOffsets(name: string, {dictionary, length, offsets, values}: RawBatch): void {
  if (dictionary || offsets === undefined || length === 0) return;
  let previous = 0;
  for (let i = 0; i <= length; i++) {
    const offset = Number(offsets[i]);
    if (!(offset >= previous && offset <= values.length)) throw damaged(name, `text ${i} leaves the column`);
    previous = offset;
  }
}
