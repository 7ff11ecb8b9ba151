import {ProtoWriter, readFields, readString} from '../../src/forecast/onnx/proto.ts';

/** The same ONNX file as another version of the format and of the operators would have it: only the two numbers change. */
export function withVersions(file: Uint8Array, irVersion: number, opset: number): Uint8Array {
  const model = new ProtoWriter().int(1, irVersion);
  for (const {bytes, field, value} of readFields(file)) {
    if (field === 1) continue;
    if (field === 8 && domainOf(bytes) === '') model.message(8, new ProtoWriter().string(1, '').int(2, opset));
    else if (Number.isNaN(value)) model.bytes(field, bytes);
    else model.int(field, value);
  }
  return model.finish().slice();
}

function domainOf(opsetImport: Uint8Array): string {
  for (const item of readFields(opsetImport)) if (item.field === 1) return readString(item);
  return '';
}
