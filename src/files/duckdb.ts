import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {ExitCode, inputError, UserError, usageError} from '../base/errors.ts';

/** What DuckDB may use; it writes the rest to `folder`, which it has to itself. */
export interface DuckdbLimits {
  readonly memoryMib: number;
  /** Undefined: as many as there are processors. */
  readonly threads?: number | undefined;
}

/** What DuckDB was asked for takes more memory than it may use. */
export class DuckdbMemoryError extends UserError {
  constructor(memoryMib: number, said: string) {
    super('USAGE', `DuckDB needs more than ${memoryMib} MiB: ${said}`, {
      exit: ExitCode.usage,
      suggestions: ['give it more: --engine-memory 2GiB'],
    });
  }
}

/** DuckDB at work. */
export interface Duckdb {
  /** A folder for files that are gone when it ends. */
  readonly folder: string;
  /** Runs a statement; its rows, as texts and numbers. What DuckDB refuses is bad input. */
  rows(sql: string): Promise<readonly (readonly unknown[])[]>;
  /** Ends it before its folder goes: what it held of memory is free. */
  close(): void;
}

/**
 * Runs `use` with a DuckDB in memory, which is loaded from an optional package. It installs no extensions, reads nothing from
 * the network, and leaves nothing behind.
 */
export async function withDuckdb<T>({memoryMib, threads}: DuckdbLimits, use: (db: Duckdb) => Promise<T>): Promise<T> {
  const {DuckDBInstance} = await load();
  const folder = mkdtempSync(join(tmpdir(), 'coldfront-'));
  const clean = (): void => rmSync(folder, {recursive: true, force: true});
  const endings = Object.entries({SIGHUP: 129, SIGINT: 130, SIGTERM: 143}).map(([signal, exit]) => {
    const end = (): never => {
      clean();
      process.exit(exit);
    };
    process.once(signal, end);
    return () => process.removeListener(signal, end);
  });
  try {
    const instance = await DuckDBInstance.create(':memory:', {
      memory_limit: `${memoryMib}MiB`,
      temp_directory: join(folder, 'spill'),
      preserve_insertion_order: 'false',
      autoinstall_known_extensions: 'false',
      ...(threads !== undefined && {threads: String(threads)}),
    });
    const connection = await instance.connect();
    let isOpen = true;
    const close = (): void => {
      if (!isOpen) return;
      isOpen = false;
      connection.closeSync();
      instance.closeSync();
    };
    try {
      const rows = async (sql: string): Promise<readonly (readonly unknown[])[]> => {
        try {
          return (await connection.runAndReadAll(sql)).getRowsJS();
        } catch (error) {
          throw refused(error, memoryMib);
        }
      };
      await rows("SET TimeZone = 'UTC'");
      return await use({folder, rows, close});
    } finally {
      close();
    }
  } finally {
    for (const forget of endings) forget();
    clean();
  }
}

async function load(): Promise<typeof import('@duckdb/node-api')> {
  try {
    return await import('@duckdb/node-api');
  } catch (error) {
    const {code} = error as NodeJS.ErrnoException;
    if (code !== 'ERR_MODULE_NOT_FOUND' && code !== 'MODULE_NOT_FOUND') throw error;
    throw usageError('--engine duckdb needs the package @duckdb/node-api', 'npm install @duckdb/node-api');
  }
}

/** What DuckDB says is the user's to mend, unless it says that it is not. */
function refused(error: unknown, memoryMib: number): unknown {
  const message = error instanceof Error ? error.message : String(error);
  if (error instanceof UserError || /^(INTERNAL|FATAL)/i.test(message)) return error;
  const [first] = message.split('\n');
  if (/^Out of Memory/i.test(message)) return new DuckdbMemoryError(memoryMib, first!);
  return inputError('DuckDB', first!);
}
