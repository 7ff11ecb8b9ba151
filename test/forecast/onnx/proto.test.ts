import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {ProtoWriter, readFields, readInts, readString} from '../../../src/forecast/onnx/proto.ts';

const integers = fc.oneof(
  fc.maxSafeInteger(),
  fc.constantFrom(0, 1, 127, 128, 16_383, 16_384, -1, Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER),
);

describe('the protobuf wire format', () => {
  test('300 is written as the varint ac 02, as the protobuf manual has it', () => {
    expect([...new ProtoWriter().int(1, 300).finish()]).toEqual([0x08, 0xac, 0x02]);
  });

  test('-1 takes ten bytes', () => {
    expect([...new ProtoWriter().int(2, -1).finish()]).toEqual([0x10, ...new Array(9).fill(0xff), 0x01]);
  });

  test('integers, texts, floats and nested messages come back as they went', () => {
    fc.assert(
      fc.property(integers, fc.string({unit: 'grapheme'}), fc.array(integers), fc.float(), (int, text, ints, float) => {
        const inner = new ProtoWriter().string(7, text).packedInts(8, ints);
        const bytes = new ProtoWriter().int(1, int).message(200, inner).float(3, float).finish();
        const [first, second, third] = [...readFields(bytes)];
        expect(first).toMatchObject({field: 1, value: int});
        const [name, list] = [...readFields(second!.bytes)];
        expect([second!.field, readString(name!), readInts(list!)]).toEqual([200, text, ints]);
        expect(new DataView(third!.bytes.slice().buffer).getFloat32(0, true)).toBe(float);
      }),
    );
  });

  test.each([
    ['a number that runs past the end', [0x08, 0xff]],
    ['a length beyond the end', [0x0a, 0x05, 0x00]],
    ['a group, which nobody writes any more', [0x0b]],
    ['field number 0', [0x00, 0x00]],
    ['a number of more than ten bytes', [0x08, ...new Array(11).fill(0x80)]],
  ])('%s is refused', (_, bytes) => {
    expect(() => [...readFields(Uint8Array.from(bytes))]).toThrow(RangeError);
  });
});
