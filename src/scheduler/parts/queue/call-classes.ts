/** What a queue may know of the functions whose calls wait, and of their teams. Columns. */
export interface CallClasses {
  /** Teams are flows of fair queues. */
  readonly team: Int32Array; // [function]
  /** Shares of teams are in proportion to these, above 0. */
  readonly weight: Float64Array; // [team]
  /** 0 goes first. */
  readonly priority: Float64Array; // [function]
  /** From arrival to the last moment at which a start is on time, us; Infinity: no deadline. */
  readonly deadlineUs: Float64Array; // [function]
  /** What a call is worth when it arrives, and after how long half of that is left, us; Infinity: it keeps it. */
  readonly value: Float64Array; // [function]
  readonly halfLifeUs: Float64Array; // [function]
  /** What a call is expected to take, us: its mean duration. */
  readonly costUs: Float64Array; // [function]
  readonly memoryMib: Float64Array; // [function]
}

/** Every function alike, in a team of its own. */
export function alike(memoryMib: Float64Array): CallClasses {
  const functions = memoryMib.length;
  const column = (value: number) => new Float64Array(functions).fill(value);
  return {
    team: Int32Array.from({length: functions}, (_, fn) => fn),
    weight: column(1),
    priority: column(0),
    deadlineUs: column(Number.POSITIVE_INFINITY),
    value: column(1),
    halfLifeUs: column(Number.POSITIVE_INFINITY),
    costUs: column(1),
    memoryMib,
  };
}
