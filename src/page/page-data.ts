/**
 * What the report page is given besides its text: plain JSON, in which long columns are packed. Written by tasks/report,
 * read in a browser; both see these types and nothing else of each other.
 */
export interface PageData {
  /** Milliseconds since the epoch of time 0; null where the trace does not say. */
  readonly startMs: number | null;
  readonly frontier?: FrontierData;
  readonly timeline?: TimelineData;
  readonly functions?: FunctionsData;
  readonly plan?: readonly PlanWindow[];
  readonly forecast?: ForecastData;
  readonly chargeback?: ChargebackData;
  readonly history?: readonly HistoryTrend[];
}

/** What one report after the other says of a run; null where one does not. */
export interface HistoryTrend {
  readonly run: string;
  readonly points: readonly {
    readonly report: string;
    readonly usdPerDay: number | null;
    readonly p99StartMs: number | null;
    readonly coldShare: number | null;
  }[];
}

/** Bytes of a typed array, little-endian, gzipped, as base64. */
export interface PackedNumbers {
  readonly kind: 'float64' | 'uint32';
  readonly length: number;
  readonly data: string;
}

/** Texts one after the other as UTF-8, gzipped, and how many UTF-16 units each has. */
export interface PackedTexts {
  readonly text: string;
  readonly lengths: PackedNumbers;
}

/** Few distinct texts over many rows, in ascending order, so that sorting by number sorts by text. */
export interface PackedLabels {
  readonly values: readonly string[];
  readonly id: PackedNumbers;
}

/** A policy of a sweep. */
export interface FrontierPoint {
  readonly policy: string;
  readonly kind: 'published' | 'ours' | 'bound';
  readonly usdPerDay: number;
  readonly coldShare: number | null;
  readonly p999DelayMs: number | null;
  /** No other policy that knows no future is better in dollars and cold share, dollars and delay. */
  readonly onColdFront: boolean;
  readonly onDelayFront: boolean;
  readonly advised: boolean;
}

export interface FrontierData {
  readonly points: readonly FrontierPoint[];
  readonly baseline: string;
}

/** A row a window, the same windows for each policy. */
export interface TimelineData {
  readonly everyMs: number;
  readonly fromMs: PackedNumbers;
  readonly untilMs: PackedNumbers;
  readonly policies: readonly PolicyTimeline[];
}

export interface PolicyTimeline {
  readonly policy: string;
  readonly invocations: PackedNumbers;
  readonly cold: PackedNumbers;
  /** Instances on average; absent where only calls are known. */
  readonly busy: PackedNumbers;
  readonly idle?: PackedNumbers;
  readonly starting?: PackedNumbers;
}

/** Rows in ascending order of name, app and owner. */
export interface FunctionsData {
  readonly rows: number;
  readonly name: PackedTexts;
  readonly app: PackedLabels;
  readonly owner: PackedLabels;
  readonly policies: readonly FunctionFigures[];
}

/** A column a figure; NaN where there is none. */
export interface FunctionFigures {
  readonly policy: string;
  readonly invocations: PackedNumbers;
  readonly cold: PackedNumbers;
  readonly p99DelayMs: PackedNumbers;
  readonly busyGbSeconds: PackedNumbers;
  readonly idleGbSeconds: PackedNumbers;
  readonly usd: PackedNumbers;
}

export interface PlanWindow {
  readonly startMs: number;
  readonly endMs: number;
  readonly slots: number;
  readonly functionsWarm: number;
}

/** Calls within the next minutes, as forecast at a time, and what came; null where that is not known. */
export interface ForecastData {
  readonly model: string;
  readonly atMs: number;
  readonly minutes: readonly number[];
  readonly levels: readonly number[];
  readonly fans: readonly ForecastFan[];
}

export interface ForecastFan {
  /** A function, or '' for all of them: then there are no quantiles, since those of functions do not add up. */
  readonly name: string;
  readonly mean: readonly number[]; // [minutes]
  readonly quantiles: readonly (readonly number[])[]; // [level][minutes]
  readonly came: readonly number[] | null; // [minutes]
}

/** Largest payers first. */
export interface ChargebackData {
  readonly by: string;
  readonly policies: readonly {readonly policy: string; readonly payers: readonly Payer[]}[];
}

export interface Payer {
  readonly payer: string;
  readonly usd: number;
  readonly invocations: number;
}
