import {describe, expect, test} from 'vitest';
import {UserError} from '../../src/base/errors.ts';
import {Random} from '../../src/base/random.ts';
import type {TraceBytes} from '../../src/files/bytes.ts';
import type {Content} from '../../src/files/content.ts';
import {csvRows} from '../../src/files/csv-rows.ts';
import {type RowSource, RowTally} from '../../src/files/rows.ts';
import {scannedRows} from '../../src/files/scanned-rows.ts';
import {traceFormats} from '../../src/trace/formats.ts';
import {loadDraft} from '../../src/workload/build/draft.ts';
import {mutate} from '../helpers/mutate.ts';
import {readerOptions} from '../helpers/traces.ts';
import {contentOf} from '../helpers/workload.ts';

const EVENTS = `app,func,end_timestamp,duration
a1,f1,0.07949090003967285,0.078
a1,f2,57.15786004066467,57.154
a2,f1,1209599.6912345678,0.0
a2,f1,300.5,405
a1,f1,12.25,-0.5
a1,f1,1.5e1,1e-05
a1,f1,999999999.9999995,0.0000005
a1,f1,NaN,1
a1,f1,12.0000005,.5
a1,f1, 13 ,5.

a1,f1,1234567890123.5,0
é,函,20,0.9999999
`;
const COUNTS = `Trigger,HashFunction,HashApp,HashOwner,1,2,3,4
http,f1,a1,o1,0,3,0,12
timer,f2,a1,o1,1,1,1,1
queue,f1,a2,o2,0,0,0,0
,f3,a3,o2,1000,0,6.0,1e3
timer,f2,a1,o1,1,,nan,123456789
http,f4,a1,o1,-1,0,0,0
http,,a1,o1,0,0,0,1
http,f5,a1,o1,0,0,1234567890123,0.5
`;

/** The text in pieces of `size` bytes, as a file or a pipe may hand it over. */
function pieces(text: Buffer, size: number): TraceBytes {
  async function* chunks(): AsyncGenerator<Buffer> {
    for (let at = 0; at < text.length; at += size) yield text.subarray(at, at + size);
  }
  return {file: 'x.d01.csv', head: text, chunks: chunks(), fingerprint: () => '', close: async () => undefined};
}

/** What a format makes of the text through one of the two readers of rows; the message if it is bad input. */
async function traceOf(name: string, text: Buffer, size: number, rowsOf: typeof csvRows) {
  const tally = new RowTally(false);
  const reader = traceFormats.named(name).reader(readerOptions({tally}));
  const rows: RowSource = rowsOf(pieces(text, size), tally);
  const content = {file: rows.file, kind: 'text', header: rows.header, rows: () => rows} as unknown as Content;
  if (reader.misfit(content) !== undefined) return 'misfit';
  try {
    await reader.read(content);
  } catch (error) {
    if (error instanceof UserError) return error.message;
    throw error;
  }
  const {draft, notes} = reader.finish();
  const {read, skipped, first} = tally;
  return {content: contentOf(loadDraft(draft)), notes, read, skipped, first, byRule: [...tally.byRule]};
}

async function expectSame(name: string, text: Buffer, size: number): Promise<void> {
  const scanned = await traceOf(name, text, size, scannedRows);
  const parsed = await traceOf(name, text, text.length || 1, csvRows);
  // A matcher only where something is wrong: over thousands of texts it would take most of the time.
  if (JSON.stringify(scanned) !== JSON.stringify(parsed)) {
    expect({text: text.toString(), size, trace: scanned}).toEqual({text: text.toString(), size, trace: parsed});
  }
}

const shapes = [
  ['azure-2021', EVENTS],
  ['azure-2019', COUNTS],
] as const;

describe.each(shapes)('%s rows read as bytes are those of csv-parse', (name, text) => {
  test.each<[string, (text: string) => string]>([
    ['as they are', (plain) => plain],
    ['with CRLF', (plain) => plain.replaceAll('\n', '\r\n')],
    ['with a BOM', (plain) => `\ufeff${plain}`],
    ['behind blank lines', (plain) => `\n\r\n${plain}`],
    ['without a last newline', (plain) => plain.trimEnd()],
    ['ending in a lone CR', (plain) => `${plain.trimEnd()}\r`],
    ['with the ends of old Macs', (plain) => plain.replaceAll('\n', '\r')],
    ['with one lone CR', (plain) => plain.replace(/\n(.*)\n$/, '\r$1\n')],
    ['with quotes in the header', (plain) => plain.replace(/^(\w+)/, '"$1"')],
    ['with a quoted cell', (plain) => plain.replace('\na1,f2', '\n"a1",f2').replace('\ntimer', '\n"timer"')],
    ['with a newline in quotes', (plain) => plain.replace('a1,f2', '"a\n1",f2').replace('f2,a1', '"f\n2",a1')],
    ['with a quote never closed', (plain) => plain.replace('a1,f2', '"a1,f2').replace('f2,a1', '"f2,a1')],
    ['with semicolons', (plain) => plain.replaceAll(',', ';')],
    ['with rows too short and too long', (plain) => plain.replace(/,[^,\n]*\n/, '\n').replace('0,0\n', '0,0,0\n')],
  ])('%s, whatever the size of chunks', async (_, change) => {
    const bytes = Buffer.from(change(text));
    for (let size = 1; size <= bytes.length; size += size < 20 ? 1 : 37) {
      // A chunk holds the byte order mark whole, as the first one of a file does.
      if (size >= 3 || bytes[0] !== 0xef) await expectSame(name, bytes, size);
    }
  });

  test('in any damaged text', async () => {
    const random = new Random(name.length);
    for (let n = 0; n < 1500; n++) {
      const bytes = mutate(Buffer.from(text), random);
      await expectSame(name, bytes, 3 + random.below(2 * bytes.length));
    }
  });
});

test('decimals of any digits are the same microseconds from bytes as from text', async () => {
  const random = new Random(6);
  const digits = (most: number) => Array.from({length: random.below(most)}, () => random.below(10)).join('');
  const rows = Array.from({length: 5000}, () => {
    const exponent = random.below(10) === 0 ? `e${random.below(20) - 10}` : '';
    return `a,f,${digits(12)}.${digits(20)}${exponent},${digits(4)}${random.below(2) === 0 ? '.' : ''}${digits(9)}`;
  });
  const text = Buffer.from(`app,func,end_timestamp,duration\na,f,0,0\n${rows.join('\n')}\n`);
  await expectSame('azure-2021', text, 4096);
});

test('thousands of functions whose names differ in any byte are told apart', async () => {
  const random = new Random(8);
  const names = Array.from({length: 4000}, (_, n) => `${'x'.repeat(random.below(9))}${n.toString(36)}`);
  const rows = Array.from({length: 20_000}, (_, at) => {
    const name = names[random.below(names.length)]!;
    return `${name.slice(0, 2)},${name},${at},0`;
  });
  await expectSame('azure-2021', Buffer.from(`app,func,end_timestamp,duration\n${rows.join('\n')}\n`), 1 << 14);
});
