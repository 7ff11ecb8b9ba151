import {statSync} from 'node:fs';
import {openBytes} from './bytes.ts';
import {Content} from './content.ts';
import {cannotRead} from './input.ts';
import {isParquet, openParquet} from './parquet-rows.ts';
import {firstBytes, isZip, openZip} from './zip-entries.ts';

/** One file's worth of a trace: a file, stdin, or a file in an archive. */
export interface Source {
  /** What messages call it. */
  readonly name: string;
  /** It can be opened again. */
  readonly lasting: boolean;
  open(): Promise<Content>;
}

/** What lies behind a path, and how to let go of it. `onBytes` is told how much of it was read, packed as it is. */
export async function sourcesAt(
  path: string,
  onBytes?: (bytes: number) => void,
): Promise<{readonly sources: readonly Source[]; close(): void}> {
  const nothing = (): void => undefined;
  const magic = isRegular(path) ? firstBytes(path, 4) : Buffer.alloc(0);
  if (isZip(magic)) {
    const {entries, close} = await openZip(path);
    const sources = entries.map(({name, packedBytes, open}) => ({
      name,
      lasting: true,
      open: async () => {
        onBytes?.(packedBytes);
        return new Content(await open());
      },
    }));
    return {sources, close};
  }
  const open = isParquet(magic) ? () => openParquet(path, onBytes) : () => openBytes(path, onBytes);
  const name = path === '-' ? 'stdin' : path;
  const source = {name, lasting: isRegular(path), open: async () => new Content(await open())};
  return {sources: [source], close: nothing};
}

/** Pipes and devices give their bytes once. */
function isRegular(path: string): boolean {
  if (path === '-') return false;
  try {
    return statSync(path).isFile();
  } catch (error) {
    throw cannotRead(path, error);
  }
}
