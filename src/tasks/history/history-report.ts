/** What one report says of a run. Null where it does not. */
export interface Point {
  readonly report: string;
  readonly usdPerDay: number | null;
  readonly p99StartMs: number | null;
  readonly p999StartMs: number | null;
  readonly coldShare: number | null;
  readonly lostShare: number | null;
  readonly slots: number | null;
}

/** A policy, or `plan` for what plans expect of themselves, over all reports. */
export interface Trend {
  readonly run: string;
  /** [report]; those without the run say nothing. */
  readonly points: readonly Point[];
  /** From the first that says it to the last, a share of the first; null: not to be told. */
  readonly change: {
    readonly usdPerDay: number | null;
    readonly p99StartMs: number | null;
    readonly coldShare: number | null;
  };
}

export interface HistoryReport {
  readonly schema: 'coldfront.history/1';
  readonly reports: readonly string[];
  readonly trends: readonly Trend[];
}
