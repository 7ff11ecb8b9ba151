import {closeSync, mkdtempSync, openSync, rmSync, writeSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {Random} from '../../src/base/random.ts';

const TARGET_BYTES = 200e6;
const MINUTES = 1440;

/** A folder that goes with the process. */
export function benchFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'coldfront-bench-'));
  process.on('exit', () => rmSync(folder, {recursive: true, force: true}));
  return folder;
}

/** Writes lines until the file has about `bytes`. */
function writeLines(path: string, header: string, line: () => string, bytes: number): void {
  const fd = openSync(path, 'w');
  writeSync(fd, `${header}\n`);
  for (let written = 0; written < bytes; ) {
    let piece = '';
    while (piece.length < 1 << 20) piece += `${line()}\n`;
    written += writeSync(fd, piece);
  }
  closeSync(fd);
}

/** 64 hexadecimal digits, as Azure's anonymous names are. */
function hash(random: Random): string {
  let text = '';
  while (text.length < 64) text += (random.bits() >>> 0).toString(16).padStart(8, '0');
  return text;
}

/**
 * A day of per-minute counts in the columns of the Azure 2019 trace. Rates are spread over five decades, so a quarter of
 * the cells is above 0: more than in the real trace, whose zeros are read fastest.
 */
export function writeWide(path: string, bytes = TARGET_BYTES): void {
  const random = new Random(19);
  const header = ['HashOwner', 'HashApp', 'HashFunction', 'Trigger', ...Array.from({length: MINUTES}, (_, m) => m + 1)];
  const line = (): string => {
    const rate = 10 ** (5 * random.next() - 4);
    const cells = new Array<number>(MINUTES);
    for (let m = 0; m < MINUTES; m++) cells[m] = Math.floor(rate * 2 * random.next() + random.next());
    return `${hash(random)},${hash(random)},${hash(random)},http,${cells.join(',')}`;
  };
  writeLines(path, header.join(','), line, bytes);
}

/** Calls as in the Azure 2021 trace: 424 functions of 119 apps, seconds with some 16 digits. */
export function writeEvents(path: string, bytes = TARGET_BYTES): void {
  const random = new Random(21);
  const apps = Array.from({length: 119}, () => hash(random));
  const functions = Array.from({length: 424}, (_, f) => `${apps[f % apps.length]},${hash(random)}`);
  let clock = 0;
  const line = (): string => {
    clock += random.next();
    const who = functions[Math.floor(functions.length * random.next() ** 3)]!;
    return `${who},${clock},${(random.next() ** 4 * 10).toFixed(3)}`;
  };
  writeLines(path, 'app,func,end_timestamp,duration', line, bytes);
}
