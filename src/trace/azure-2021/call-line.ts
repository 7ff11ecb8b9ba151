import type {LineTail} from '../../files/line-tail.ts';
import type {ByteKeys} from './byte-keys.ts';

const LF = 10;
const CR = 13;
const COMMA = 44;
const DOT = 46;
const ZERO = 48;
const NONE = -1;
/** Nine digits and six decimals of them stay exact in a double. */
const MAX_WHOLE_DIGITS = 9;

/**
 * A whole line `app,func,end_timestamp,duration` read in one pass: its function, if the bytes of its names are those of
 * one that is known, and its two times, plain decimals such as `57.15786004066467`.
 */
export class CallLine implements LineTail {
  readonly from = 0;
  /** Of the line read last. */
  f = NONE;
  endUs = 0;
  durationUs = 0;
  private readonly known: ByteKeys;
  /** Lengths of the names of the line before: most lines' are as long. */
  private appBytes = 0;
  private nameBytes = 0;
  /** Behind the number read last; NONE if it was none. */
  private at = 0;

  constructor(known: ByteKeys) {
    this.known = known;
  }

  read(bytes: Buffer, view: DataView, start: number): number {
    // A known name has no comma in it, so it does not matter whether these are the first ones.
    let appEnd = start + this.appBytes;
    if (bytes[appEnd] !== COMMA) appEnd = bytes.indexOf(COMMA, start);
    let nameEnd = appEnd + 1 + this.nameBytes;
    if (bytes[nameEnd] !== COMMA) nameEnd = bytes.indexOf(COMMA, appEnd + 1);
    if (appEnd < 0 || nameEnd < 0) return NONE;
    this.f = this.known.find(view, start, appEnd, appEnd + 1, nameEnd);
    if (this.f < 0) return NONE;
    this.appBytes = appEnd - start;
    this.nameBytes = nameEnd - appEnd - 1;
    this.endUs = this.micros(bytes, nameEnd + 1);
    if (bytes[this.at] !== COMMA) return NONE;
    this.durationUs = this.micros(bytes, this.at + 1);
    if (this.at < 0) return NONE;
    const end = bytes[this.at] === CR ? this.at + 1 : this.at;
    return bytes[end] === LF ? end : NONE;
  }

  /** The decimal at `start` as microseconds; `at` is then behind it, as far as it is plain. */
  private micros(bytes: Buffer, start: number): number {
    let value = 0;
    let at = start;
    let digit = bytes[at]! - ZERO;
    for (; digit >= 0 && digit <= 9; digit = bytes[++at]! - ZERO) value = value * 10 + digit;
    const whole = at - start;
    let decimals = 0;
    let up = 0;
    if (bytes[at] === DOT) {
      digit = bytes[++at]! - ZERO;
      for (; digit >= 0 && digit <= 9; digit = bytes[++at]! - ZERO) {
        if (decimals < 6) value = value * 10 + digit;
        // Digits beyond the sixth decimal only decide the rounding.
        else if (decimals === 6) up = digit >= 5 ? 1 : 0;
        decimals++;
      }
    }
    for (; decimals < 6; decimals++) value *= 10;
    // Nothing, or more than a double holds: then no delimiter will be found.
    this.at = whole === 0 || whole > MAX_WHOLE_DIGITS ? NONE : at;
    return value + up;
  }
}
