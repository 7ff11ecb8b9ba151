import {inputError} from '../../base/errors.ts';
import type {Content} from '../../files/content.ts';
import {draftOf} from '../../workload/build/draft.ts';
import {MinuteBuilder} from '../../workload/build/minute-builder.ts';
import {type ReaderOptions, type TraceFormat, type TraceReader, type TraceResult, unusedNote} from '../format.ts';
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
  owner: 'research: AzurePublicDataset, and cuts of it such as those of In-Vitro',
  obtain: 'AzureFunctionsDataset2019 of github.com/Azure/AzurePublicDataset',
  reads: 'counts per minute, durations and their percentiles, memory by app or function, triggers',
  auto: true,
  settings: ['app-memory'],
  reader: (options) => new Azure2019Reader(options),
};

class Azure2019Reader implements TraceReader {
  private readonly options: ReaderOptions;
  private readonly builder = new MinuteBuilder();
  private readonly durations = new DurationTable();
  private readonly memory = new MemoryTable();
  private readonly invocations: InvocationTable;
  private readonly tables;
  private readonly unused: string[] = [];
  private lastFile = '';

  constructor(options: ReaderOptions) {
    this.options = options;
    this.invocations = new InvocationTable(this.builder, options.allowDuplicates);
    this.tables = [this.invocations, this.durations, this.memory];
  }

  /** A file is meant for the table that lacks the fewest columns; that one says what is missing. */
  misfit({header}: Content): string | undefined {
    const misfits = this.tables.map((table) => table.missing(header));
    if (misfits.some((missing) => missing.length === 0)) return undefined;
    const nearest = misfits.reduce((best, next) => (next.length < best.length ? next : best));
    return `has no column ${nearest.map((name) => `'${name}'`).join(', ')}, as azure-2019 files have`;
  }

  async read(content: Content): Promise<void> {
    this.lastFile = content.file;
    const table = this.tables.find(({missing}) => missing(content.header).length === 0);
    if (this.unused.length === 0) this.unused.push(...unusedNote(content.header, isKnown));
    await table?.read(content.rows(this.options.tally));
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
    const notes = [...this.invocations.notes(), ...this.durations.notes(), ...this.unused];
    return {draft: draftOf(workload), notes};
  }
}

/** Columns of the three tables, percentiles of memory included, which say nothing that is simulated. */
function isKnown(name: string): boolean {
  return /^(Hash|Trigger$|Average|Count$|Minimum$|Maximum$|SampleCount$|percentile_)|\d/.test(name);
}
