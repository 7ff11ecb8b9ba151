import {formatTimeUs, US_PER_MINUTE, US_PER_MS} from '../../base/units.ts';
import {COUNT_RULE, isBlank} from '../../files/cells.ts';
import type {RowProblem} from '../../files/rows.ts';
import {DurationMerge} from '../../workload/build/duration-merge.ts';
import {MAX_MINUTES} from '../../workload/limits.ts';
import {CounterSeries} from '../collect/counter-series.ts';
import {CountCollector} from '../collect/counts.ts';
import type {SeriesValues, TraceResult} from '../format.ts';
import type {FieldMap} from './field-map.ts';
import type {MappedRow} from './row.ts';

const MINUTE_RULE = 'a minute, a whole number within 285 years';

export interface CountSettings {
  readonly periodUs: number | undefined;
  readonly values: SeriesValues | undefined;
}

/**
 * Rows that count the calls of a function in a minute, or in a longer stretch of time that begins there. Without a
 * `count` each row is one call. A `duration` is the mean of the row's calls.
 */
export class MappedCounts {
  private readonly map: FieldMap;
  private readonly settings: CountSettings;
  private readonly counts: CountCollector;
  private readonly durations = new DurationMerge();
  private readonly counters = new CounterSeries();
  private readonly isCounter: boolean;

  constructor(map: FieldMap, settings: CountSettings) {
    this.map = map;
    this.settings = settings;
    this.counts = new CountCollector(settings.periodUs);
    this.isCounter = map.get('count')?.unit === 'counter' || settings.values === 'counter';
  }

  taker(row: MappedRow): (cells: readonly string[]) => RowProblem | undefined {
    return (cells) => {
      const minute = row.number(cells, 'minute') ?? Number.NaN;
      if (!(Number.isInteger(minute) && minute >= 0 && minute < MAX_MINUTES)) {
        return row.problem(cells, 'minute', MINUTE_RULE);
      }
      const count = this.countIn(row, cells);
      if (!(count >= 0 && count <= Number.MAX_SAFE_INTEGER)) return row.problem(cells, 'count', COUNT_RULE);
      const us = row.number(cells, 'duration');
      if (us !== undefined && !Number.isSafeInteger(us)) {
        return row.problem(cells, 'duration', 'a length of time within 285 years');
      }
      const problem = row.whoProblem(cells);
      if (problem) return problem;
      this.add(row, cells, minute, count);
      if (count > 0 && us !== undefined) this.addDuration(row, cells, count, us);
      return undefined;
    };
  }

  finish(source: string): TraceResult {
    const notes: string[] = [];
    if (this.isCounter) {
      const {resets, gapMinutes} = this.counters.feed(this.counts);
      notes.push(`counts are running totals, taken as what they rose by; ${resets} began anew`);
      if (gapMinutes > 1) notes.push(`totals are ${formatTimeUs(gapMinutes * US_PER_MINUTE)} apart`);
    }
    const minute = this.map.get('minute')!;
    const meta = {source, startTime: '', licence: '', clampedDurations: this.durations.clamped};
    const result = this.counts.finish(meta, minute.clock, this.durations, minute.unit !== '' && !this.isCounter);
    return {...result, notes: [...notes, ...result.notes]};
  }

  private countIn(row: MappedRow, cells: readonly string[]): number {
    if (!row.has('count')) return 1;
    const cell = row.text(cells, 'count');
    if (isBlank(cell)) return 0;
    const value = row.convert('count', cell);
    return this.settings.values === 'rate' ? value * ((this.settings.periodUs ?? US_PER_MINUTE) / 1e6) : value;
  }

  private add(row: MappedRow, cells: readonly string[], minute: number, count: number): void {
    const {functions} = this.counts.builder;
    const f = functions.idOf(...row.who(cells));
    functions.setTrigger(f, row.trigger(cells));
    const mib = row.number(cells, 'memory');
    if (mib !== undefined) functions.raiseMemory(f, mib);
    if (this.isCounter) {
      if (!isBlank(row.text(cells, 'count'))) this.counters.add(String(f), f, minute * US_PER_MINUTE, count);
    } else this.counts.add(f, minute * US_PER_MINUTE, count);
  }

  private addDuration(row: MappedRow, cells: readonly string[], count: number, us: number): void {
    const its = {meanMs: us / US_PER_MS, minMs: Number.NaN, maxMs: Number.NaN, levels: [], percentileMs: []};
    this.durations.add(row.who(cells), count, its);
  }
}
