/** First bytes of files that people hand over by mistake, and what they are. */
const magics: readonly (readonly [start: string, what: string])[] = [
  ['ARROW1', 'is an Arrow file; a workload needs no ingest'],
  [
    'PAR1',
    'is a Parquet file, which cannot be read from a pipe or an archive (what it holds stands at its end): give its name',
  ],
  ['PK\x03\x04', 'is a zip archive, which cannot be read from a pipe or an archive: give its name, or unpack it first'],
  ['Rar!', 'is a RAR archive; unpack it first'],
  ['7z\xbc\xaf\x27\x1c', 'is a 7z archive; unpack it first'],
  ['\x28\xb5\x2f\xfd', 'is packed with zstd; unpack it first (zstd -d)'],
  ['\xfd7zXZ', 'is packed with xz; unpack it first (xz -d)'],
  ['BZh', 'is packed with bzip2; unpack it first (bunzip2)'],
  ['\x04\x22\x4d\x18', 'is packed with lz4; unpack it first (lz4 -d)'],
  ['\x1f\x9d', 'is packed with compress; unpack it first'],
  ['\xff\xfe', 'is UTF-16 text; convert it to UTF-8'],
  ['\xfe\xff', 'is UTF-16 text; convert it to UTF-8'],
  ['SQLite format 3', 'is a SQLite database; export its table as CSV'],
  ['\xd0\xcf\x11\xe0', 'is an old Excel file; export it as CSV'],
  ['%PDF', 'is a PDF'],
  ['Obj\x01', 'is an Avro file; export it as CSV or Parquet'],
  ['ORC', 'is an ORC file; export it as CSV or Parquet'],
  ['\x89HDF', 'is an HDF5 file; export it as CSV or Parquet'],
];

/** The same for texts, by their first line. */
const texts: readonly (readonly [start: RegExp, what: string])[] = [
  [/^version https:\/\/git-lfs/, 'is a Git LFS pointer, not the file itself; fetch that with: git lfs pull'],
  [/^(<!doctype html|<html|<head)/i, 'is an HTML page, not the file; was it saved instead of being downloaded?'],
  [/^Datetime\s+Activation ID\s/, 'is the table of wsk, which has no times of waiting and starting; list with --full'],
  [/^<\?xml/i, 'is XML, such as an error page of a storage service; must be CSV, JSON or a log'],
];

const TAR_MARK_AT = 257;

/** What a file is that no trace can be, by its first bytes; undefined if it may be one. */
export function strangerIn(head: Buffer): string | undefined {
  if (head.length === 0) return 'is empty';
  const start = head.toString('latin1', 0, 16);
  const magic = magics.find(([bytes]) => start.startsWith(bytes));
  if (magic !== undefined) return magic[1];
  if (head.toString('latin1', TAR_MARK_AT, TAR_MARK_AT + 5) === 'ustar')
    return 'is a tar archive; unpack it first (tar -xf)';
  // Protocols 2 to 5 of Python's pickle begin so.
  if (head[0] === 0x80 && head[1]! >= 2 && head[1]! <= 5) {
    return "is a Python pickle; export it with: pandas.read_pickle(...).to_json('x.json', orient='records', lines=True)";
  }
  const line = head.toString('utf8', 0, 256).replace(/^\ufeff?\s*/, '');
  const text = texts.find(([pattern]) => pattern.test(line));
  if (text !== undefined) return text[1];
  return head.includes(0) ? 'is a binary file, must be text' : undefined;
}
