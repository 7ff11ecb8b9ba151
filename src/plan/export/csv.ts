import {csvLine} from '../../base/text.ts';
import {US_PER_MS} from '../../base/units.ts';
import type {OutputSink} from '../../files/output.ts';
import type {PlanFile} from '../file/plan-file.ts';

/** The plan's rows as CSV, a line a function and window; names that look like formulas are made harmless. */
export function exportCsv(plan: PlanFile, wanted: readonly number[], sink: OutputSink): void {
  sink.write(
    csvLine([
      'owner',
      'app',
      'function',
      'window_start_ms',
      'window_end_ms',
      'slots',
      'repeat_ms',
      'lead_ms',
      'reason',
    ]),
  );
  for (const f of wanted) {
    for (let row = plan.start[f]!; row < plan.start[f + 1]!; row++) {
      const ms = (us: Float64Array): number => us[row]! / US_PER_MS;
      sink.write(
        csvLine([
          plan.owner[f],
          plan.app[f],
          plan.name[f],
          ms(plan.startUs),
          ms(plan.endUs),
          plan.slots[row],
          ms(plan.repeatUs),
          ms(plan.leadUs),
          plan.reason[row],
        ]),
      );
    }
  }
}
