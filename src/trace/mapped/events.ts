import type {RowProblem} from '../../files/rows.ts';
import type {WorkloadDraft} from '../../workload/build/draft.ts';
import {EventBuilder} from '../../workload/build/event-builder.ts';
import type {TraceMeta} from '../../workload/build/minute-builder.ts';
import type {FieldMap, TraceField} from './field-map.ts';
import {MappedRow} from './row.ts';

const POINT_RULE = 'a time within +-285 years';
const LENGTH_RULE = 'a length of time within 285 years';

/** Rows that are calls. Lengths below 0 become 0 and are counted; a row whose times are blank is no call. */
export class MappedEvents {
  clamped = 0;
  private readonly map: FieldMap;
  private readonly builder: EventBuilder;

  constructor(map: FieldMap) {
    this.map = map;
    this.builder = new EventBuilder({duration: map.has('duration'), cold: map.has('cold')});
  }

  taker(header: readonly string[]): (cells: readonly string[]) => RowProblem | undefined {
    const row = new MappedRow(this.map, header);
    const point: TraceField = this.map.has('end') ? 'end' : 'arrival';
    const lengths = (['duration', 'cold'] as const).filter((field) => this.map.has(field));
    const us = {duration: 0, cold: 0};
    return (cells) => {
      const time = row.number(cells, point);
      if (!Number.isSafeInteger(time)) return row.problem(cells, point, POINT_RULE);
      for (const field of lengths) {
        us[field] = row.number(cells, field);
        if (!Number.isSafeInteger(us[field])) return row.problem(cells, field, LENGTH_RULE);
      }
      const problem = row.whoProblem(cells);
      if (problem) return problem;
      for (const field of lengths) {
        if (us[field] < 0) {
          us[field] = 0;
          this.clamped++;
        }
      }
      const arrival = point === 'end' ? time - us.duration : time;
      this.builder.add(row.functionOf(cells, this.builder.functions), arrival, us.duration, us.cold);
      return undefined;
    };
  }

  finish(meta: TraceMeta): WorkloadDraft {
    return this.builder.finishDraft(meta);
  }
}
