import {inputError} from '../../base/errors.ts';
import {COUNT_RULE, parseCount} from '../../files/cells.ts';
import {countAt} from '../../files/plain-numbers.ts';
import type {PlainRow} from '../../files/plain-row.ts';
import type {RowSource, TakePlainRow, TakeRow} from '../../files/rows.ts';
import type {MinuteBuilder} from '../../workload/build/minute-builder.ts';
import {CountTail} from './count-tail.ts';
import {blankKey, functionKeys, missingOf} from './keys.ts';

const MINUTES_PER_DAY = 1440;
const ZERO = 48;

/**
 * `invocations_per_function_md.anon.dNN.csv`: HashOwner, HashApp, HashFunction, Trigger and a column a minute. Minutes
 * are named 1..1440 or, in re-cut files, by any part of them, `minute_1` or `1_minute`; a file with a minute 0 counts
 * from 0.
 */
export class InvocationTable {
  files = 0;
  private readonly builder: MinuteBuilder;
  private readonly allowDuplicates: boolean;
  private firstFile = '';
  private repeated = 0;
  /** Files by day, with the minutes and the functions they have. */
  private readonly days = new Map<number, DayFile[]>();

  constructor(builder: MinuteBuilder, allowDuplicates: boolean) {
    this.builder = builder;
    this.allowDuplicates = allowDuplicates;
  }

  readonly missing = (header: readonly string[]): string[] => {
    const minutes = minuteColumns(header);
    return [...missingOf(header, functionKeys), ...(minutes.length === 0 ? ['1'] : [])];
  };

  async read(rows: RowSource): Promise<void> {
    const {file, header} = rows;
    const {builder} = this;
    const {functions} = builder;
    const columns = minuteColumns(header);
    const day = this.dayOf(file);
    const origin = (day - 1) * MINUTES_PER_DAY - (columns.some(({label}) => label === 0) ? 0 : 1);
    const minutes = columns.map(({label}) => origin + label);
    for (const minute of minutes) builder.cover(minute, minute + 1);
    const at = functionKeys.map((key) => header.indexOf(key));
    const trigger = header.indexOf('Trigger');
    const called = new CalledMinutes(minutes);
    const seen = new FunctionMarks();
    const add = (f: number, triggerText: string, its: CountTail | CalledMinutes): void => {
      if (!seen.add(f)) this.repeated++;
      functions.setTrigger(f, triggerText.trim());
      if (its === called) builder.addAll(f, called.minutes, called.counts, called.length);
      else builder.take(f, its.length);
    };
    const take: TakeRow = (cells) => {
      const blank = blankKey(cells, functionKeys, at);
      if (blank) return blank;
      const bad = called.fill(cells, columns);
      if (bad) return {column: `minute ${bad.label}`, value: cells[bad.at]!, rule: COUNT_RULE};
      add(functions.idOf(cells[at[0]!]!, cells[at[1]!]!, cells[at[2]!]!), cells[trigger] ?? '', called);
      return undefined;
    };
    const cellOf = Int32Array.from(columns, (column) => column.at);
    const tail = tailOf(builder, header, columns, minutes);
    const takePlain: TakePlainRow = (row) => {
      const its = tail !== undefined && row.tailRead ? tail : called;
      if (its === called && !called.fillPlain(row, cellOf)) return false;
      const keys = at.map((cell) => row.text(cell));
      if (blankKey(keys, functionKeys, [0, 1, 2])) return false;
      add(functions.idOf(keys[0]!, keys[1]!, keys[2]!), trigger < 0 ? '' : row.text(trigger), its);
      return true;
    };
    await rows.each(take, takePlain, tail);
    this.join(day, {file, minutes: new Set(minutes), functions: seen});
  }

  notes(): string[] {
    const notes = [];
    if (this.repeated > 0) {
      notes.push(`rows that repeat a function of the same file: ${this.repeated}; their counts were added`);
    }
    const days = [...this.days.keys()];
    const [first, last] = [Math.min(...days), Math.max(...days)];
    for (let day = first + 1; day < last; day++) {
      if (!this.days.has(day))
        notes.push(`no file of day ${twoDigits(day)} was given; its 1,440 minutes count as without calls`);
    }
    return notes;
  }

  /** Refuses a file with minutes of functions that another one of the day has: they would count twice. */
  private join(day: number, added: DayFile): void {
    const files = this.days.get(day) ?? [];
    const twice = files.find(
      (other) => overlap(other.minutes, added.minutes) && other.functions.overlap(added.functions),
    );
    if (twice !== undefined && !this.allowDuplicates) {
      throw inputError(
        added.file,
        `is a second file of invocations for day ${twoDigits(day)}, beside ${twice.file}`,
        'leave one of them out, or say --allow-duplicates to add them up',
      );
    }
    this.days.set(day, [...files, added]);
  }

