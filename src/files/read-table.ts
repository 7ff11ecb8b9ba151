import {inputError} from '../base/errors.ts';
import {openBytes} from './bytes.ts';
import {csvRows} from './csv-rows.ts';
import {type RowProblem, RowTally} from './rows.ts';

/** Something that takes the rows of a small table one by one and says what is wrong with one. */
interface RowTaker {
  take(row: readonly string[]): RowProblem | undefined;
}

/** Feeds a CSV file to what `open` makes of its header; the first bad row ends it as bad input, named by file and line. */
export async function readTable<T extends RowTaker>(
  path: string,
  open: (place: string, header: readonly string[]) => T,
): Promise<T> {
  const bytes = await openBytes(path);
  try {
    const rows = csvRows(bytes, new RowTally(true, []));
    if (rows.header.length === 0) throw inputError(bytes.file, 'is empty, it needs a header');
    const taker = open(bytes.file, rows.header);
    await rows.each((row) => taker.take(row));
    return taker;
  } finally {
    await bytes.close();
  }
}
