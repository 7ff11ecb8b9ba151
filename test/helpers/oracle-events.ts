/** Ranks of events at equal times. */
export const Rank = {
  arrivalFirst: -1,
  finish: 0,
  ready: 1,
  down: 1.3,
  up: 1.6,
  restart: 1.8,
  expiry: 2,
  patience: 3,
  wake: 4,
  lease: 4.3,
  retry: 4.5,
  arrival: 5,
  /** Idle for exactly the time to live is warm: such an instance goes after everything else of its last moment. */
  inclusiveExpiry: 6,
  /** A call served after exactly the longest wait is served. */
  abandon: 7,
  /** Those who waited behind one that has gone. */
  left: 8,
} as const;

interface Event {
  readonly timeUs: number;
  readonly rank: number;
  /** Orders events of equal time and rank before their sequence does: finishes go by function. */
  readonly order: number;
  readonly sequence: number;
  readonly happen: () => void;
}

/** What is going to happen, in order of (time, rank, order, sequence); a plain sorted list of closures. */
export class OracleEvents {
  private readonly list: Event[] = [];
  private sequence = 0;

  at(timeUs: number, rank: number, happen: () => void, order = 0): void {
    const event = {timeUs, rank, order, sequence: this.sequence++, happen};
    const after = this.list.findLastIndex((other) => !isBefore(event, other));
    this.list.splice(after + 1, 0, event);
  }

  /** The next event, left in place; undefined when nothing is going to happen. */
  get next(): Event | undefined {
    return this.list[0];
  }

  take(): Event {
    return this.list.shift()!;
  }
}

function isBefore(a: Event, b: Event): boolean {
  if (a.timeUs !== b.timeUs) return a.timeUs < b.timeUs;
  if (a.rank !== b.rank) return a.rank < b.rank;
  return a.order === b.order ? a.sequence < b.sequence : a.order < b.order;
}
