/** A bar that shows how far a piece of work has come. */
export interface ProgressBar {
  advance(amount: number): void;
  /** Wipes the bar; waits until it is gone. */
  stop(): Promise<void>;
}

/**
 * What a task says to people while it works; nothing of it is part of the result. What is undefined nobody wants to
 * hear, so that a task called by another is silent.
 */
export interface Listener {
  /** Gets a line on how long something took. */
  readonly timing?: ((line: string) => void) | undefined;
  /** Gets a line on what does not fit together. */
  readonly remark?: ((line: string) => void) | undefined;
  /** Gets a line that takes the place of the last one; undefined wipes it. */
  readonly status?: ((line: string | undefined) => void) | undefined;
  /** Begins a bar: what is being done, how much there is of it, in which unit; in so many equal parts, called that. */
  readonly progress?:
    | ((doing: string, total: number, unit: string, parts?: number, part?: string) => Promise<ProgressBar>)
    | undefined;
}
