import {US_PER_SECOND} from '../../base/units.ts';
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
const DECIMALS = 6;
/** What a number of so many decimals lacks to be one of six. */
const scale = Int32Array.of(1_000_000, 100_000, 10_000, 1000, 100, 10, 1);

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
    let at = start;
    // Up to nine digits, and six of them, are 32-bit integers, which are faster to build than doubles.
    let whole = 0;
    let digit = bytes[at]! - ZERO;
    for (; digit >= 0 && digit <= 9; digit = bytes[++at]! - ZERO) whole = (Math.imul(whole, 10) + digit) | 0;
    const digits = at - start;
    let part = 0;
    let decimals = 0;
    let up = 0;
    if (bytes[at] === DOT) {
      digit = bytes[++at]! - ZERO;
      for (; decimals < DECIMALS && digit >= 0 && digit <= 9; digit = bytes[++at]! - ZERO, decimals++)
        part = (Math.imul(part, 10) + digit) | 0;
      // Digits beyond the sixth decimal only decide the rounding.
      if (decimals === DECIMALS && digit >= 5 && digit <= 9) up = 1;
      for (; digit >= 0 && digit <= 9; digit = bytes[++at]! - ZERO);
    }
    // Nothing, or more than a double holds: then no delimiter will be found.
    this.at = digits === 0 || digits > MAX_WHOLE_DIGITS ? NONE : at;
    return whole * US_PER_SECOND + part * scale[decimals]! + up;
  }
}
