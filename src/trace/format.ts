import type {Entry} from '../base/part.ts';
import type {Content} from '../files/content.ts';
import type {RowTally} from '../files/rows.ts';
import type {WorkloadDraft} from '../workload/build/draft.ts';
import type {FieldMap} from './mapped/field-map.ts';

/** A shape of trace. To add one, write its file and a line in `formats.ts`; its name is what `--format` takes. */
export interface TraceFormat extends Entry {
  /** Who has such a trace. */
  readonly owner: string;
  /** How one gets it: the command a user types on that platform, or where it is published. */
  readonly obtain: string;
  /** What is read of it. */
  readonly reads: string;
  /** Whether `--format auto` may choose it by what a file holds; formats that need `--map` cannot be recognised. */
  readonly auto: boolean;
  /** Settings of `ingest` that it takes besides those of every format. */
  readonly settings: readonly FormatSetting[];
  /** A reader for one ingest. */
  reader(options: ReaderOptions): TraceReader;
}

/** Flags of `ingest` that make sense for some formats only. */
export type FormatSetting = 'map' | 'where' | 'dedupe' | 'period' | 'values' | 'function' | 'app-memory';

export interface ReaderOptions {
  readonly tally: RowTally;
  /** `--map`, for formats whose columns the user names. */
  readonly map: FieldMap | undefined;
  /** Rows to be read have this text in this column. */
  readonly where: readonly {readonly column: string; readonly text: string}[];
  /** Of rows with the same text in this column the first is read. */
  readonly dedupe: string | undefined;
  /** How long the stretch is that a count is of; undefined: as its times say. */
  readonly periodUs: number | undefined;
  /** What the numbers of a series of metrics are; undefined: as their name and shape say. */
  readonly values: SeriesValues | undefined;
  /** Name of the function where the log does not say it. */
  readonly functionName: string | undefined;
  /** What an app's memory means for each of its functions; for traces that give memory per app. */
  readonly appMemory: AppMemory;
  /** The same day may come twice. */
  readonly allowDuplicates: boolean;
  /** Of a table of counts: rows come function by function, each by ascending minutes. */
  readonly inOrder: boolean;
}

/** A running total, calls since the step before, or calls a second. */
export const seriesValues = ['counter', 'increase', 'rate'] as const;
export type SeriesValues = (typeof seriesValues)[number];

/** Every instance takes the app's memory, or the functions of an app share it equally, rounded up to whole MiB. */
export type AppMemory = 'whole' | 'split';

/** Takes every file of one ingest in turn, then makes the workload. */
export interface TraceReader {
  /** What a file lacks to be read, or undefined when it can be. */
  misfit(content: Content): string | undefined;
  /** A file that must be read before the others, whatever their names: a table that they are joined with. */
  readonly early?: (content: Content) => boolean;
  read(content: Content): Promise<void>;
  finish(): TraceResult;
}

export interface TraceResult {
  readonly draft: WorkloadDraft;
  /** What the user should know, a sentence each. */
  readonly notes: readonly string[];
  /** Of single calls: how many the trace says this little of, and how many it says were cold. */
  readonly calls?: {readonly withoutDuration: number; readonly withoutStart: number; readonly cold: number} | undefined;
}

/** Positions of `names` in a header, or the first one that is missing. */
export function columnsAt<Name extends string>(
  header: readonly string[],
  names: readonly Name[],
): {readonly at: Readonly<Record<Name, number>>; readonly missing: Name | undefined} {
  const at = Object.fromEntries(names.map((name) => [name, header.indexOf(name)])) as Record<Name, number>;
  return {at, missing: names.find((name) => at[name] < 0)};
}

/** Says which of a table's columns are neither read nor known to be of no use; nothing if there are none. */
export function unusedNote(header: readonly string[], known: (name: string) => boolean): string[] {
  const unused = header.filter((name) => name !== '' && !known(name));
  const named = unused.slice(0, 12).join(', ');
  return unused.length === 0 ? [] : [`columns that are not used: ${named}${unused.length > 12 ? ', ...' : ''}`];
}
