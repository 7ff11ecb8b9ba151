import {inputError, UserError, usageError} from '../base/errors.ts';
import type {Content} from '../files/content.ts';
import {isRecord} from '../files/json-values.ts';
import {firstLine} from '../files/lines.ts';
import {excerpt, RowTally} from '../files/rows.ts';
import {type Source, sourcesAt} from '../files/sources.ts';
import {loadDraft} from '../workload/build/draft.ts';
import type {Workload} from '../workload/workload.ts';
import {Duplicates} from './duplicates.ts';
import type {
  AppMemory,
  FormatSetting,
  ReaderOptions,
  SeriesValues,
  TraceFormat,
  TraceReader,
  TraceResult,
} from './format.ts';
import {traceFormats} from './formats.ts';
import {gapNotes} from './gap-notes.ts';
import {parseFieldMap} from './mapped/field-map.ts';
import {type TraceFile, traceFiles} from './trace-files.ts';
import {parseWhere} from './where.ts';

export interface TraceOptions {
  /** A format's name, or `auto` to recognise it by what the files hold. */
  readonly format: string;
  /** `--map` as given, for formats that need it. */
  readonly map?: string | undefined;
  /** `COLUMN=VALUE` each. */
  readonly where?: readonly string[] | undefined;
  readonly dedupe?: string | undefined;
  readonly periodUs?: number | undefined;
  readonly values?: SeriesValues | undefined;
  readonly functionName?: string | undefined;
  readonly strict?: boolean;
  readonly appMemory?: AppMemory | undefined;
  readonly allowDuplicates?: boolean;
  /** Of a table of counts: rows come function by function, each by ascending minutes. */
  readonly inOrder?: boolean;
  /** Told how many bytes of the files were read, as they are. */
  readonly onBytes?: ((bytes: number) => void) | undefined;
}

export interface ReadTrace extends Omit<CollectedTrace, 'draft'> {
  readonly workload: Workload;
}

export interface CollectedTrace extends TraceResult {
  readonly tally: RowTally;
  /** Name of the format that the files were read as. */
  readonly format: string;
}

/** Reads a trace into memory; `collectTrace` says how. */
export async function readTrace(paths: readonly string[], options: TraceOptions): Promise<ReadTrace> {
  const {draft, ...rest} = await collectTrace(paths, options);
  return {workload: loadDraft(draft), ...rest};
}

/**
 * Reads the trace in `paths`: files, folders, `-` for stdin. Bad rows are skipped and counted, or refused with
 * `strict`; a file that is no trace of the format is bad input if it was named, and left out with a note if it was
 * found in a folder. All files are of one format: the first that any knows decides.
 */
export async function collectTrace(paths: readonly string[], options: TraceOptions): Promise<CollectedTrace> {
  const formats = candidatesFor(options);
  const tally = new RowTally(options.strict ?? false);
  const reading = new Reading(formats, readerOptions(options, tally), options);
  const closes: (() => void)[] = [];
  try {
    const found: FoundSource[] = [];
    for (const file of traceFiles(paths)) {
      const {sources, close} = await sourcesAt(file.path, options.onBytes);
      closes.push(close);
      const named = file.named && sources.length === 1;
      found.push(...sources.map((source) => ({source, file, named})));
    }
    const reader = await reading.all(found);
    if (reader === undefined) throw nothingFound(paths, options.format, reading.leftOut);
    const {draft, notes, calls} = reader.finish();
    const all = [...firstNotes(reading.leftOut), ...notes, ...gapNotes(draft)];
    return {draft, tally, calls, format: reading.formatName, notes: all};
  } finally {
    for (const close of closes) close();
  }
}

interface FoundSource {
  readonly source: Source;
  readonly file: TraceFile;
  /** Whether it was asked for by itself, and not found in a folder or an archive. */
  readonly named: boolean;
}

/** One ingest's way through its files. */
class Reading {
  formatName = '';
  readonly leftOut: string[] = [];
  private reader: TraceReader | undefined;
  private readonly formats: readonly TraceFormat[];
  private readonly options: ReaderOptions;
  private readonly isAuto: boolean;
  private readonly duplicates: Duplicates;
  private readonly done = new Set<FoundSource>();

  constructor(formats: readonly TraceFormat[], options: ReaderOptions, {format}: TraceOptions) {
    this.formats = formats;
    this.options = options;
    this.isAuto = format === 'auto';
    this.duplicates = new Duplicates(options.allowDuplicates);
  }

  /** Reads tables first that others are joined with. Undefined if nothing was of a format. */
  async all(found: readonly FoundSource[]): Promise<TraceReader | undefined> {
    for (const next of found) {
      if (!this.done.has(next)) await this.visit(next, this.reader?.early === undefined ? 'any' : 'early');
    }
    for (const next of found) if (!this.done.has(next)) await this.visit(next, 'any');
    return this.reader;
  }

