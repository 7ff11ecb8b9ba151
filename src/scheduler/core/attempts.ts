/**
 * What comes back after it has begun counts for nothing: it arrived before all that counts. By that arrival it is known
 * which attempt of its call it is, and under which ticket the call is kept meanwhile.
 */
const MOST = 2 ** 16;

/** The arrival of what comes back: an attempt that follows a cut, or a slice. `ticket` >= 0 says where its call is kept. */
export function arrivalAgain(attempt: number, ticket: number): number {
  return -(ticket * MOST + attempt);
}

/** Which attempt of its call it is that arrived then. */
export function attemptOf(arrivalUs: number): number {
  return arrivalUs < 0 ? -arrivalUs % MOST : 1;
}

/** Under which ticket the call is kept that arrived then. */
export function ticketOf(arrivalUs: number): number {
  return Math.floor(-arrivalUs / MOST);
}

/** Numbers of calls that come back, used again when nobody needs them. */
export class Tickets {
  private readonly free: number[] = [];
  private made = 0;

  take(): number {
    return this.free.pop() ?? this.made++;
  }

  giveBack(ticket: number): void {
    this.free.push(ticket);
  }

  /** Those that somebody has. */
  taken(): number[] {
    const free = new Set(this.free);
    return Array.from({length: this.made}, (_, ticket) => ticket).filter((ticket) => !free.has(ticket));
  }
}
