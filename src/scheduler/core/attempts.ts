/**
 * What follows a cut counts for nothing: it arrived before all that counts. By that arrival it is known which attempt of
 * its call it is, and where the log keeps the call meanwhile.
 */
const MOST = 2 ** 16;

/** The arrival of an attempt that follows a cut, the second or a later one; `ticket` >= 0 says where its call is kept. */
export function arrivalAfterCut(attempt: number, ticket: number): number {
  return -(ticket * MOST + attempt);
}

/** Which attempt of its call it is that arrived then. */
export function attemptOf(arrivalUs: number): number {
  return arrivalUs < 0 ? -arrivalUs % MOST : 1;
}

/** Where the call of that attempt is kept. */
export function ticketOf(arrivalUs: number): number {
  return Math.floor(-arrivalUs / MOST);
}
