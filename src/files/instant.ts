/** A point in time that a source has as such. One object may stand for one row after the other. */
export class Instant {
  /** Microseconds since 1970. */
  us = 0;
  /** It is what a clock on the wall showed, as if it were UTC; of which zone is not said. */
  readonly isLocal: boolean;

  constructor(isLocal: boolean) {
    this.isLocal = isLocal;
  }
}