  private async visit(next: FoundSource, which: 'any' | 'early'): Promise<void> {
    const content = await this.open(next);
    if (content === undefined) return;
    try {
      const reader = this.readerFor(content, next);
      if (reader === undefined) return;
      // What can be read once only is not put off.
      const putOff = which === 'early' || this.reader === undefined;
      this.reader = reader;
      if (putOff && reader.early !== undefined && !reader.early(content) && next.source.lasting) return;
      this.done.add(next);
      await reader.read(content);
      await this.duplicates.check(next.source, content);
    } finally {
      await content.close();
    }
  }

  /** The file, opened; undefined with a note for something in a folder that no trace can be. */
  private async open(next: FoundSource): Promise<Content | undefined> {
    try {
      return await next.source.open();
    } catch (error) {
      if (next.named || !(error instanceof UserError)) throw error;
      this.leave(next, error.message);
      return undefined;
    }
  }

  private readerFor(content: Content, next: FoundSource): TraceReader | undefined {
    if (this.reader !== undefined) {
      const reason = this.reader.misfit(content);
      if (reason === undefined) return this.reader;
      this.refuse(content, next, reason);
      return undefined;
    }
    let reason = '';
    for (const format of this.formats) {
      const reader = format.reader(this.options);
      reason = reader.misfit(content) ?? '';
      if (reason !== '') continue;
      this.formatName = format.name;
      return reader;
    }
    this.refuse(content, next, this.formats.length === 1 ? reason : unknownContent(content));
    return undefined;
  }

  private refuse(content: Content, next: FoundSource, reason: string): void {
    if (!next.named) {
      this.leave(next, `${content.file}: ${reason}`);
      return;
    }
    const names = traceFormats.names.join(', ');
    const suggestions = this.isAuto ? [`formats are ${names}; see --format and --map`] : [];
    throw inputError(content.kind === 'parquet' ? content.file : `${content.file}:1`, reason, ...suggestions);
  }

  private leave(next: FoundSource, message: string): void {
    this.done.add(next);
    this.leftOut.push(`left out: ${message}`);
  }
}

function unknownContent(content: Content): string {
  if (content.kind === 'json') {
    const first = content.samples.find(isRecord);
    const keys =
      first === undefined ? 'no objects' : `the keys '${excerpt(Object.keys(first).slice(0, 12).join(', '), 100)}'`;
    return `is JSON with ${keys}, which no format recognises`;
  }
  const line = content.kind === 'parquet' ? content.header.join(',') : firstLine(content.bytes!.head);
  return `has the header '${excerpt(line, 100)}', which no format recognises`;
}

const NAMED_FILES = 10;

/** A folder may hold thousands of other files. */
function firstNotes(notes: readonly string[]): string[] {
  const more = notes.length - NAMED_FILES;
  return [...notes.slice(0, NAMED_FILES), ...(more > 0 ? [`left out: ${more} more files`] : [])];
}

/** What readers of formats are told. */
export function readerOptions(options: TraceOptions, tally: RowTally): ReaderOptions {
  return {
    tally,
    map: options.map === undefined ? undefined : parseFieldMap(options.map),
    where: (options.where ?? []).map(parseWhere),
    dedupe: options.dedupe,
    periodUs: options.periodUs,
    values: options.values,
    functionName: options.functionName,
    appMemory: options.appMemory ?? 'whole',
    allowDuplicates: options.allowDuplicates ?? false,
    inOrder: options.inOrder ?? false,
  };
}

/** The formats that may be meant. A setting that none of them takes is a usage error. */
function candidatesFor(options: TraceOptions): readonly TraceFormat[] {
  const {format} = options;
  if (format !== 'auto' && !traceFormats.has(format)) {
    throw usageError(`--format is '${format}', must be auto or one of ${traceFormats.names.join(', ')}`);
  }
  const named = format === 'auto' ? traceFormats.parts.filter(({auto}) => auto) : [traceFormats.named(format)];
  if (format === 'auto' && options.map !== undefined) {
    throw usageError('--map needs --format csv, ndjson, parquet or wide');
  }
  for (const setting of settingsGiven(options)) {
    const takers = named.filter(({settings}) => settings.includes(setting));
    if (takers.length > 0) continue;
    const reason = setting === 'map' ? ', which has its own columns' : '';
    throw usageError(`--${setting} is of no use with --format ${format}${reason}`);
  }
  return named;
}

function settingsGiven(options: TraceOptions): FormatSetting[] {
  const given: Record<FormatSetting, unknown> = {
    map: options.map,
    where: options.where?.length || undefined,
    dedupe: options.dedupe,
    period: options.periodUs,
    values: options.values,
    function: options.functionName,
    'app-memory': options.appMemory === 'split' ? 'split' : undefined,
  };
  return (Object.keys(given) as FormatSetting[]).filter((setting) => given[setting] !== undefined);
}

function nothingFound(paths: readonly string[], format: string, leftOut: readonly string[]): UserError {
  const what = format === 'auto' ? 'no trace file' : `no ${format} trace file`;
  return inputError(paths.join(', '), `holds ${what}`, ...leftOut.slice(0, 3));
}
