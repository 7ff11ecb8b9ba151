import type {SessionTerms} from '../../../fleet/sessions/session-terms.ts';

/** Numbers of sessions or rooms: element i is the lower word `words[2 i]`, -1 where a call is of none. */
export interface Numbers {
  readonly words: Int32Array;
  /** What is to be added to the number of a call to find its element. [function] */
  readonly offset: Float64Array;
}

/** What a cell needs to know of sessions. */
export interface SessionRule {
  readonly terms: SessionTerms;
  /** Undefined: no call is of any. */
  readonly session: Numbers | undefined;
  /** Undefined: rooms are of no concern, or there are none. */
  readonly room: Numbers | undefined;
  /** Functions that calls are of; those behind them are further seats of one of them. */
  readonly functions: number;
  /**
   * How many seats a function has, each a place for one instance that is always there and a function of its own; 0: it has
   * none, and its calls go where there is room. [function]
   */
  readonly seats: Int32Array;
  /** Its second seat, the others behind it; the first is the function itself. [function] */
  readonly secondSeat: Int32Array;
  /** The stable hash of each function. */
  readonly key: Int32Array; // [function]
  readonly seed: number;
}
