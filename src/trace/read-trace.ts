import {inputError, UserError, usageError} from '../base/errors.ts';
import {openBytes, type TraceBytes} from '../files/bytes.ts';
import {firstLine} from '../files/csv-rows.ts';
import {excerpt, RowTally} from '../files/rows.ts';
import {loadDraft, type WorkloadDraft} from '../workload/build/draft.ts';
import type {Workload} from '../workload/workload.ts';
import type {AppMemory, TraceFormat, TraceReader} from './format.ts';
import {traceFormats} from './formats.ts';
import {type FieldMap, parseFieldMap} from './mapped/field-map.ts';
import {type TraceFile, traceFiles} from './trace-files.ts';

export interface TraceOptions {
  /** A format's name, or `auto` to recognise it by the header. */
  readonly format: string;
  /** `--map` as given, for formats that need it. */
  readonly map?: string | undefined;
  readonly strict?: boolean;
  readonly appMemory?: AppMemory;
  /** Told how many bytes of the files were read, as they are. */
  readonly onBytes?: ((bytes: number) => void) | undefined;
}

export interface ReadTrace extends Omit<CollectedTrace, 'draft'> {
  readonly workload: Workload;
}

export interface CollectedTrace {
  readonly draft: WorkloadDraft;
  readonly tally: RowTally;
  readonly notes: readonly string[];
}

/** Reads a trace into memory; `collectTrace` says how. */
export async function readTrace(paths: readonly string[], options: TraceOptions): Promise<ReadTrace> {
  const {draft, ...rest} = await collectTrace(paths, options);
  return {workload: loadDraft(draft), ...rest};
}

/**
 * Reads the trace in `paths`: files, folders, `-` for stdin. Bad rows are skipped and counted, or refused with
 * `strict`; a file that is no trace of the format is bad input if it was named, and left out with a note if it was
 * found in a folder.
 */
export async function collectTrace(paths: readonly string[], options: TraceOptions): Promise<CollectedTrace> {
  const tally = new RowTally(options.strict ?? false);
  const notes: string[] = [];
  const map = options.map === undefined ? undefined : parseFieldMap(options.map);
  const candidates = candidatesFor(options.format, map);
  const appMemory = options.appMemory ?? 'whole';
  let reader: TraceReader | undefined;
  for (const file of traceFiles(paths)) {
    const opened = await open(file, notes, options.onBytes);
    if (opened === undefined) continue;
    const readers = reader ? [reader] : candidates.map((format) => format.reader({tally, map, appMemory}));
    const fit = readers.find((next) => next.misfit(next.rows(opened).header) === undefined);
    if (fit) await fit.read(fit.rows(opened));
    else reportMisfit(file, opened, readers, options.format, notes);
    reader ??= fit;
    await opened.close();
  }
  if (reader === undefined) throw nothingFound(paths, options.format, notes);
  const {draft, notes: more} = reader.finish();
  return {draft, tally, notes: [...firstNotes(notes), ...more]};
}

const NAMED_FILES = 10;

/** A folder may hold thousands of other files. */
function firstNotes(notes: readonly string[]): string[] {
  const more = notes.length - NAMED_FILES;
  return [...notes.slice(0, NAMED_FILES), ...(more > 0 ? [`left out: ${more} more files`] : [])];
}

function candidatesFor(format: string, map: FieldMap | undefined): readonly TraceFormat[] {
  if (format === 'auto') {
    if (map) throw usageError('--map needs --format csv or --format ndjson');
    return traceFormats.filter(({auto}) => auto);
  }
  const named = traceFormats.filter(({name}) => name === format);
  if (named.length === 0) {
    throw usageError(
      `--format is '${format}', must be auto or one of ${traceFormats.map(({name}) => name).join(', ')}`,
    );
  }
  if (map && named[0]!.auto) throw usageError(`--map is of no use with --format ${format}, which has its own columns`);
  return named;
}

/** The file's bytes; undefined with a note for something in a folder that is no text. */
async function open(
  file: TraceFile,
  notes: string[],
  onBytes: TraceOptions['onBytes'],
): Promise<TraceBytes | undefined> {
  try {
    return await openBytes(file.path, onBytes);
  } catch (error) {
    if (file.named || !(error instanceof UserError)) throw error;
    notes.push(`left out: ${error.message}`);
    return undefined;
  }
}

function reportMisfit(
  file: TraceFile,
  bytes: TraceBytes,
  readers: readonly TraceReader[],
  format: string,
  notes: string[],
): void {
  const reason =
    readers.length === 1
      ? readers[0]!.misfit(readers[0]!.rows(bytes).header)!
      : `has the header '${excerpt(firstLine(bytes.head), 100)}', which no format recognises`;
  if (!file.named) {
    notes.push(`left out: ${bytes.file}: ${reason}`);
    return;
  }
  const names = traceFormats.map(({name}) => name).join(', ');
  throw inputError(
    `${bytes.file}:1`,
    reason,
    ...(format === 'auto' ? [`formats are ${names}; see --format and --map`] : []),
  );
}

function nothingFound(paths: readonly string[], format: string, notes: readonly string[]): UserError {
  const what = format === 'auto' ? 'no trace file' : `no ${format} trace file`;
  return inputError(paths.join(', '), `holds ${what}`, ...notes.slice(0, 3));
}
