import {inputError} from '../../base/errors.ts';
import {formatCount} from '../../base/units.ts';
import {isBlank, parseScaled} from '../../files/cells.ts';
import type {Content} from '../../files/content.ts';
import {NO_CALL, type Taken} from '../../files/rows.ts';
import {CallCollector, startOf} from '../collect/calls.ts';
import {eachRecord, type Field} from '../collect/records.ts';
import type {ReaderOptions, TraceFormat, TraceReader, TraceResult} from '../format.ts';
import {poolMemoryMib, poolOf} from './pool.ts';

/**
 * Huawei's public cloud of 2025: a row a request, and tables of cold starts and triggers that are joined with them. A
 * function is a name, a user and a pool, whose name tells its memory. Joosen et al., EuroSys 2025.
 */
export const huawei2025: TraceFormat = {
  name: 'huawei-2025',
  summary: 'Huawei 2025: a row a request, with cold starts and triggers where their tables are given',
  owner: 'research: sir-lab/data-release',
  obtain:
    'per_request, cold_start and runtime_triggerType of github.com/sir-lab/data-release (README_data_release_2025.md)',
  reads:
    'calls by their end, totalCost_worker as duration, totalCost_cold_start by requestID, memory by pool, triggers',
  auto: true,
  settings: [],
  reader: (options) => new Huawei2025Reader(options),
};

type Table = 'requests' | 'starts' | 'triggers';

class Huawei2025Reader implements TraceReader {
  private readonly options: ReaderOptions;
  private readonly calls = new CallCollector({duration: true, cold: true});
  /** Cold times by request, in seconds as written. */
  private readonly starts = new Map<string, string>();
  private readonly triggers = new Map<string, string>();
  private startsGiven = false;
  private requestsGiven = false;
  private lastFile = '';

  constructor(options: ReaderOptions) {
    this.options = options;
  }

  misfit(content: Content): string | undefined {
    return tableOf(content) === undefined
      ? 'has no columns of requests, cold starts or triggers, as Huawei files of 2025 have'
      : undefined;
  }

  /** Requests are joined with the others. */
  readonly early = (content: Content): boolean => tableOf(content) !== 'requests';

  async read(content: Content): Promise<void> {
    this.lastFile = content.file;
    const table = tableOf(content)!;
    if (table === 'starts') this.startsGiven = true;
    if (table === 'requests') this.requestsGiven = true;
    const take = {requests: this.takeRequest, starts: this.takeStart, triggers: this.takeTrigger}[table];
    await eachRecord(content, this.options.tally, take);
  }

  finish(): TraceResult {
    if (!this.requestsGiven) {
      throw inputError(
        this.lastFile,
        'is no table of requests, and none was given',
        'give per_request, with cold_start beside it',
      );
    }
    const left = this.starts.size;
    const notes = left > 0 ? [`cold starts of requests that are not in the trace: ${formatCount(left)}`] : [];
    return this.calls.finish(huawei2025.name, notes, 'relative');
  }

  private readonly takeRequest = (field: Field): Taken => {
    // Both are when it was over, for the front end, which a call passes first, has the later one in the publication's
    // example. It is missing now and then.
    const time = isBlank(field('time_worker')) ? field('time_frontend') : field('time_worker');
    const timeUs = parseScaled(time, 6);
    if (Number.isNaN(timeUs)) return {column: 'time_worker', value: time, rule: 'seconds since the first day'};
    const cost = isBlank(field('totalCost_worker')) ? field('runtimeCost') : field('totalCost_worker');
    const durationUs = parseScaled(cost, 6);
    if (!isBlank(cost) && Number.isNaN(durationUs)) return {column: 'totalCost_worker', value: cost, rule: 'seconds'};
    const id = field('requestID');
    const cold = this.starts.get(id);
    const name = nameOf(field);
    const problem = this.calls.add({
      name,
      owner: field('userID'),
      trigger: this.triggers.get(name),
      memoryMib: poolMemoryMib(field('podID')),
      timeUs,
      atEnd: true,
      durationUs,
      coldUs: startOf(
        this.startsGiven ? cold !== undefined : undefined,
        cold === undefined ? undefined : parseScaled(cold, 6),
      ),
    });
    if (problem === undefined) this.starts.delete(id);
    return problem;
  };

  /** One request may have started several pods: it waited for the slowest. */
  private readonly takeStart = (field: Field): Taken => {
    const [id, cost] = [field('requestID'), field('totalCost_cold_start')];
    if (!(parseScaled(cost, 6) >= 0))
      return {column: 'totalCost_cold_start', value: cost, rule: 'seconds of at least 0'};
    if (id.trim() === '') return {column: 'requestID', value: id, rule: 'an id'};
    const known = this.starts.get(id);
    if (known === undefined || Number(known) < Number(cost)) this.starts.set(id, cost);
    return undefined;
  };

  private readonly takeTrigger = (field: Field): Taken => {
    const [name, trigger] = [field('funcID'), field('triggerType-invocationType')];
    if (trigger === '' || /^unknown$/i.test(trigger)) return NO_CALL;
    this.triggers.set(name, trigger);
    return undefined;
  };
}

function nameOf(field: Field): string {
  if (field('funcID') !== '') return field('funcID');
  const parts = [field('funcName'), field('userID'), poolOf(field('podID'))];
  return parts.filter((part) => part !== '').join('---');
}

function tableOf({header, kind}: Content): Table | undefined {
  if (kind === 'json') return undefined;
  const has = (...names: string[]): boolean => names.every((name) => header.includes(name));
  const isNamed = has('funcName') || has('funcID');
  if (has('requestID', 'totalCost_cold_start') && isNamed) return 'starts';
  if (has('funcID', 'triggerType-invocationType')) return 'triggers';
  return isNamed && (has('time_worker') || has('time_frontend')) ? 'requests' : undefined;
}
