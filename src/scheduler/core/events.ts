/**
 * What happens in a cell, in the order in which it happens at equal times. A new kind is one line here, at its place,
 * and one where the cell says what it does: orders are made of places in this list, and nothing else depends on them.
 * Finishes lie in the timing wheel, where calls do not slow each other down, and arrivals in batches of calls; all others are
 * timers.
 */
export const eventKinds = [
  'finish',
  'cut',
  'ready',
  'rested',
  'begin',
  'down',
  'up',
  'restart',
  'expiry',
  'minimum',
  'patience',
  'wake',
  'lease',
  'retry',
  'arrival',
  'inclusiveExpiry',
  'leave',
] as const;

export const FINISH = placeOf('finish'); // calls on a host whose calls slow each other down are over
export const CUT = placeOf('cut'); // a call there has run for as long as it may
export const BEGIN = placeOf('begin'); // a call there begins with its instance
export const READY = placeOf('ready'); // a start is over
export const RESTED = placeOf('rested'); // an instance may begin calls again
export const DOWN = placeOf('down'); // a host, or the cell's scheduler, fails
export const UP = placeOf('up'); // and is back
export const RESTART = placeOf('restart'); // a wave of hosts begins to restart, or one of them is back
export const EXPIRY = placeOf('expiry'); // an idle instance's time to live is over
export const MINIMUM = placeOf('minimum'); // functions keep more instances from now on, or fewer
export const PATIENCE = placeOf('patience'); // a waiting call may evict from now on
export const WAKE = placeOf('wake'); // the policy has asked to decide now
export const LEASE = placeOf('lease'); // what stands still is not waited for any longer
export const RETRY = placeOf('retry'); // a call is tried again
export const ARRIVAL = placeOf('arrival');
export const INCLUSIVE_EXPIRY = placeOf('inclusiveExpiry'); // one that still serves the arrivals of its time
export const LEAVE = placeOf('leave'); // a call has waited for as long as it would, and might still have been served now

/** Orders are whole numbers up to 2^53: room for 32 kinds and 2^48 events of each. */
const SEQUENCES = 2 ** 48;

function placeOf(kind: (typeof eventKinds)[number]): number {
  return eventKinds.indexOf(kind);
}

/** Where an event stands among those of its time: by kind, then by sequence (0 to 2^48 - 1). */
export function orderOf(kind: number, sequence: number): number {
  return kind * SEQUENCES + sequence;
}

export function kindOf(order: number): number {
  return Math.floor(order / SEQUENCES);
}

export function sequenceOf(order: number): number {
  return order - kindOf(order) * SEQUENCES;
}

export function comesAfterArrivals(order: number): boolean {
  return kindOf(order) > ARRIVAL;
}
