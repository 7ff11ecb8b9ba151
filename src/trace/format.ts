import type {TraceBytes} from '../files/bytes.ts';
import type {RowSource, RowTally} from '../files/rows.ts';
import type {WorkloadDraft} from '../workload/build/draft.ts';
import type {FieldMap} from './mapped/field-map.ts';

/**
 * A shape of trace. To add one, write its file and a line in `formats.ts`; its name is what `--format` takes.
 */
export interface TraceFormat {
  readonly name: string;
  /** A line for `--help`. */
  readonly summary: string;
  /** Whether `--format auto` may choose it by header; formats that need `--map` cannot be recognised. */
  readonly auto: boolean;
  /** A reader for one ingest. */
  reader(options: ReaderOptions): TraceReader;
}

export interface ReaderOptions {
  readonly tally: RowTally;
  /** `--map`, for formats whose columns the user names. */
  readonly map: FieldMap | undefined;
  /** What an app's memory means for each of its functions; for traces that give memory per app. */
  readonly appMemory: AppMemory;
}

/** Every instance takes the app's memory, or the functions of an app share it equally, rounded up to whole MiB. */
export type AppMemory = 'whole' | 'split';

/** Takes every file of one ingest in turn, then makes the workload. */
export interface TraceReader {
  rows(bytes: TraceBytes): RowSource;
  /** What a file with this header lacks to be read, or undefined when it can be. */
  misfit(header: readonly string[]): string | undefined;
  read(rows: RowSource): Promise<void>;
  finish(): TraceResult;
}

export interface TraceResult {
  readonly draft: WorkloadDraft;
  /** What the user should know, a sentence each. */
  readonly notes: readonly string[];
}

/** Positions of `names` in a header, or the first one that is missing. */
export function columnsAt<Name extends string>(
  header: readonly string[],
  names: readonly Name[],
): {readonly at: Readonly<Record<Name, number>>; readonly missing: Name | undefined} {
  const at = Object.fromEntries(names.map((name) => [name, header.indexOf(name)])) as Record<Name, number>;
  return {at, missing: names.find((name) => at[name] < 0)};
}
