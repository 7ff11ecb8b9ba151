import {CALL_FIELDS, CALL_FN, END_US, ON_HOST, START_US} from '../../scheduler/core/call-rows.ts';
import type {Hearing} from '../run/replay.ts';

/** On which hosts calls ran, of a replay of one cell; hears it while it runs. */
export class HeardHosts implements Hearing {
  readonly asked: Hearing['asked'] = {calls: true, timeline: undefined};
  private readonly runs: (readonly [host: number, fn: number, startUs: number, endUs: number])[] = [];

  begin(): void {}

  take(_policy: number, _cell: number, _what: string, rows: Float64Array): void {
    for (let at = 0; at < rows.length; at += CALL_FIELDS) {
      if (Number.isNaN(rows[at + END_US]!)) continue;
      this.runs.push([rows[at + ON_HOST]!, rows[at + CALL_FN]!, rows[at + START_US]!, rows[at + END_US]!]);
    }
  }

  /**
   * Hosts with a call of that row of the workload (undefined: of any) that will run for longer than `beyondUs`, on average over
   * [fromUs, untilUs).
   */
  hostsHeld(fn: number | undefined, beyondUs: number, fromUs: number, untilUs: number): number {
    const runs = [...this.runs].sort(([hostA, , startA], [hostB, , startB]) => hostA - hostB || startA - startB);
    let [heldUs, host, coveredUs] = [0, -1, fromUs];
    for (const [on, its, startUs, endUs] of runs) {
      if (fn !== undefined && its !== fn) continue;
      if (on !== host) [host, coveredUs] = [on, fromUs];
      const lastUs = Math.min(untilUs, endUs - beyondUs);
      heldUs += Math.max(0, lastUs - Math.max(coveredUs, startUs));
      coveredUs = Math.max(coveredUs, lastUs);
    }
    return heldUs / (untilUs - fromUs);
  }
}
