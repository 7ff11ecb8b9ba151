import {inputError} from '../../base/errors.ts';
import {US_PER_MINUTE, US_PER_SECOND} from '../../base/units.ts';
import {COUNT_RULE, parseCount} from '../../files/cells.ts';
import type {Content} from '../../files/content.ts';
import type {TakeRow} from '../../files/rows.ts';
import {draftOf} from '../../workload/build/draft.ts';
import {EventBuilder} from '../../workload/build/event-builder.ts';
import {MinuteBuilder} from '../../workload/build/minute-builder.ts';
import {MAX_CALLS} from '../../workload/limits.ts';
import {DurationTable} from '../azure-2019/durations.ts';
import {blankKey, functionKeys} from '../azure-2019/keys.ts';
import {MemoryTable} from '../azure-2019/memory.ts';
import {MAX_WEIGHT} from '../collect/calls.ts';
import {functionOfFile} from '../collect/function-of-file.ts';
import type {ReaderOptions, TraceFormat, TraceReader, TraceResult} from '../format.ts';

/**
 * A folder of In-Vitro's loader: invocations.csv with a column a minute or a second, durations.csv, and memory.csv by
 * app or function; or a line of counts of one function, without a header.
 */
export const inVitro: TraceFormat = {
  name: 'in-vitro',
  summary:
    "a folder of In-Vitro's loader: invocations.csv by the minute or (--period 1s) second, durations.csv, memory.csv",
  owner: 'research: vhive-serverless/invitro, Dirigent',
  obtain: 'data/traces of github.com/vhive-serverless/invitro, or its sampler',
  reads: 'counts per minute or second, durations and their percentiles, memory by function',
  auto: false,
  settings: ['period', 'function', 'app-memory'],
  reader: (options) => new InVitroReader(options),
};

class InVitroReader implements TraceReader {
  private readonly options: ReaderOptions;
  private readonly durations = new DurationTable();
  private readonly memory = new MemoryTable();
  private readonly minutes = new MinuteBuilder();
  private readonly seconds = new EventBuilder({duration: false, cold: false, order: false});
  private readonly isBySecond: boolean;
  private files = 0;
  private lastFile = '';

  constructor(options: ReaderOptions) {
    this.options = options;
    this.isBySecond = options.periodUs === US_PER_SECOND;
    if (options.periodUs !== undefined && !this.isBySecond && options.periodUs !== US_PER_MINUTE) {
      throw inputError('--period', 'of --format in-vitro is 1s or 1m');
    }
  }

  misfit({header, kind}: Content): string | undefined {
    const fits =
      kind !== 'json' &&
      (isHeadless(header) ||
        countColumns(header).length > 0 ||
        [this.durations, this.memory].some((table) => table.missing(header).length === 0));
    return fits ? undefined : 'has neither counts nor durations nor memory of a HashFunction, as In-Vitro files have';
  }

  async read(content: Content): Promise<void> {
    const {header} = content;
    this.lastFile = content.file;
    const rows = content.rows(this.options.tally);
    if (isHeadless(header)) {
      this.files++;
      const counts = header.map(parseCount);
      const wrong = this.wrongOf(counts);
      if (wrong >= 0) throw inputError(`${content.file}:1`, `has '${header[wrong]}', must be ${this.rule}`);
      this.addRow(['', '', this.options.functionName ?? functionOfFile(content.file)], counts);
      return;
    }
    if (countColumns(header).length > 0) await rows.each(this.taker(header));
    else await [this.durations, this.memory].find((table) => table.missing(header).length === 0)!.read(rows);
  }

  finish(): TraceResult {
    if (this.files === 0)
      throw inputError(this.lastFile, 'is no file of invocations, and none was given', 'give its folder');
    const {functions} = this.isBySecond ? this.seconds : this.minutes;
    this.memory.assignTo(functions, this.options.appMemory);
    const meta = {source: inVitro.name, startTime: '', licence: '', clampedDurations: this.durations.clamped};
    const duration = this.durations.columnsFor(functions);
    const draft = this.isBySecond
      ? {...this.seconds.finishDraft(meta), duration}
      : draftOf(this.minutes.finish(meta, duration));
    return {draft, notes: this.durations.notes()};
  }

  private taker(header: readonly string[]): TakeRow {
    this.files++;
    const key = functionKeys.map((name) => header.indexOf(name));
    const columns = countColumns(header);
    const trigger = header.indexOf('Trigger');
    return (cells) => {
      const blank = blankKey(cells, ['HashFunction'], [key[2]!]);
      if (blank) return blank;
      const counts = columns.map((at) => parseCount(cells[at]!));
      const wrong = this.wrongOf(counts);
      if (wrong >= 0) return {column: header[columns[wrong]!]!, value: cells[columns[wrong]!]!, rule: this.rule};
      const f = this.addRow([cells[key[0]!] ?? '', cells[key[1]!] ?? '', cells[key[2]!]!], counts);
      const {functions} = this.isBySecond ? this.seconds : this.minutes;
      functions.setTrigger(f, (cells[trigger] ?? '').trim());
      return undefined;
    };
  }

  /** The first count that cannot be; -1 if all can. Calls of a second become single calls. */
  private wrongOf(counts: readonly number[]): number {
    return counts.findIndex((count) => !(count <= (this.isBySecond ? MAX_WEIGHT : MAX_CALLS)));
  }

  private get rule(): string {
    return this.isBySecond ? `a whole number from 0 to ${MAX_WEIGHT}` : COUNT_RULE;
  }

  /** Calls of a second are spread evenly over it, as the loader does. */
  private addRow(who: readonly [string, string, string], counts: readonly number[]): number {
    const builder = this.isBySecond ? this.seconds : this.minutes;
    const f = builder.functions.idOf(...who);
    for (const [k, count] of counts.entries()) {
      if (!this.isBySecond) this.minutes.add(f, k, count);
      else
        for (let j = 0; j < count; j++) this.seconds.add(f, Math.floor((k + (j + 0.5) / count) * US_PER_SECOND), 0, 0);
    }
    if (!this.isBySecond) this.minutes.cover(0, counts.length);
    return f;
  }
}

/** Columns of counts: all that are numbers, in their order, where there is a HashFunction. */
function countColumns(header: readonly string[]): number[] {
  if (!header.includes('HashFunction') || header.includes('Average')) return [];
  return header.map((_, k) => k).filter((k) => /^\d+$/.test(header[k]!));
}

/** A first line that is counts already. */
function isHeadless(header: readonly string[]): boolean {
  return header.length > 1 && header.every((name) => /^\d+$/.test(name));
}
