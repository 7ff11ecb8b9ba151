import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterAll} from 'vitest';
import {RowTally} from '../../src/files/rows.ts';
import type {ReaderOptions} from '../../src/trace/format.ts';
import {type ReadTrace, readTrace, type TraceOptions} from '../../src/trace/read-trace.ts';
import {contentOf} from './workload.ts';

/** A folder that is removed after the tests of the file. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'coldfront-test-'));
  afterAll(() => rmSync(folder, {recursive: true, force: true}));
  return folder;
}

/** The rows of a CSV without quotes, by the names in its header. */
export function plainCsvRows(text: string): Record<string, string>[] {
  const [header, ...lines] = text.trimEnd().split('\n');
  const names = header!.split(',');
  return lines.map((line) => Object.fromEntries(line.split(',').map((cell, k) => [names[k]!, cell])));
}

/** Writes files into the folder and reads them as a trace, in the order given. */
export async function readFiles(
  folder: string,
  files: Record<string, string | Uint8Array>,
  options: Partial<TraceOptions> = {},
): Promise<ReadTrace> {
  const paths = Object.entries(files).map(([name, text]) => {
    const path = join(folder, name);
    writeFileSync(path, text);
    return path;
  });
  return readTrace(paths, {format: 'auto', ...options});
}

/** What a format's reader is given, with nothing asked for. */
export function readerOptions(options: Partial<ReaderOptions> = {}): ReaderOptions {
  const none = {map: undefined, dedupe: undefined, periodUs: undefined, values: undefined, functionName: undefined};
  return {
    tally: new RowTally(false),
    where: [],
    appMemory: 'whole',
    allowDuplicates: false,
    inOrder: false,
    ...none,
    ...options,
  };
}

/** Calls as the naive readers give them: by `owner/app/function`, absolute minutes or `arrival:duration`. */
export function callsOf({workload}: ReadTrace): Map<string, Map<string, number>> {
  const {meta, rows, kind} = contentOf(workload);
  return new Map(
    rows.map((row) => {
      const own = new Map<string, number>();
      for (const call of row.calls) {
        const key =
          kind === 'minute' ? String(meta.originUs / 60e6 + call[0]!) : `${meta.originUs + call[0]!}:${call[1]}`;
        own.set(key, (own.get(key) ?? 0) + (kind === 'minute' ? call[1]! : 1));
      }
      return [`${row.owner}/${row.app}/${row.function}`, own];
    }),
  );
}
