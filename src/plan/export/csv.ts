import type {CsvCell} from '../../base/text.ts';
import {US_PER_MS} from '../../base/units.ts';
import type {PlanFile} from '../file/plan-file.ts';
import type {RowsTarget} from './target.ts';

const heading = [
  ...['owner', 'app', 'function', 'window_start_ms', 'window_end_ms', 'slots', 'repeat_ms', 'lead_ms', 'reason'],
  ...['concurrency', 'max_instances'],
];

/** The plan's rows as CSV, a line a function and window. */
export const csv: RowsTarget = {
  name: 'csv',
  title: 'CSV',
  summary: 'a line a function and window',
  format: 'csv',
  rows,
};

function* rows(plan: PlanFile, wanted: readonly number[]): Iterable<readonly CsvCell[]> {
  yield heading;
  for (const f of wanted) {
    for (let row = plan.start[f]!; row < plan.start[f + 1]!; row++) {
      const ms = (us: Float64Array): number => us[row]! / US_PER_MS;
      yield [
        ...[plan.owner[f], plan.app[f], plan.name[f], ms(plan.startUs), ms(plan.endUs)],
        ...[plan.slots[row], ms(plan.repeatUs), ms(plan.leadUs), plan.reason[row]],
        ...[plan.concurrency[f]!, plan.most[f]!].map((most) => (Number.isFinite(most) ? most : 0)),
      ];
    }
  }
}
