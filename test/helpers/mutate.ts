import type {Random} from '../../src/base/random.ts';

/** What people, exports and broken disks put into cells. */
const cells = [
  '',
  ' ',
  '0',
  '-0',
  '-1',
  '+7',
  '6.0',
  '0.5',
  '1e3',
  '1e300',
  '1e-400',
  'NaN',
  'null',
  'Infinity',
  '-Infinity',
  '0x10',
  '99999999999999999999',
  '9007199254740993',
  '1_000',
  '"',
  '""',
  '"a,b"',
  "'",
  '=1+1',
  '\u0000',
  '\u001b[2J',
  '函',
  '\ufeff',
  '2026-01-05T10:00:00Z',
  '2026-02-30',
  '{',
  '}',
  '[]',
  '{"a":1}',
  'a'.repeat(300),
];
const bits = ['\r', '\n', '\r\n', ',', ',,', ';', '\t', '"', '\\', ' ', '\u0000', '\ufeff', '.', '-', 'e', '1'];

/** A copy of the bytes, damaged in one to four places: bytes, cells, lines, pieces. */
export function mutate(bytes: Buffer, random: Random): Buffer {
  let result = bytes;
  for (let n = 1 + random.below(4); n > 0; n--) result = mutations[random.below(mutations.length)]!(result, random);
  return result;
}

type Mutation = (bytes: Buffer, random: Random) => Buffer;

const splice = (bytes: Buffer, from: number, to: number, piece: Buffer | string): Buffer =>
  Buffer.concat([bytes.subarray(0, from), Buffer.from(piece as string), bytes.subarray(to)]);

const mutations: readonly Mutation[] = [
  function changeByte(bytes, random) {
    const at = random.below(bytes.length + 1);
    return splice(bytes, at, at + 1, Buffer.of(random.below(256)));
  },
  function insertBit(bytes, random) {
    const at = random.below(bytes.length + 1);
    return splice(bytes, at, at, bits[random.below(bits.length)]!);
  },
  function removePiece(bytes, random) {
    const at = random.below(bytes.length + 1);
    return splice(bytes, at, at + 1 + random.below(30), '');
  },
  function repeatPiece(bytes, random) {
    const at = random.below(bytes.length + 1);
    return splice(bytes, at, at, bytes.subarray(at, at + random.below(60)));
  },
  function cutEnd(bytes, random) {
    return bytes.subarray(0, random.below(bytes.length + 1));
  },
  function changeCell(bytes, random) {
    const parts = bytes.toString('latin1').split(/([,\n])/);
    parts[2 * random.below((parts.length + 1) / 2)] = Buffer.from(cells[random.below(cells.length)]!).toString(
      'latin1',
    );
    return Buffer.from(parts.join(''), 'latin1');
  },
  function swapLines(bytes, random) {
    const lines = bytes.toString('latin1').split('\n');
    const [a, b] = [random.below(lines.length), random.below(lines.length)];
    [lines[a], lines[b]] = [lines[b]!, lines[a]!];
    return Buffer.from(lines.join('\n'), 'latin1');
  },
];
