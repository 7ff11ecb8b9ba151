/** What changes dollars from one side to the other, in the order of the bits of a corner. */
export const causes = ['demand', 'prices', 'policy'] as const;

/** Dollars a day on both sides, and how much of their difference is whose: the three add up to it. */
export interface Change {
  readonly before: number;
  readonly after: number;
  readonly demand: number;
  readonly prices: number;
  readonly policy: number;
}

export interface FunctionChange extends Change {
  readonly function: string;
  readonly app: string;
  readonly owner: string;
}

/** What was replayed on a side. */
interface WhySide {
  readonly workload: string;
  readonly policy: string;
  readonly sheet: string;
}

/**
 * Why dollars have changed: both sides replayed, and every mixture of their demand, prices and policy; each cause has the
 * mean of what it changes over all orders (Shapley).
 */
export interface WhyReport {
  readonly before: WhySide;
  readonly after: WhySide;
  readonly replays: number;
  readonly usdPerDay: Change;
  /** Those that change most first; all of them, with what is no function's as the last, add up to the above. */
  readonly functions: readonly FunctionChange[];
}
