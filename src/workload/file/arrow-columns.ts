import {
  type Batch,
  batchType,
  Column,
  type DataType,
  dictionary,
  Endianness,
  field,
  int32,
  Table,
  tableToIPC,
  utf8,
  Version,
} from '@uwdata/flechette';
import type {OutputSink} from '../../files/output.ts';
import {textColumn} from '../columns.ts';
import type {LabelColumn, TextColumn} from '../workload.ts';

const none = new Uint8Array(0);

/** A batch from buffers as they are; the library's constructors only keep references. */
export function arrowBatch(type: DataType, length: number, parts: object): Batch<unknown> {
  const BatchClass = batchType(type, {}) as unknown as new (options: object) => Batch<unknown>;
  return new BatchClass({length, nullCount: 0, type, validity: none, ...parts});
}

/** A column of numbers, one batch, without copying. */
export function numbersToArrow(values: ArrayBufferView & {readonly length: number}, type: DataType): Column<unknown> {
  return new Column<unknown>([arrowBatch(type, values.length, {values})], type);
}

/** A column of text, one batch, without decoding it. */
export function textToArrow({bytes, length, offsets}: TextColumn): Column<unknown> {
  const type = utf8();
  const zero = offsets[0]!;
  const own = zero === 0 ? offsets : offsets.map((offset) => offset - zero);
  const batch = arrowBatch(type, length, {offsets: own, values: bytes.subarray(zero, offsets[length]!)});
  return new Column<unknown>([batch], type);
}

/** A dictionary column of labels, one batch. */
export function labelsToArrow({id, values}: LabelColumn): Column<unknown> {
  const text = utf8();
  const type = dictionary(text, int32());
  const {bytes, offsets} = textColumn(values);
  const words = new Column([arrowBatch(text, values.length, {offsets, values: bytes})], text);
  const batch = arrowBatch(type, id.length, {values: id});
  (batch as unknown as {setDictionary(column: Column<unknown>): void}).setDictionary(words);
  return new Column<unknown>([batch], type);
}

/** Writes columns of equal length as one Arrow IPC file, buffers as they lie in memory. */
export function writeArrowFile(
  columns: readonly (readonly [name: string, column: Column<unknown>])[],
  metadata: ReadonlyMap<string, string>,
  sink: OutputSink,
): void {
  const schema = {
    version: Version.V5,
    endianness: Endianness.Little,
    fields: columns.map(([name, column]) => field(name, column.type)),
    metadata: new Map(metadata),
  };
  const table = new Table(
    schema,
    columns.map(([, column]) => column),
  );
  const target = {
    write: (bytes: Uint8Array) => sink.write(bytes),
    pad: (count: number) => sink.write(new Uint8Array(count)),
    finish: () => null,
  };
  tableToIPC(table, {sink: target, format: 'file'});
}
