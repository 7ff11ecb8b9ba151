import {US_PER_MINUTE, US_PER_MS} from '../../base/units.ts';
import {DurationMerge} from '../../workload/build/duration-merge.ts';
import {CountCollector} from '../collect/counts.ts';
import type {TraceResult} from '../format.ts';
import {type CountedRow, type CountedSource, whoOf} from './row.ts';

/** The counts of a log that counts itself, a duration the mean of a count's calls. */
export class CountedRows {
  private readonly counts: CountCollector;
  private readonly durations = new DurationMerge();
  private clamped = 0;

  constructor(periodUs: number | undefined) {
    this.counts = new CountCollector(periodUs);
  }

  /** False for what no minute is. */
  take(row: CountedRow): boolean {
    const minute = row.number('minute');
    if (Number.isNaN(minute)) return true;
    const {functions} = this.counts.builder;
    const f = functions.idOf(...whoOf(row));
    functions.setTrigger(f, row.text('trigger'));
    functions.raiseMemory(f, row.number('memory_mib'));
    const timed = row.number('timed');
    const meanMs = row.number('duration_sum_us') / timed / US_PER_MS;
    const its = {meanMs, minMs: Number.NaN, maxMs: Number.NaN, levels: [], percentileMs: []};
    if (timed > 0) this.durations.add(whoOf(row), timed, its);
    this.clamped += row.number('clamped');
    return this.counts.add(f, minute * US_PER_MINUTE, row.number('calls'));
  }

  finish({rowsAre, clock, name}: CountedSource): TraceResult {
    const meta = {source: name, startTime: '', licence: '', clampedDurations: this.clamped};
    return this.counts.finish(meta, clock, this.durations, rowsAre === 'counts');
  }
}
