/** Told of instances by whoever limits them; of `fn`. `kept`: its function keeps it whatever happens. */
export interface FleetWatch {
  /** One is created, or no longer idle. */
  used(fn: number, kept: boolean): void;
  /** One has gone idle, or is no more. */
  unused(fn: number, kept: boolean): void;
  /** One is no more. */
  gone(fn: number): void;
}
