/** When hosts restart, so many at once, and how long that takes once they are empty. Whole microseconds. */
export interface RestartRule {
  readonly atUs: number;
  readonly wave: number;
  readonly forUs: number;
}
