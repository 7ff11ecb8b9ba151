import {isBlank, parseNumber} from '../../files/cells.ts';
import type {RowSource} from '../../files/rows.ts';
import type {FunctionTable} from '../../workload/build/function-table.ts';
import type {AppMemory} from '../format.ts';
import {appKeys, blankKey, missingOf} from './keys.ts';

const AVERAGE = 'AverageAllocatedMb';

/**
 * `app_memory_percentiles.anon.dNN.csv`: SampleCount and AverageAllocatedMb of an app, the unit of allocation in Azure.
 * Rows of the same app, on one day or several, are averaged by their samples.
 */
export class MemoryTable {
  private readonly apps = new Map<string, Map<string, {mibSamples: number; samples: number}>>();

  missing(header: readonly string[]): string[] {
    return missingOf(header, [...appKeys, AVERAGE]);
  }

  async read(rows: RowSource): Promise<void> {
    const {header} = rows;
    const key = appKeys.map((name) => header.indexOf(name));
    const [averageAt, samplesAt] = [header.indexOf(AVERAGE), header.indexOf('SampleCount')];
    await rows.each((cells) => {
      const blank = blankKey(cells, appKeys, key);
      if (blank) return blank;
      const cell = cells[averageAt]!;
      if (isBlank(cell)) return undefined;
      const mib = parseNumber(cell);
      if (!(mib > 0 && mib < 1e9)) return {column: AVERAGE, value: cell, rule: 'a size in MB above 0'};
      const samples = samplesAt < 0 ? 1 : parseNumber(cells[samplesAt]!);
      this.add(cells[key[0]!]!, cells[key[1]!]!, mib, samples > 0 ? samples : 1);
      return undefined;
    });
  }

  /** Gives each function its app's memory, or its share of it; functions of other apps stay unknown. */
  assignTo(functions: FunctionTable, appMemory: AppMemory): void {
    for (const [owner, apps] of this.apps) {
      for (const [app, {mibSamples, samples}] of apps) {
        const members = [...functions.ofApp(owner, app)];
        const mib = mibSamples / samples;
        const each = appMemory === 'split' ? Math.ceil(mib / members.length) : mib;
        for (const f of members) functions.setMemory(f, each);
      }
    }
  }

  private add(owner: string, app: string, mib: number, samples: number): void {
    let apps = this.apps.get(owner);
    if (apps === undefined) this.apps.set(owner, (apps = new Map()));
    const sum = apps.get(app) ?? {mibSamples: 0, samples: 0};
    apps.set(app, sum);
    sum.mibSamples += mib * samples;
    sum.samples += samples;
  }
}
