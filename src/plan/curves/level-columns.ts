/**
 * What each further slot of one function does before prices: scratch space, filled anew for each unit. Level k (element
 * k - 1) is the k-th slot. Kept, it avoids the cold starts that its level would have and idles; not kept, it has what
 * the rest leaves of them and idles as long as the rest keeps it.
 */
export class Levels {
  count = 0;
  /** Instances that are busy on average, slots and others; where instances have one place: rate x hold, and not told here. */
  busy = Number.NaN;
  /** Cold starts a second of a function that has slots by the clock: of calls that come while none is held. */
  missedPerSecond = 0;
  /** How often the level is woken a second: its cold starts if it were unloaded after each call. */
  wakesPerSecond = new Float64Array(256);
  /** Share of time in which the slot, if kept, serves nothing. */
  idleShare = new Float64Array(256);
  /** Cold starts a second if it is not kept. */
  coldPerSecond = new Float64Array(256);
  /** Share of time in which the rest keeps it idle if it is not kept. */
  spillShare = new Float64Array(256);

  /** Makes room for `levels` of them; keeps what is there. */
  reserve(levels: number): void {
    if (levels <= this.wakesPerSecond.length) return;
    const room = Math.max(levels, this.wakesPerSecond.length * 2);
    this.wakesPerSecond = enlarged(this.wakesPerSecond, room);
    this.idleShare = enlarged(this.idleShare, room);
    this.coldPerSecond = enlarged(this.coldPerSecond, room);
    this.spillShare = enlarged(this.spillShare, room);
  }
}

/** What becomes of the instances of one unit beyond its slots. */
export interface LevelRest {
  /** How long they stay idle. 0: they do not; Infinity: for good. */
  keepSeconds: number;
  /** Time that they idle, as a multiple of what that keep-alive would make: 1, but where a policy was measured. */
  idleFactor: number;
  /** The unit begins with none but its kept slots and lasts so long; 0: it goes on from what was there. */
  emptySeconds: number;
  /**
   * Without a keep-alive: whether a call beyond the slots counts towards them till it ends, as where a plan is followed,
   * or is thrown away beside them, as Erlang's formula has it.
   */
  counted: boolean;
  /** What is known of the calls of the unit beyond their rate and mean; undefined: they are taken at Erlang's word. */
  calls?: CallLaw | undefined;
}

/** How the calls of one function hold instances. */
export interface CallLaw {
  /** How long a cold one holds its instance before it runs. */
  startSeconds: number;
  /** Squared coefficient of variation of their durations, at most 1: 0 is constant, 1 as exponential ones have it. */
  holdVariation: number;
}

/** Each instance goes when its call is over. */
export const noRest: LevelRest = {keepSeconds: 0, idleFactor: 1, emptySeconds: 0, counted: false};

function enlarged(array: Float64Array, room: number): Float64Array<ArrayBuffer> {
  const larger = new Float64Array(room);
  larger.set(array);
  return larger;
}
