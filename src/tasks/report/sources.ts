import {rowsByScore} from '../../demand/function-row.ts';
import type {ChargebackData, ForecastData} from '../../page/page-data.ts';
import type {PlanReport} from '../../plan/outcome/plan-report.ts';
import type {FrontierReport} from '../../replay/frontier/frontier-report.ts';
import type {ReplayReport} from '../../replay/report/replay-report.ts';
import {summariseCalls} from '../../workload/summarise.ts';
import type {Workload} from '../../workload/workload.ts';
import {type Heat, heatOf} from '../describe/heat.ts';
import type {Trend} from '../history/history-report.ts';
import type {Told} from '../history/trends.ts';
import {FunctionRows} from './function-rows.ts';
import type {PolicyWindows} from './windows.ts';

/** A file that the page was made of. */
export interface InputFile {
  readonly path: string;
  readonly kind: string;
  /** '' where it came through stdin. */
  readonly sha256: string;
}

/** A report of another kind: shown as what it holds. */
export interface OtherReport {
  readonly path: string;
  readonly schema: string;
  readonly value: Readonly<Record<string, unknown>>;
}

/** All that the page may tell of, as it was read or made; what is missing has no section. */
export class Sources {
  readonly inputs: InputFile[] = [];
  readonly replays: ReplayReport[] = [];
  frontier: FrontierReport | undefined;
  plan: PlanReport | undefined;
  readonly windows: PolicyWindows[] = [];
  readonly functions = new FunctionRows();
  chargeback: ChargebackData | undefined;
  forecast: ForecastData | undefined;
  /** When calls come. */
  heat: Heat | undefined;
  readonly others: OtherReport[] = [];
  /** Reports that may be those of one night after the other, in the order in which they were given. */
  readonly nights: Told[] = [];
  /** The trends of a report of `history`. */
  trends: readonly Trend[] | undefined;
  /** Milliseconds since the epoch of time 0. */
  startMs: number | null = null;
  /** Lines on what was assumed, besides what the reports say. */
  readonly assumed: string[] = [];
  /** Commands that make what the page shows. */
  readonly commands: string[] = [];

  /** When the calls of a workload come. */
  look(workload: Workload): void {
    this.began(workload.meta.startTime);
    const calls = summariseCalls(workload);
    this.heat = heatOf(workload, calls, rowsByScore(calls.calls));
  }

  /** A start time as workloads have it; '' says nothing. */
  began(startTime: string): void {
    const ms = startTime === '' ? Number.NaN : Date.parse(startTime);
    if (!Number.isNaN(ms)) this.startMs = ms;
  }
}
