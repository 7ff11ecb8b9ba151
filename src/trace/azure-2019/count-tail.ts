import type {LineTail} from '../../files/line-tail.ts';
import type {MinuteBuilder} from '../../workload/build/minute-builder.ts';

const LF = 10;
const CR = 13;
const COMMA = 44;
const ZERO = 48;
/** The bytes `0,0,` as one little-endian word. */
const TWO_ZEROS = 0x2c302c30;
/** Nine digits fit in 31 bits. */
const MAX_DIGITS = 9;

/**
 * The counts that end a line, one a minute, read in one pass while the line is split: whole numbers of up to nine digits
 * between commas, and nothing else.
 */
export class CountTail implements LineTail {
  readonly from: number;
  /** How many counts above 0 the line read last has; they lie where the builder has room. */
  length = 0;
  private readonly builder: MinuteBuilder;
  private readonly minutes: Uint32Array;

  /** `minutes` of the columns of counts, which are all from column `from` on; they ascend. */
  constructor(builder: MinuteBuilder, from: number, minutes: readonly number[]) {
    this.builder = builder;
    this.from = from;
    this.minutes = Uint32Array.from(minutes);
  }

  read(bytes: Buffer, view: DataView, start: number): number {
    const all = this.minutes;
    const columns = all.length;
    // One more: an entry is written before it is known to stay.
    const {minutes, counts, used} = this.builder.room(columns + 1);
    const lastWord = bytes.length - 4;
    let at = start;
    let next = used;
    for (let k = 0; k < columns; ) {
      // Most counts are 0: four bytes hold two of them.
      if (k + 2 < columns && at <= lastWord && view.getInt32(at, true) === TWO_ZEROS) {
        k += 2;
        at += 4;
        continue;
      }
      let count = bytes[at]! - ZERO;
      if (!(count >= 0 && count <= 9)) return -1;
      let byte = bytes[++at]!;
      for (let digits = 1; byte >= ZERO; digits++) {
        if (byte > ZERO + 9 || digits === MAX_DIGITS) return -1;
        count = count * 10 + byte - ZERO;
        byte = bytes[++at]!;
      }
      minutes[next] = all[k]!;
      counts[next] = count;
      // Without a branch: which minutes are called cannot be foreseen.
      next += +(count > 0);
      if (++k === columns) break;
      if (byte !== COMMA) return -1;
      at++;
    }
    if (bytes[at] === CR) at++;
    if (bytes[at] !== LF) return -1;
    this.length = next - used;
    return at;
  }
}