  /** The file's day, from 1. Files can be joined only if their names say which day. */
  private dayOf(file: string): number {
    const day = dayOf(file);
    const previous = this.firstFile;
    this.files++;
    this.firstFile ||= file;
    const undated = this.files > 1 && (day === undefined ? file : dayOf(previous) === undefined ? previous : undefined);
    if (undated) {
      throw inputError(undated, 'has no day in its name, so it cannot be joined with other days', 'name it .d01.csv');
    }
    return day ?? 1;
  }
}

interface DayFile {
  readonly file: string;
  readonly minutes: ReadonlySet<number>;
  readonly functions: FunctionMarks;
}

function overlap(a: ReadonlySet<number>, b: ReadonlySet<number>): boolean {
  for (const value of a) if (b.has(value)) return true;
  return false;
}

/** Which functions a file has. */
class FunctionMarks {
  private marks = new Uint8Array(1 << 12);

  /** Marks function `f`; false if it was marked before. */
  add(f: number): boolean {
    if (f >= this.marks.length) {
      const larger = new Uint8Array(2 * f);
      larger.set(this.marks);
      this.marks = larger;
    }
    const isNew = this.marks[f] === 0;
    this.marks[f] = 1;
    return isNew;
  }

  overlap({marks}: FunctionMarks): boolean {
    return this.marks.some((mark, f) => mark === 1 && marks[f] === 1);
  }
}

function twoDigits(day: number): string {
  return String(day).padStart(2, '0');
}

interface MinuteColumn {
  readonly label: number;
  readonly at: number;
}

/** Reads the counts while lines are split, where they are the last columns and in order. */
function tailOf(
  builder: MinuteBuilder,
  header: readonly string[],
  columns: readonly MinuteColumn[],
  minutes: readonly number[],
): CountTail | undefined {
  const from = header.length - columns.length;
  const inOrder = columns.every(({at}, k) => at === from + k && (k === 0 || minutes[k - 1]! < minutes[k]!));
  return inOrder ? new CountTail(builder, from, minutes) : undefined;
}

/** The minutes of a row with a count above 0, and those counts. */
class CalledMinutes {
  length = 0;
  readonly minutes: Uint32Array;
  readonly counts: Float64Array;
  private readonly all: Uint32Array;

  /** `minutes` of the columns of counts. */
  constructor(minutes: readonly number[]) {
    this.all = Uint32Array.from(minutes);
    // One more: an entry is written before it is known to stay.
    this.minutes = new Uint32Array(minutes.length + 1);
    this.counts = new Float64Array(minutes.length + 1);
  }

  /** Takes the cells of `columns`; returns the first that is no count. */
  fill(cells: readonly string[], columns: readonly MinuteColumn[]): MinuteColumn | undefined {
    this.length = 0;
    for (let k = 0; k < columns.length; k++) {
      const count = parseCount(cells[columns[k]!.at]!);
      if (Number.isNaN(count)) return columns[k];
      this.minutes[this.length] = this.all[k]!;
      this.counts[this.length] = count;
      if (count > 0) this.length++;
    }
    return undefined;
  }

  /** The same from bytes; false when a cell is no count. */
  fillPlain(row: PlainRow, cellOf: Int32Array): boolean {
    const {all, minutes, counts} = this;
    const {bytes, bounds} = row;
    let length = 0;
    for (let k = 0; k < cellOf.length; k++) {
      const cell = cellOf[k]!;
      const from = bounds[cell]!;
      // Most cells are one digit, and that mostly 0.
      let count = bytes[from]! - ZERO;
      if (bounds[cell + 1]! - from !== 2 || count < 0 || count > 9) {
        count = countAt(row, cell);
        if (Number.isNaN(count)) return false;
      }
      minutes[length] = all[k]!;
      counts[length] = count;
      // Without a branch: which minutes are called cannot be foreseen.
      length += +(count > 0);
    }
    this.length = length;
    return true;
  }
}

function dayOf(file: string): number | undefined {
  const match = /[._-]d(\d{1,3})(?=[._-]|$)/i.exec(file.replace(/^.*[\\/]/, ''));
  return match && Number(match[1]) > 0 ? Number(match[1]) : undefined;
}

function minuteColumns(header: readonly string[]): MinuteColumn[] {
  return header.flatMap((name, at) => {
    const match = /^(?:minute[_ ]?)?(\d{1,7})(?:[_ ]?minute)?$/i.exec(name);
    return match ? [{label: Number(match[1]), at}] : [];
  });
}
