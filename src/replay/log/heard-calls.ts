import {CALL_FIELDS, CALL_FN, END_US, START_US} from '../../scheduler/core/call-rows.ts';
import type {Hearing} from '../run/replay.ts';

/** Collects what became of the calls of one policy that ran: row of the workload, start and end, in order of their ends. */
export class HeardCalls implements Hearing {
  readonly asked = {calls: true, timeline: undefined};
  readonly fn: number[] = [];
  readonly startUs: number[] = [];
  readonly endUs: number[] = [];

  begin(): void {}

  take(_policy: number, _cell: number, _what: string, rows: Float64Array): void {
    for (let at = 0; at < rows.length; at += CALL_FIELDS) {
      if (Number.isNaN(rows[at + END_US]!)) continue;
      this.fn.push(rows[at + CALL_FN]!);
      this.startUs.push(rows[at + START_US]!);
      this.endUs.push(rows[at + END_US]!);
    }
  }
}
