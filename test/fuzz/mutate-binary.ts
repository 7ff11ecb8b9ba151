import type {Random} from '../../src/base/random.ts';

/** What a column of 64-bit integers, doubles or 32-bit integers should never hold, and what lies on the edge. */
const doubles = [Number.NaN, -5, -0, 0.5, 1e300, Number.POSITIVE_INFINITY, 2 ** 31, 2 ** 53, 1e12, -1e-9];
const integers = [-1n, -2n, -4n, 0n, 1n, 2n ** 31n, 2n ** 32n, 2n ** 53n, 2n ** 62n, -(2n ** 63n), 59_999_999n];

/** A copy of the bytes, damaged in one to three places: bits, numbers where numbers may lie, pieces, the end. */
export function mutateBinary(bytes: Buffer, random: Random): Buffer {
  let result: Buffer = Buffer.from(bytes);
  for (let n = 1 + random.below(3); n > 0; n--) result = mutations[random.below(mutations.length)]!(result, random);
  return result;
}

type Mutation = (bytes: Buffer, random: Random) => Buffer;

/** Any place of so many bytes, on a boundary of that many; columns lie on such. */
function placeOf(bytes: Buffer, width: number, random: Random): number {
  return width * random.below(Math.max(1, Math.floor(bytes.length / width)));
}

const changeDouble: Mutation = (bytes, random) => {
  const at = placeOf(bytes, 8, random);
  if (at + 8 <= bytes.length) bytes.writeDoubleLE(doubles[random.below(doubles.length)]!, at);
  return bytes;
};

const changeInteger: Mutation = (bytes, random) => {
  const at = placeOf(bytes, 8, random);
  if (at + 8 <= bytes.length) bytes.writeBigInt64LE(integers[random.below(integers.length)]!, at);
  return bytes;
};

const mutations: readonly Mutation[] = [
  // Twice as often as the rest: values are what the structure does not guard.
  changeDouble,
  changeDouble,
  changeInteger,
  changeInteger,
  function changeWord(bytes, random) {
    const at = placeOf(bytes, 4, random);
    const word = [0, 1, 7, 2 ** 31, 2 ** 32 - 1, random.below(1000)][random.below(6)]!;
    if (at + 4 <= bytes.length) bytes.writeUInt32LE(word, at);
    return bytes;
  },
  function changeByte(bytes, random) {
    if (bytes.length > 0) bytes[random.below(bytes.length)] = random.below(256);
    return bytes;
  },
  function flipBit(bytes, random) {
    if (bytes.length > 0) bytes[random.below(bytes.length)]! ^= 1 << random.below(8);
    return bytes;
  },
  function swapWords(bytes, random) {
    const [a, b] = [placeOf(bytes, 8, random), placeOf(bytes, 8, random)];
    const word = Buffer.from(bytes.subarray(a, a + 8));
    bytes.copyWithin(a, b, b + 8);
    word.copy(bytes, b);
    return bytes;
  },
  function cutEnd(bytes, random) {
    return bytes.subarray(0, random.below(bytes.length + 1));
  },
  function removePiece(bytes, random) {
    const at = random.below(bytes.length + 1);
    return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 8 * (1 + random.below(8)))]);
  },
];
