import {RowStore} from '../files/row-store.ts';
import type {CallTable, Cut} from '../replay/log/call-table.ts';
import {type Shared, timelineTable, timelineTold} from '../replay/log/timeline-table.ts';
import type {ToldRows} from '../replay/log/told-rows.ts';
import type {ReplayOptions} from '../replay/options.ts';
import type {PolicyChoice} from '../replay/policies/policy.ts';
import {type PayerKind, payersOf} from '../replay/report/chargeback.ts';
import type {Hearing} from '../replay/run/replay.ts';
import type {Workload} from '../workload/workload.ts';
import {CallLogFile, refuseBounds, writeTable} from './call-log.ts';

/** What is to be told of a replay besides its report. */
export interface LogRequest {
  /** A row a call; undefined: none. */
  readonly calls: string | undefined;
  /** What happens from window to window; undefined: nothing is told. */
  readonly timeline: {readonly path: string; readonly everyUs: number} | undefined;
  /** Whose rows the timeline has. */
  readonly by: PayerKind | undefined;
  readonly force: boolean;
}

/** The tables that cells fill while they run. */
export class ReplayLogs implements Hearing {
  readonly asked: Hearing['asked'];
  private readonly request: LogRequest;
  private readonly calls: CallLogFile | undefined;
  private readonly shared: Shared | undefined;
  private readonly store: RowStore | undefined;
  private readonly windows: ToldRows | undefined;
  private cuts: readonly Cut[] = [];

  constructor(request: LogRequest, workload: Workload, options: ReplayOptions, policies: readonly PolicyChoice[]) {
    const {calls, timeline, by} = request;
    this.request = request;
    this.calls = calls === undefined ? undefined : new CallLogFile(calls, policies);
    if (timeline !== undefined) {
      refuseBounds(policies, '--timeline', timeline.path);
      this.store = new RowStore(timeline.path);
      this.windows = timelineTold(this.store);
    }
    this.shared = timeline && by && {by, payers: payersOf(workload, options, by)};
    this.asked = {
      calls: calls !== undefined,
      timeline: timeline && {everyUs: timeline.everyUs, payer: this.shared?.payers.id},
    };
  }

  begin(cuts: readonly Cut[]): void {
    this.cuts = cuts;
    this.calls?.begin(cuts);
  }

  take(policy: number, cell: number, what: keyof Hearing['asked'], rows: Float64Array): void {
    if (what === 'calls') this.calls!.take(policy, cell, rows);
    else this.windows!.add(policy, cell, rows);
  }

  /** Writes them once the replay is over; `options` are those of the replay. */
  write(workload: Workload, policies: readonly PolicyChoice[], options: ReplayOptions): void {
    const {timeline, force} = this.request;
    this.calls?.write(workload, policies, force);
    if (timeline !== undefined)
      writeTable(timeline.path, force, this.timeline(policies, options), 'coldfront.timeline');
    this.close();
  }

  /** The timeline that was asked for, once the replay is over; its rows are there until `close`. */
  timeline(policies: readonly PolicyChoice[], options: ReplayOptions): CallTable {
    const names = policies.map(({text}) => text);
    return timelineTable(names, this.windows!, this.cuts, options, this.request.timeline!.everyUs, this.shared);
  }

  /** Forgets what was told. */
  close(): void {
    this.calls?.close();
    this.store?.close();
  }
}
