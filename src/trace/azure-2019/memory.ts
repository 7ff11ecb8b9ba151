import {COUNT_RULE, isBlank, parseNumber} from '../../files/cells.ts';
import type {RowSource} from '../../files/rows.ts';
import {FunctionTable} from '../../workload/build/function-table.ts';
import {isMemoryMib, isWeight, MAX_CALLS} from '../../workload/limits.ts';
import type {AppMemory} from '../format.ts';
import {appKeys, blankKey, missingOf} from './keys.ts';

const AVERAGE = 'AverageAllocatedMb';

/**
 * `app_memory_percentiles.anon.dNN.csv`: SampleCount and AverageAllocatedMb of an app, the unit of allocation in Azure;
 * or of a function, where a re-cut has HashFunction. Rows of the same one, on one day or several, are averaged by their
 * samples.
 */
export class MemoryTable {
  private readonly sums: MemorySum[] = [];
  private readonly apps = new FunctionTable();

  readonly missing = (header: readonly string[]): string[] => missingOf(header, [...appKeys, AVERAGE]);

  async read(rows: RowSource): Promise<void> {
    const {header} = rows;
    const key = appKeys.map((name) => header.indexOf(name));
    const [averageAt, samplesAt] = [header.indexOf(AVERAGE), header.indexOf('SampleCount')];
    const functionAt = header.indexOf('HashFunction');
    await rows.each((cells) => {
      const blank = blankKey(cells, appKeys, key);
      if (blank) return blank;
      const cell = cells[averageAt]!;
      if (isBlank(cell)) return undefined;
      const mib = parseNumber(cell);
      if (!isMemoryMib(mib)) return {column: AVERAGE, value: cell, rule: 'a size in MB above 0'};
      const samples = samplesAt < 0 ? 1 : parseNumber(cells[samplesAt]!);
      if (samples > MAX_CALLS) return {column: 'SampleCount', value: cells[samplesAt]!, rule: COUNT_RULE};
      const name = functionAt < 0 ? '' : cells[functionAt]!;
      this.add([cells[key[0]!]!, cells[key[1]!]!, name], mib, isWeight(samples) ? samples : 1);
      return undefined;
    });
  }

  /** Gives each function its own memory, else its app's or its share of that; functions of other apps stay unknown. */
  assignTo(functions: FunctionTable, appMemory: AppMemory): void {
    if (this.apps.size === 0) return;
    const membersOf = appMembers(functions);
    this.apps.forEach((owner, app, name, own) => {
      if (name !== '') return;
      const members = membersOf.get(owner)?.get(app) ?? [];
      const mib = meanOf(this.sums[own]!);
      const each = appMemory === 'split' ? Math.ceil(mib / members.length) : mib;
      for (const f of members) functions.setMemory(f, each);
    });
    this.apps.forEach((owner, app, name, own) => {
      const f = name === '' ? -1 : functions.find(owner, app, name);
      if (f >= 0) functions.setMemory(f, meanOf(this.sums[own]!));
    });
  }

  private add(who: readonly [string, string, string], mib: number, samples: number): void {
    const sum = (this.sums[this.apps.idOf(...who)] ??= {mibSamples: 0, samples: 0});
    sum.mibSamples += mib * samples;
    sum.samples += samples;
  }
}

interface MemorySum {
  mibSamples: number;
  samples: number;
}

/** Functions by owner, then by app. */
function appMembers(functions: FunctionTable): ReadonlyMap<string, ReadonlyMap<string, readonly number[]>> {
  const members = new Map<string, Map<string, number[]>>();
  functions.forEach((owner, app, _, f) => {
    const apps = members.get(owner) ?? new Map<string, number[]>();
    const its = apps.get(app);
    if (its === undefined) apps.set(app, [f]);
    else its.push(f);
    members.set(owner, apps);
  });
  return members;
}

function meanOf({mibSamples, samples}: MemorySum): number {
  return mibSamples / samples;
}
