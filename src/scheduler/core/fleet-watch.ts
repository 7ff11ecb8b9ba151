/** Told of instances by whoever limits them; of `fn`. */
export interface FleetWatch {
  /** One is created, or no longer idle. */
  used(fn: number): void;
  /** One has gone idle, or is no more. */
  unused(fn: number): void;
  /** One is no more. */
  gone(fn: number): void;
}
