import {US_PER_MS} from '../../base/units.ts';
import {COUNT_RULE, isBlank, parseCount} from '../../files/cells.ts';
import type {RowProblem} from '../../files/rows.ts';
import {draftOf, type WorkloadDraft} from '../../workload/build/draft.ts';
import {DurationMerge} from '../../workload/build/duration-merge.ts';
import {MinuteBuilder, type TraceMeta} from '../../workload/build/minute-builder.ts';
import type {FieldMap} from './field-map.ts';
import {MappedRow} from './row.ts';

const MAX_MINUTE = 2 ** 32 - 1;
const NO_PERCENTILES = {levels: [], percentileMs: []};

/**
 * Rows that count the calls of a function in a minute. Without a `count` each row is one call. A `duration` is the
 * mean of the row's calls.
 */
export class MappedCounts {
  clamped = 0;
  private readonly map: FieldMap;
  private readonly builder = new MinuteBuilder();
  private readonly durations = new DurationMerge();

  constructor(map: FieldMap) {
    this.map = map;
  }

  taker(header: readonly string[]): (cells: readonly string[]) => RowProblem | undefined {
    const row = new MappedRow(this.map, header);
    const [hasCount, hasDuration] = [this.map.has('count'), this.map.has('duration')];
    return (cells) => {
      const minute = row.number(cells, 'minute');
      if (!(Number.isInteger(minute) && minute >= 0 && minute < MAX_MINUTE)) {
        return row.problem(cells, 'minute', 'a minute, a whole number from 0 to 2^32');
      }
      const count = hasCount ? parseCount(row.text(cells, 'count')) : 1;
      if (Number.isNaN(count)) return row.problem(cells, 'count', COUNT_RULE);
      const us = row.number(cells, 'duration');
      if (hasDuration && !isBlank(row.text(cells, 'duration')) && !Number.isSafeInteger(us)) {
        return row.problem(cells, 'duration', 'a length of time within 285 years');
      }
      const problem = row.whoProblem(cells);
      if (problem) return problem;
      this.builder.cover(minute, minute + 1);
      this.builder.add(row.functionOf(cells, this.builder.functions), minute, count);
      if (hasDuration && count > 0 && Number.isSafeInteger(us)) this.addDuration(row, cells, count, us);
      return undefined;
    };
  }

  finish(meta: TraceMeta): WorkloadDraft {
    return draftOf(this.builder.finish(meta, this.durations.columnsFor(this.builder.functions)));
  }

  private addDuration(row: MappedRow, cells: readonly string[], count: number, us: number): void {
    if (us < 0) this.clamped++;
    const meanMs = Math.max(0, us) / US_PER_MS;
    const who = row.who(cells);
    this.durations.add(who, count, {meanMs, minMs: Number.NaN, maxMs: Number.NaN, ...NO_PERCENTILES});
  }
}
