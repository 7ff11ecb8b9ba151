/** A point in time that a source has as such. One object may stand for one row after the other. */
export class Instant {
  /** Microseconds since 1970. */
  us = 0;
}
