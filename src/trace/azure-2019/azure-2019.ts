import {inputError} from '../../base/errors.ts';
import type {TraceBytes} from '../../files/bytes.ts';
import type {RowSource} from '../../files/rows.ts';
import {scannedRows} from '../../files/scanned-rows.ts';
import {draftOf} from '../../workload/build/draft.ts';
import {MinuteBuilder} from '../../workload/build/minute-builder.ts';
import type {ReaderOptions, TraceFormat, TraceReader, TraceResult} from '../format.ts';
import {DurationTable} from './durations.ts';
import {InvocationTable} from './invocations.ts';
import {MemoryTable} from './memory.ts';

/**
 * Azure Functions 2019: per-minute counts a function and day, daily duration percentiles a function, daily memory an
 * app. The three kinds of files are told apart by their header and may come in any number and order; days are joined
 * and minutes without a row are 0. Shahrad et al., "Serverless in the Wild", USENIX ATC 2020.
 */
export const azure2019: TraceFormat = {
  name: 'azure-2019',
  summary: 'Azure Functions 2019: counts per minute, with durations and memory where their files are given',
  auto: true,
  reader: (options) => new Azure2019Reader(options),
};

class Azure2019Reader implements TraceReader {
  private readonly options: ReaderOptions;
  private readonly builder = new MinuteBuilder();
  private readonly durations = new DurationTable();
  private readonly memory = new MemoryTable();
  private readonly invocations = new InvocationTable(this.builder);
  private readonly tables = [this.invocations, this.durations, this.memory];
  private lastFile = '';

  constructor(options: ReaderOptions) {
    this.options = options;
  }

  rows(bytes: TraceBytes): RowSource {
    return scannedRows(bytes, this.options.tally);
  }

  /** A file is meant for the table that lacks the fewest columns; that one says what is missing. */
  misfit(header: readonly string[]): string | undefined {
    const misfits = this.tables.map((table) => table.missing(header));
    if (misfits.some((missing) => missing.length === 0)) return undefined;
    const nearest = misfits.reduce((best, next) => (next.length < best.length ? next : best));
    return `has no column ${nearest.map((name) => `'${name}'`).join(', ')}, as azure-2019 files have`;
  }

  async read(rows: RowSource): Promise<void> {
    this.lastFile = rows.file;
    await this.tables.find((table) => table.missing(rows.header).length === 0)?.read(rows);
  }

  finish(): TraceResult {
    if (this.invocations.files === 0) {
      throw inputError(
        this.lastFile,
        'is no file of invocations, and none was given',
        'give its folder, with all files',
      );
    }
    const {functions} = this.builder;
    this.memory.assignTo(functions, this.options.appMemory);
    const workload = this.builder.finish(
      {
        source: azure2019.name,
        // The days are of July 2019; which day is the first is not said.
        startTime: '',
        licence: 'CC-BY 4.0, Microsoft, Azure/AzurePublicDataset (AzureFunctionsDataset2019)',
        clampedDurations: this.durations.clamped,
      },
      this.durations.columnsFor(functions),
    );
    return {draft: draftOf(workload), notes: [...this.invocations.notes(), ...this.durations.notes()]};
  }
}
