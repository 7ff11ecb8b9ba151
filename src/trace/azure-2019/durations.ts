import {COUNT_RULE, isBlank, parseNumber} from '../../files/cells.ts';
import type {RowProblem, RowSource} from '../../files/rows.ts';
import {DurationMerge} from '../../workload/build/duration-merge.ts';
import type {FunctionTable} from '../../workload/build/function-table.ts';
import {MAX_CALLS, MAX_LENGTH_MS} from '../../workload/limits.ts';
import type {DurationColumns} from '../../workload/workload.ts';
import {blankKey, functionKeys, missingOf} from './keys.ts';

const STATISTICS = ['Average', 'Minimum', 'Maximum'] as const;

/**
 * `function_durations_percentiles.anon.dNN.csv`: Average, Count, Minimum, Maximum and percentile_Average_N in ms,
 * without cold starts. The percentiles are of 30-second averages, so Maximum may be above the last. Any cell but the
 * ids may be blank.
 */
export class DurationTable {
  private readonly merge = new DurationMerge();

  /** Cells below 0 that were made 0. The trace has some. */
  get clamped(): number {
    return this.merge.clamped;
  }

  notes(): string[] {
    const {disordered} = this.merge;
    return disordered === 0
      ? []
      : [`percentiles of durations that do not ascend: ${disordered} rows; only their average is used`];
  }

  readonly missing = (header: readonly string[]): string[] => missingOf(header, [...functionKeys, 'Average']);

  async read(rows: RowSource): Promise<void> {
    const {header} = rows;
    const key = functionKeys.map((name) => header.indexOf(name));
    const countAt = header.indexOf('Count');
    const percentiles = percentileColumns(header);
    const levels = percentiles.map(({level}) => level);
    const columns = [...STATISTICS.map((name) => header.indexOf(name)), ...percentiles.map(({at}) => at)];
    const values = new Array<number>(columns.length);
    await rows.each((cells) => {
      const blank = blankKey(cells, functionKeys, key);
      if (blank) return blank;
      for (let k = 0; k < columns.length; k++) {
        const cell = cells[columns[k]!];
        const value = cell === undefined || isBlank(cell) ? Number.NaN : parseMs(cell);
        if (value === undefined) return notMs(header[columns[k]!]!, cell!);
        values[k] = value;
      }
      const count = countAt < 0 ? 0 : parseNumber(cells[countAt]!);
      if (count > MAX_CALLS) return {column: 'Count', value: cells[countAt]!, rule: COUNT_RULE};
      const percentileMs = values.slice(STATISTICS.length);
      const [meanMs, minMs, maxMs] = values as [number, number, number];
      this.merge.add([cells[key[0]!]!, cells[key[1]!]!, cells[key[2]!]!], count, {
        meanMs,
        minMs,
        maxMs,
        levels,
        percentileMs,
      });
      return undefined;
    });
  }

  columnsFor(functions: FunctionTable): DurationColumns {
    return this.merge.columnsFor(functions);
  }
}

function percentileColumns(header: readonly string[]): {level: number; at: number}[] {
  return header
    .flatMap((name, at) => {
      const match = /^percentile_Average_(\d{1,3}(?:\.\d+)?)$/.exec(name);
      return match && Number(match[1]) <= 100 ? [{level: Number(match[1]), at}] : [];
    })
    .filter(({level}, k, all) => all.findIndex((other) => other.level === level) === k)
    .sort((a, b) => a.level - b.level);
}

/** Milliseconds, or undefined for what is no time at all. */
function parseMs(cell: string): number | undefined {
  const value = parseNumber(cell);
  return Math.abs(value) <= MAX_LENGTH_MS ? value : undefined;
}

function notMs(column: string, value: string): RowProblem {
  return {column, value, rule: 'a number of milliseconds within 285 years'};
}
