import {inputError} from '../../base/errors.ts';
import {formatCount, US_PER_HOUR, US_PER_SECOND} from '../../base/units.ts';
import {isBlank, parseNumber, parseScaled} from '../../files/cells.ts';
import type {Content} from '../../files/content.ts';
import type {TakeRow} from '../../files/rows.ts';
import {DurationMerge} from '../../workload/build/duration-merge.ts';
import {CountCollector} from '../collect/counts.ts';
import type {ReaderOptions, TraceFormat, TraceReader, TraceResult} from '../format.ts';
import {poolMemoryMib} from './pool.ts';

/**
 * Huawei's private and public clouds of 2023: a file a day and metric, `day,time,0,1,...`, a column a function. Seconds
 * count from the first day; blank is nothing. Joosen et al., "How Does It Function?", SoCC 2023.
 */
export const huawei2023: TraceFormat = {
  name: 'huawei-2023',
  summary: 'Huawei 2023: requests per minute or second, a column a function, with delays and memory limits',
  owner: 'research: sir-lab/data-release',
  obtain: 'private_dataset or public_dataset of github.com/sir-lab/data-release (README_data_release_2023.md)',
  reads: 'counts, mean function delays (taken for seconds), memory limits by instances; functions by column',
  auto: true,
  settings: [],
  reader: (options) => new Huawei2023Reader(options),
};

type Metric = 'requests' | 'delay' | 'memory' | 'instances' | 'other';

const MINUTES_KEPT = 1000;

/** Of a function: memory of all its instances and how many they are, by time, and the least of the former. */
interface Footprint {
  readonly who: readonly [owner: string, name: string];
  readonly memoryMib: Map<number, number>;
  readonly instances: Map<number, number>;
}

class Huawei2023Reader implements TraceReader {
  private readonly options: ReaderOptions;
  private readonly counts = new CountCollector(60 * US_PER_SECOND);
  private readonly durations = new DurationMerge();
  private readonly footprints = new Map<string, Footprint>();
  private readonly unused = new Set<string>();
  private readonly times = new Map<string, string>();
  /** Requests by the second are the same calls as those by the minute. */
  private granularity = '';
  private hasDelays = false;
  private lastFile = '';

  constructor(options: ReaderOptions) {
    this.options = options;
  }

  misfit({header, kind}: Content): string | undefined {
    const fits = kind !== 'json' && header.includes('day') && header.includes('time') && header.length > 2;
    const ids = header.filter((name) => name !== 'day' && name !== 'time');
    const areIds = ids.every((name) => /^\d+$/.test(name) || name.includes('---'));
    return fits && areIds ? undefined : 'has no columns day and time beside numbers of functions, as Huawei files have';
  }

  async read(content: Content): Promise<void> {
    const {file} = content;
    this.lastFile = file;
    const {metric, name, granularity} = kindOf(file);
    if (metric === 'other') {
      this.unused.add(name);
      return;
    }
    if (metric === 'requests') {
      this.granularity ||= granularity;
      if (granularity !== this.granularity) {
        this.unused.add(`requests by the ${granularity}, which are those by the ${this.granularity}`);
        return;
      }
    }
    await content.rows(this.options.tally).each(this.taker(content, metric));
  }

  finish(): TraceResult {
    if (this.granularity === '')
      throw inputError(this.lastFile, 'is no file of requests, and none was given', 'give the folder of all');
    const {functions} = this.counts.builder;
    let divided = 0;
    for (const its of this.footprints.values()) {
      const f = functions.find(its.who[0], '', its.who[1]);
      const {mib, isDivided} = instanceMemory(its);
      if (f >= 0 && functions.setMemory(f, mib) && !isDivided) divided++;
    }
    const undivided =
      divided === 0
        ? []
        : [
            `memory limits are of all instances of a function together: of ${formatCount(divided)} functions the least is taken; instances_minute beside memory_limit_minute says how many there were`,
          ];
    const delays = this.hasDelays ? ['function delays are taken for seconds: the publication does not say'] : [];
    const licence = 'CC-BY 4.0, Huawei, sir-lab/data-release (2023)';
    const meta = {source: huawei2023.name, startTime: '', licence, clampedDurations: this.durations.clamped};
    const result = this.counts.finish(meta, 'relative', this.durations, false);
    const unused = this.unused.size > 0 ? [`metrics that are not used: ${[...this.unused].join(', ')}`] : [];
    return {...result, notes: [...result.notes, ...undivided, ...delays, ...unused]};
  }

