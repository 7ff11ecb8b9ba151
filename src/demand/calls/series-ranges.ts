import {US_PER_MINUTE} from '../../base/units.ts';
import {pagesOf, withRows} from '../../workload/parts/paged.ts';
import type {Workload} from '../../workload/workload.ts';
import {type MinuteSeries, minuteSeriesOf, rowsOf} from './minute-series.ts';

/** Elements of lists that are in memory at a time. */
const PAGE_ELEMENTS = 2 ** 25;

/** The series of a workload in ranges of functions; where its lists lie in files, a page of ranges is in memory at a time. */
export class SeriesRanges {
  readonly ranges: number;
  /** Minutes covered. */
  readonly span: number;
  private readonly workload: Workload;
  private readonly each: number;
  private page: MinuteSeries | undefined;
  private from = 0;
  private to = 0;

  /** Ranges of `each` functions, the last one of what is left. */
  constructor(workload: Workload, each: number) {
    this.workload = workload;
    this.each = each;
    this.ranges = Math.max(1, Math.ceil(workload.functions / each));
    this.span = Math.ceil(workload.meta.spanUs / US_PER_MINUTE);
  }

  at(range: number): MinuteSeries {
    const [from, to] = [range * this.each, Math.min(this.workload.functions, (range + 1) * this.each)];
    if (this.page === undefined || from < this.from || to > this.to) this.load(from);
    return rowsOf(this.page!, from, to);
  }

  /** All series: as one, or one by one where they lie in files, each with the lists of a page. */
  *all(): Generator<MinuteSeries> {
    for (const {workload} of pagesOf(this.workload)) yield minuteSeriesOf(workload);
  }

  private load(from: number): void {
    const {workload, each} = this;
    const {paged, functions} = workload;
    this.from = paged === undefined ? 0 : from;
    this.to = paged === undefined ? functions : Math.min(functions, from + each);
    if (paged !== undefined) {
      const {length} = workload.arrivals.kind === 'minute' ? workload.arrivals.minute : workload.arrivals.arrivalUs;
      const elements = (f: number, until: number): number =>
        length.subarray(f, until).reduce((sum, its) => sum + its, 0);
      for (let all = elements(from, this.to); this.to < functions; ) {
        all += elements(this.to, this.to + each);
        if (all > PAGE_ELEMENTS) break;
        this.to = Math.min(functions, this.to + each);
      }
    }
    const rows = Int32Array.from({length: this.to - this.from}, (_, k) => this.from + k);
    this.page = minuteSeriesOf(withRows(workload, rows));
  }
}
