import {inputError} from '../base/errors.ts';
import type {MinuteBuilder} from '../workload/minute-builder.ts';
import {blankKey, functionKeys, missingOf} from './azure-2019-keys.ts';
import {COUNT_RULE, parseCount} from './cells.ts';
import type {RowSource} from './rows.ts';

const MINUTES_PER_DAY = 1440;

/**
 * `invocations_per_function_md.anon.dNN.csv`: HashOwner, HashApp, HashFunction, Trigger and a column a minute. Minutes
 * are named 1..1440 or, in re-cut files, by any part of them, `minute_1` or `1_minute`; a file with a minute 0 counts
 * from 0.
 */
export class InvocationTable {
  files = 0;
  private readonly builder: MinuteBuilder;
  private firstFile = '';
  private repeated = 0;

  constructor(builder: MinuteBuilder) {
    this.builder = builder;
  }

  missing(header: readonly string[]): string[] {
    const minutes = minuteColumns(header);
    return [...missingOf(header, functionKeys), ...(minutes.length === 0 ? ['1'] : [])];
  }

  async read(rows: RowSource): Promise<void> {
    const {file, header} = rows;
    const {builder} = this;
    const {functions} = builder;
    const columns = minuteColumns(header);
    const origin = this.originOf(file) - (columns.some(({label}) => label === 0) ? 0 : 1);
    const minutes = columns.map(({label}) => origin + label);
    for (const minute of minutes) builder.cover(minute, minute + 1);
    const at = functionKeys.map((key) => header.indexOf(key));
    const trigger = header.indexOf('Trigger');
    const counts = new Float64Array(columns.length);
    const seen = new Set<number>();
    await rows.each((cells) => {
      const blank = blankKey(cells, functionKeys, at);
      if (blank) return blank;
      for (let k = 0; k < columns.length; k++) {
        const cell = cells[columns[k]!.at]!;
        counts[k] = parseCount(cell);
        if (Number.isNaN(counts[k])) return {column: `minute ${columns[k]!.label}`, value: cell, rule: COUNT_RULE};
      }
      const f = functions.idOf(cells[at[0]!]!, cells[at[1]!]!, cells[at[2]!]!);
      if (seen.has(f)) this.repeated++;
      seen.add(f);
      if (trigger >= 0) functions.setTrigger(f, cells[trigger]!.trim());
      for (let k = 0; k < columns.length; k++) builder.add(f, minutes[k]!, counts[k]!);
      return undefined;
    });
  }

  notes(): string[] {
    return this.repeated === 0
      ? []
      : [`rows that repeat a function of the same file: ${this.repeated}; their counts were added`];
  }

  /** First minute of the file's day; days count from 1. Files can be joined only if their names say which day. */
  private originOf(file: string): number {
    const day = dayOf(file);
    const previous = this.firstFile;
    this.files++;
    this.firstFile ||= file;
    const undated = this.files > 1 && (day === undefined ? file : dayOf(previous) === undefined ? previous : undefined);
    if (undated) {
      throw inputError(undated, 'has no day in its name, so it cannot be joined with other days', 'name it .d01.csv');
    }
    return ((day ?? 1) - 1) * MINUTES_PER_DAY;
  }
}

function dayOf(file: string): number | undefined {
  const match = /[._-]d(\d{1,3})(?=[._-]|$)/i.exec(file.replace(/^.*[\\/]/, ''));
  return match && Number(match[1]) > 0 ? Number(match[1]) : undefined;
}

function minuteColumns(header: readonly string[]): {label: number; at: number}[] {
  return header.flatMap((name, at) => {
    const match = /^(?:minute[_ ]?)?(\d{1,7})(?:[_ ]?minute)?$/i.exec(name);
    return match ? [{label: Number(match[1]), at}] : [];
  });
}
