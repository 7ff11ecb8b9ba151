import type {Bill} from '../../cost/bill.ts';
import type {BaselineReport} from '../../cost/savings.ts';

/** What a plan is worth, found by replays. All of it is absent where the history is too short for any. */
export interface Outlook {
  /** Replays inside the history from which `expected` was made; absent: it follows from the demand alone. */
  readonly trials?: TrialsReport;
  /** A replay of this plan on this very trace; where the plan is made in hindsight. */
  readonly recorded?: {readonly coldShare: number | null; readonly costUsdPerDay: Bill};
  /** What runs without a plan, the mean over the same origins. */
  readonly baseline?: {readonly policy: string; readonly usdPerDay: number};
  /** What the plan saves against that, and how late calls start under both: where replays of both are at hand. */
  readonly savings?: PlanSavings;
  /** The plan that each origin would have made, and what came of it. */
  readonly validation?: readonly Validation[];
}

/** `over`: on which hours both were replayed; `trials`: on those of the history after the first origin, no delays told. */
export interface PlanSavings extends BaselineReport {
  readonly over: 'trace' | 'after' | 'trials';
}

export interface TrialsReport {
  /** Where plans were tried on what came after, milliseconds. */
  readonly originsMs: readonly number[];
  /** Dollars a day of each rest from the origins on, the mean; null: it would exceed a budget. Absent: none was to be chosen. */
  readonly restUsdPerDay?: Readonly<Record<string, number | null>>;
  /** Functions that slots over the chosen policy would have made cheaper there; the others get none. */
  readonly slotsPayFor?: number;
  /** Functions that were replayed, and those that they stand for. */
  readonly functions: number;
  readonly of: number;
}

export type Interval = readonly [low: number, high: number];

/** Four of five days to come lie between these. */
export interface Interval80 {
  readonly coldShare: Interval;
  readonly usdPerDay: Interval;
}

/** A plan made from what came before `fromMs`, and what replays find from there to `untilMs`. */
export interface Validation {
  readonly fromMs: number;
  readonly untilMs: number;
  readonly rest: string;
  readonly expectedUsdPerDay: number;
  /** Absent: what came before is too short to tell. */
  readonly interval80?: Interval80;
  readonly foundUsdPerDay: number;
  readonly expectedColdShare: number | null;
  readonly foundColdShare: number | null;
  /** Start delay that 99 % of all calls keep; null without calls. */
  readonly foundP99StartMs: number | null;
  readonly baselineP99StartMs: number | null;
  readonly baselineUsdPerDay: number;
  readonly adaptiveUsdPerDay: number;
  readonly predictiveUsdPerDay: number;
}
