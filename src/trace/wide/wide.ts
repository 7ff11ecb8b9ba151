import {usageError} from '../../base/errors.ts';
import {isBlank} from '../../files/cells.ts';
import type {Content} from '../../files/content.ts';
import {NO_CALL, type Taken} from '../../files/rows.ts';
import {CounterSeries} from '../collect/counter-series.ts';
import {CountCollector} from '../collect/counts.ts';
import type {Clock} from '../collect/dated.ts';
import type {ReaderOptions, TraceFormat, TraceReader, TraceResult} from '../format.ts';
import {countIn, datesOf, isTimeName, labelRow, longColumns, timeColumn} from './columns.ts';

/** Tables of counts by time whose other columns are functions: Grafana, the CloudWatch console, spreadsheets. */
export const wide: TraceFormat = {
  name: 'wide',
  summary:
    'counts by time, every other column a function: Grafana panels, CloudWatch console CSV; also Series,Time,Value',
  owner: 'everybody with a dashboard',
  obtain: 'Grafana: panel, Inspect, Data, Formatted data off, Download CSV; CloudWatch: Actions, Download as .csv',
  reads: 'counts per period; functions by column',
  auto: true,
  settings: ['map', 'period', 'values'],
  reader: (options) => new WideReader(options),
};

class WideReader implements TraceReader {
  private readonly options: ReaderOptions;
  private readonly counts: CountCollector;
  private readonly counters = new CounterSeries();
  private readonly isCounter: boolean;
  private clock: Clock = 'calendar';
  private readonly dateNotes: string[] = [];

  constructor(options: ReaderOptions) {
    this.options = options;
    this.counts = new CountCollector(options.periodUs);
    this.isCounter = options.values === 'counter';
    for (const field of options.map?.keys() ?? []) {
      if (field !== 'minute')
        throw usageError(`--map names '${field}', but --format wide takes 'minute' alone: all else are functions`);
    }
  }

  misfit(content: Content): string | undefined {
    const {header} = content;
    if (content.kind === 'json' || header.length < 2) return 'is no table of a time and counts';
    const {map} = this.options;
    if (map !== undefined) {
      const {column} = map.get('minute')!;
      return header.includes(column) ? undefined : `has no column '${column}', which --map names`;
    }
    if (longColumns(header) !== undefined || timeColumn(content) >= 0) return undefined;
    return 'has no column of times beside columns of numbers';
  }

  async read(content: Content): Promise<void> {
    const long = longColumns(content.header);
    if (long !== undefined && this.options.map === undefined) await this.readLong(content, long);
    else await this.readWide(content);
  }

  finish(): TraceResult {
    const notes = [...this.dateNotes];
    if (this.isCounter) {
      const {resets} = this.counters.feed(this.counts);
      notes.push(`values are running totals, ${resets} of which began anew: what they rose by was called`);
    }
    const meta = {source: wide.name, startTime: '', licence: '', clampedDurations: 0};
    const result = this.counts.finish(meta, this.clock, undefined, !this.isCounter);
    return {...result, notes: [...notes, ...result.notes]};
  }

  private async readWide(content: Content): Promise<void> {
    const {map, tally} = this.options;
    const field = map?.get('minute');
    const rows = content.rows(tally);
    const {header} = rows;
    const at = field === undefined ? timeColumn(content) : header.indexOf(field.column);
    if (field !== undefined) this.clock = field.clock;
    let names = header;
    // The second column of times, or a number of the row, is no function.
    const columns = header.map((_, k) => k).filter((k) => k !== at && header[k] !== '' && !isTimeName(header[k]!));
    const functions = new Map<number, number>();
    const dates = datesOf(content, at);
    await rows.each((cells) => {
      if (labelRow(cells, header)) {
        names = cells;
        return NO_CALL;
      }
      const timeUs = field === undefined ? dates.timeUs(cells[at]!) : field.convert(cells[at]!) * 60e6;
      if (!Number.isSafeInteger(timeUs)) return {column: header[at]!, value: cells[at]!, rule: 'a time'};
      const numbers = columns.map((k) => (isBlank(cells[k]!) ? Number.NaN : countIn(cells[k]!, rows.decimalComma)));
      const wrong = columns.findIndex((k, n) => !isBlank(cells[k]!) && !(numbers[n]! >= 0));
      if (wrong >= 0)
        return {column: names[columns[wrong]!]!, value: cells[columns[wrong]!]!, rule: 'a number of at least 0'};
      if (!this.counts.cover(Math.floor(timeUs / 60e6)))
        return {column: header[at]!, value: cells[at]!, rule: 'a time after 1970'};
      for (const [n, k] of columns.entries()) {
        let f = functions.get(k);
        if (f === undefined) functions.set(k, (f = this.counts.builder.functions.idOf('', '', names[k]!)));
        if (!Number.isNaN(numbers[n]!)) this.add(f, timeUs, numbers[n]!);
      }
      return undefined;
    });
    if (this.dateNotes.length === 0) this.dateNotes.push(...dates.notes());
  }

  /** A row a function and time, as Grafana writes series that are not joined. */
  private async readLong(
    content: Content,
    {series, time, value}: NonNullable<ReturnType<typeof longColumns>>,
  ): Promise<void> {
    const rows = content.rows(this.options.tally);
    const dates = datesOf(content, time);
    await rows.each((cells): Taken => {
      const timeUs = dates.timeUs(cells[time]!);
      if (Number.isNaN(timeUs)) return {column: rows.header[time]!, value: cells[time]!, rule: 'a time'};
      if (cells[series]!.trim() === '')
        return {column: rows.header[series]!, value: cells[series]!, rule: 'the name of a function'};
      const count = isBlank(cells[value]!) ? 0 : countIn(cells[value]!, rows.decimalComma);
      if (!(count >= 0)) return {column: rows.header[value]!, value: cells[value]!, rule: 'a number of at least 0'};
      if (!this.counts.cover(Math.floor(timeUs / 60e6)))
        return {column: rows.header[time]!, value: cells[time]!, rule: 'a time after 1970'};
      this.add(this.counts.builder.functions.idOf('', '', cells[series]!), timeUs, count);
      return undefined;
    });
  }

  private add(f: number, timeUs: number, value: number): void {
    if (this.isCounter) this.counters.add(String(f), f, timeUs, value);
    else if (this.options.values === 'rate')
      this.counts.add(f, timeUs, (value * (this.options.periodUs ?? 60e6)) / 1e6);
    else this.counts.add(f, timeUs, value);
  }
}
