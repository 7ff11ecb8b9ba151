import {mkdirSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {gunzipSync, gzipSync} from 'node:zlib';
import {describe, expect, test} from 'vitest';
import {limitLines, MAX_LINE_BYTES} from '../../src/files/line-limit.ts';
import {readTrace} from '../../src/trace/read-trace.ts';
import {bytesOf} from '../../src/trace/trace-files.ts';
import {callsOf, readFiles, temporaryFolder} from '../helpers/traces.ts';
import {contentOf} from '../helpers/workload.ts';

const folder = temporaryFolder();
const PLAIN = 'app,func,end_timestamp,duration\na,f,1.5,0.5\na,g,2,1\nb,f,100,0\n';
const COUNTS = 'HashOwner,HashApp,HashFunction,Trigger,1,2\no,a,f,http,5,0\no,a,g,,0,7\n';

describe('the same rows', () => {
  const quoted = (text: string) => text.replace(/[^,\n]+/g, (cell) => `"${cell}"`);
  test.each<[string, (text: string) => string | Uint8Array]>([
    ['with CRLF ends', (text) => text.replaceAll('\n', '\r\n')],
    ['with a mixture of ends', (text) => text.replace('\n', '\r\n')],
    ['with the ends of old Macs', (text) => text.replaceAll('\n', '\r')],
    ['behind a byte order mark', (text) => `\ufeff${text}`],
    ['with blank lines', (text) => text.replaceAll('\n', '\n\n')],
    ['behind blank lines', (text) => `\n\n${text}`],
    ['in quotes', quoted],
    ['with semicolons', (text) => text.replaceAll(',', ';')],
    [
      'with blanks around the names of columns',
      (text) => text.replace(/^[^\n]+/, (line) => line.replaceAll(',', ' , ')),
    ],
    ['without a last newline', (text) => text.trimEnd()],
    ['packed with gzip', (text) => gzipSync(text)],
    [
      'packed with gzip in two members',
      (text) => Buffer.concat([gzipSync(text.slice(0, 40)), gzipSync(text.slice(40))]),
    ],
  ])('%s are the same trace', async (_, change) => {
    for (const text of [PLAIN, COUNTS]) {
      const expected = await readFiles(folder, {'plain.csv': text});
      const changed = await readFiles(folder, {'changed.csv': change(text)});
      expect(contentOf(changed.workload)).toEqual(contentOf(expected.workload));
      expect(changed.tally).toMatchObject({read: expected.tally.read, skipped: 0});
    }
  });

  test('lines are counted past quoted newlines and blank lines', async () => {
    const text = 'app,func,end_timestamp,duration\n"a\nb",f,1,0\n\n"x\ny",f,bad,0\na,f,worse,0\n';
    const {tally, workload} = await readFiles(folder, {'x.csv': text});
    expect(tally.first.map(({line}) => line)).toEqual([5, 7]);
    expect(workload.app.values).toEqual(['a\nb']);
  });

  test('quotes inside a name are part of it', async () => {
    const {workload} = await readFiles(folder, {'x.csv': 'app,func,end_timestamp,duration\na"b,"c""d",1,0\n'});
    expect([workload.app.values[0], workload.name.at(0)]).toEqual(['a"b', 'c"d']);
  });

  test('progress is told every byte of every file, packed as it is', async () => {
    const packed = gzipSync(`${PLAIN}c,h,1,1\n`);
    const sizes: number[] = [];
    await readFiles(folder, {'1.gz': packed, '2.csv': PLAIN}, {onBytes: (bytes) => sizes.push(bytes)});
    expect(sizes).toEqual([packed.length, PLAIN.length]);
    expect(bytesOf([join(folder, '1.gz'), '-', join(folder, '2.csv')])).toBe(packed.length + PLAIN.length);
  });

  test('a header alone is a trace without calls', async () => {
    const {workload, tally} = await readFiles(folder, {'x.csv': PLAIN.split('\n')[0]!});
    expect([workload.functions, workload.meta.spanUs, tally.read]).toEqual([0, 0, 0]);
  });
});

describe('what is no trace is bad input with a reason', () => {
  const packed = gzipSync(PLAIN.repeat(2000));
  test.each<[string, string | Uint8Array, RegExp]>([
    ['an empty file', '', /x: is empty$/],
    ['gzip of nothing', gzipSync(''), /x: is empty$/],
    ['blank lines', '\n\n\n', /x:1: has the header ''/],
    ['a binary file', Uint8Array.from({length: 300}, (_, i) => i), /x: is a binary file, must be text$/],
    ['a zip archive that is none', 'PK\x03\x04....', /x: the zip archive is damaged/],
    [
      'a Git LFS pointer',
      'version https://git-lfs.github.com/spec/v1\noid sha256:2f\nsize 123\n',
      /x: is a Git LFS pointer/,
    ],
    ['a page', '<!DOCTYPE html>\n<html></html>\n', /x: is an HTML page/],
    ['an error of a storage service', '<?xml version="1.0"?><Error/>', /x: is XML/],
    ['a tar archive', `${'a.csv'.padEnd(257, '\0')}ustar\x0000`, /x: is a tar archive; unpack it first/],
    ['xz', Buffer.from('fd377a585a0000', 'hex'), /x: is packed with xz/],
    ['zstd', Buffer.from('28b52ffd0458', 'hex'), /x: is packed with zstd/],
    ['a pickle', Buffer.from('8004958a00', 'hex'), /x: is a Python pickle; export it/],
    ['a workload', 'ARROW1\0\0', /x: is an Arrow file; a workload needs no ingest$/],
    ['UTF-16', Buffer.from(`\ufeff${PLAIN}`, 'utf16le'), /x: is UTF-16 text; convert it to UTF-8$/],
    [
      'prose',
      'Once upon a time\nthere was a trace\n',
      /x:1: has the header 'Once upon a time', which no format recognises$/,
    ],
    ['a header with control characters', '\u001b[31mred\u0007,b\n1,2\n', /header '\\x1b\[31mred\\x07,b'/],
    ['gzip cut in the middle', packed.subarray(0, packed.length / 2), /x: the gzip data is cut: its end is missing$/],
    [
      'gzip with a changed byte',
      packed.map((byte, i) => (i === 60 ? byte ^ 255 : byte)),
      /x: the gzip data is damaged/,
    ],
    ['a quote that is never closed', `${PLAIN}"a,f,1,1\na,f,1,1\n`, /x:5: a quote is opened and never closed$/],
  ])('%s', async (_, bytes, message) => {
    await expect(readFiles(folder, {x: bytes})).rejects.toMatchObject({
      name: 'UserError',
      exitCode: 3,
      message: expect.stringMatching(message),
    });
  });

  test('a missing file', async () => {
    await expect(readTrace([join(folder, 'none')], {format: 'auto'})).rejects.toThrow(
      /none: no such file or directory$/,
    );
  });

  test('a folder without traces says what it left out', async () => {
    const path = join(folder, 'other');
    mkdirSync(join(path, 'deep'), {recursive: true});
    writeFileSync(join(path, 'README.md'), '# nothing\n');
    writeFileSync(join(path, 'deep', 'empty.csv'), '');
    writeFileSync(join(path, '.hidden.csv'), PLAIN);
    mkdirSync(join(path, '.git'));
    writeFileSync(join(path, '.git', 'trace.csv'), PLAIN);
    await expect(readTrace([path], {format: 'auto'})).rejects.toMatchObject({
      message: `${path}: holds no trace file`,
      suggestions: [expect.stringContaining('empty.csv: is empty'), expect.stringContaining('README.md')],
    });
  });

  test('a folder with thousands of other files names a few of them', async () => {
    const path = join(folder, 'crowded');
    mkdirSync(path);
    for (let i = 0; i < 30; i++) writeFileSync(join(path, `${i}.txt`), 'x\n');
    writeFileSync(join(path, 'z.csv'), PLAIN);
    const {notes, workload} = await readTrace([path], {format: 'auto'});
    expect(workload.functions).toBe(3);
    expect([notes.length, notes.at(-1)]).toEqual([11, 'left out: 20 more files']);
  });

  test('two formats in one ingest', async () => {
    await expect(readFiles(folder, {'1.csv': PLAIN, '2.csv': COUNTS})).rejects.toThrow(
      /2\.csv:1: has no column 'app'; an azure-2021 file has/,
    );
  });
});

describe('a line without an end', () => {
  async function* endless(piece: string): AsyncGenerator<Buffer> {
    const chunk = Buffer.from(piece.repeat(1 << 16));
    for (let bytes = 0; bytes < 2 ** 31; bytes += chunk.length) yield chunk;
  }

  test.each(['x', ',', '"', '0,'])('of 2 GiB of %s is refused after %d bytes', async (piece) => {
    const taken: number[] = [];
    const read = async (): Promise<void> => {
      for await (const chunk of limitLines('big', endless(piece))) taken.push(chunk.length);
    };
    await expect(read()).rejects.toThrow(/^big:1: the line is longer than 4194304 bytes/);
    expect(taken.reduce((a, b) => a + b)).toBeLessThanOrEqual(MAX_LINE_BYTES);
  });

  test('in a gzip bomb of commas is refused by file and line', async () => {
    const bomb = gzipSync(`${PLAIN}${','.repeat(3 * MAX_LINE_BYTES)}`);
    expect(bomb.length).toBeLessThan(100_000);
    expect(gunzipSync(bomb).length).toBeGreaterThan(3 * MAX_LINE_BYTES);
    await expect(readFiles(folder, {'bomb.gz': bomb})).rejects.toThrow(/bomb\.gz:5: the line is longer/);
  });

  test('as a header is refused too', async () => {
    await expect(readFiles(folder, {'wide.csv': 'a,'.repeat(MAX_LINE_BYTES)})).rejects.toMatchObject({exitCode: 3});
  });

  test('made of many lines in one quote is refused', async () => {
    const text = `${PLAIN}"${'a,b\n'.repeat(MAX_LINE_BYTES / 3)}`;
    await expect(readFiles(folder, {'quote.csv': text})).rejects.toThrow(/quote\.csv:5: the row is longer than/);
  });
});

describe('names from a trace', () => {
  test('are kept byte by byte, whatever they hold', async () => {
    const names = ['\u001b[31m', '=cmd()', '函数 🚀', 'a'.repeat(10_000), '__proto__', 'constructor', '\u202e'];
    const text = `app,func,end_timestamp,duration\n${names.map((name) => `${name},${name},1,0`).join('\n')}\n`;
    const trace = await readFiles(folder, {'names.csv': text});
    expect([...callsOf(trace).keys()]).toEqual(names.map((name) => `${name}/${name}/${name}`));
  });
});