  private taker({file, header}: Content, metric: Metric): TakeRow {
    const owner = /(?:^|[\\/])(private|public)_dataset[\\/]/.exec(file)?.[1] ?? '';
    const timeAt = header.indexOf('time');
    const columns = header.map((_, k) => k).filter((k) => header[k] !== 'day' && header[k] !== 'time');
    const values = new Float64Array(columns.length);
    let isFirst = true;
    return (cells) => {
      const timeUs = parseScaled(cells[timeAt]!, 6);
      if (!(timeUs >= 0)) return {column: 'time', value: cells[timeAt]!, rule: 'seconds since the first day'};
      for (let k = 0; k < columns.length; k++) {
        const cell = cells[columns[k]!]!;
        values[k] = isBlank(cell) ? Number.NaN : parseNumber(cell);
        if (isBlank(cell) || values[k]! >= 0) continue;
        return {column: header[columns[k]!]!, value: cell, rule: 'a number of at least 0'};
      }
      if (metric === 'requests' && isFirst) this.refuseTwice(file, `${owner} ${cells[timeAt]}`);
      isFirst = false;
      if (metric === 'requests') this.counts.cover(Math.floor(timeUs / 60e6));
      for (let k = 0; k < columns.length; k++) {
        if (!Number.isNaN(values[k]!)) this.add(metric, owner, header[columns[k]!]!, timeUs, values[k]!);
      }
      return undefined;
    };
  }

  private add(metric: Metric, owner: string, name: string, timeUs: number, value: number): void {
    if (metric === 'requests') {
      const f = this.counts.builder.functions.idOf(owner, '', name);
      if (name.includes('---')) this.counts.builder.functions.raiseMemory(f, poolMemoryMib(name));
      this.counts.add(f, timeUs, value);
    } else if (metric === 'delay') {
      const nothing = {minMs: Number.NaN, maxMs: Number.NaN, levels: [], percentileMs: []};
      // How many calls are behind a minute's mean is in another file: each minute weighs the same.
      this.hasDelays = true;
      this.durations.add([owner, '', name], 1, {meanMs: value * 1000, ...nothing});
    } else if (value > 0) {
      const key = `${owner}\0${name}`;
      let its = this.footprints.get(key);
      if (its === undefined) {
        its = {who: [owner, name], memoryMib: new Map(), instances: new Map()};
        this.footprints.set(key, its);
      }
      const kept = metric === 'memory' ? its.memoryMib : its.instances;
      // Months of minutes are many; beyond the first ones the hours will do.
      if (kept.size < MINUTES_KEPT || timeUs % US_PER_HOUR === 0) kept.set(timeUs, value);
    }
  }

  private refuseTwice(file: string, time: string): void {
    const other = this.times.get(time);
    if (other !== undefined && !this.options.allowDuplicates) {
      throw inputError(
        file,
        `is a second file of requests for the day of ${other}`,
        'leave one of them out, or say --allow-duplicates',
      );
    }
    this.times.set(time, file);
  }
}

/** The memory of one instance: what all have, by their number then, the most of any time; undivided the least there was. */
function instanceMemory({memoryMib, instances}: Footprint): {mib: number; isDivided: boolean} {
  const each = [...memoryMib].flatMap(([time, mib]) => {
    const count = instances.get(time) ?? 0;
    return count > 0 ? [mib / count] : [];
  });
  const isDivided = each.length > 0;
  const of = isDivided ? each : [...memoryMib.values()];
  const choose = isDivided ? Math.max : Math.min;
  return {mib: of.reduce((chosen, mib) => choose(chosen, mib), of[0] ?? Number.NaN), isDivided};
}

/** The metric of a file, by its folder: requests_minute, function_delay_minute, memory_limit_minute and others. */
function kindOf(file: string): {metric: Metric; name: string; granularity: string} {
  const match =
    /(requests|function_delay|platform_delay|memory_limit|memory_usage|cpu_limit|cpu_usage|instances)_?(minute|second)?(?=[^\\/]*[\\/][^\\/]*$|[^\\/]*$)/.exec(
      file,
    );
  const [, name = 'requests', granularity = 'minute'] = match ?? [];
  const metrics: Record<string, Metric> = {
    requests: 'requests',
    function_delay: 'delay',
    memory_limit: 'memory',
    instances: 'instances',
  };
  return {metric: metrics[name] ?? 'other', name, granularity};
}
