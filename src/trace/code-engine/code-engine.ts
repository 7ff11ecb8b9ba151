import {inputError} from '../../base/errors.ts';
import {isBlank, parseNumber} from '../../files/cells.ts';
import type {Content} from '../../files/content.ts';
import {parsed} from '../../files/json-values.ts';
import type {RowProblem, Taken} from '../../files/rows.ts';
import {isClockUs, MAX_LENGTH_MS} from '../../workload/limits.ts';
import {UNKNOWN_START} from '../../workload/workload.ts';
import {CallCollector} from '../collect/calls.ts';
import {eachRecord, type Field, firstRecords} from '../collect/records.ts';
import type {ReaderOptions, TraceFormat, TraceReader, TraceResult} from '../format.ts';

/**
 * IBM Cloud Code Engine: a row an app with lists of its calls, and its configuration. Nasiri et al., EuroSys 2026. The
 * set is published as Python pickles, which pandas writes as JSON, CSV or Parquet.
 */
export const codeEngine: TraceFormat = {
  name: 'code-engine',
  summary: 'IBM Cloud Code Engine: lists of invocation and execution times an app, as JSON, CSV or Parquet',
  owner: 'research: ubc-cirrus-lab/ibm-cloud-code-engine-traces',
  obtain: "pandas.read_pickle('week_1.pickle').to_json('week_1.json', orient='records', lines=True)",
  reads: 'calls with AppExecTimes; functions by AppHash; memory of the configurations',
  auto: true,
  settings: [],
  reader: (options) => new CodeEngineReader(options),
};

class CodeEngineReader implements TraceReader {
  private readonly options: ReaderOptions;
  private readonly calls = new CallCollector({duration: true, cold: false});
  private readonly memoryMib = new Map<string, number>();
  private concurrency = 0;
  private minScale = 0;
  private lastFile = '';

  constructor(options: ReaderOptions) {
    this.options = options;
  }

  misfit(content: Content): string | undefined {
    return this.isCalls(content) || this.isConfig(content)
      ? undefined
      : 'has no AppHash beside InvocationTimes or AppContainerConcurrency, as Code Engine traces have';
  }

  readonly early = (content: Content): boolean => !this.isCalls(content);

  async read(content: Content): Promise<void> {
    this.lastFile = content.file;
    const isCalls = this.isCalls(content);
    await eachRecord(content, this.options.tally, (field) =>
      isCalls ? this.takeCalls(field) : this.takeConfig(field),
    );
  }

  finish(): TraceResult {
    if (this.calls.builder.calls === 0 && this.memoryMib.size > 0) {
      throw inputError(this.lastFile, 'holds configurations alone, and no calls were given');
    }
    const {concurrency, minScale} = this;
    const notes =
      concurrency > 1 || minScale > 0
        ? [`apps serve up to ${concurrency} calls in an instance (--concurrency) and keep up to ${minScale}`]
        : [];
    return this.calls.finish(codeEngine.name, notes, 'epoch');
  }

  private isCalls(content: Content): boolean {
    return has(content, 'AppHash') && has(content, 'InvocationTimes');
  }

  private isConfig(content: Content): boolean {
    return (
      has(content, 'AppHash') && (has(content, 'AppContainerConcurrency') || has(content, 'AppContainerRequestMemory'))
    );
  }

  private takeConfig(field: Field): Taken {
    const key = `${field('NamespaceHash')}\0${field('AppHash')}`;
    const mib = memoryOf(field('AppContainerRequestMemory'));
    if (mib > 0) this.memoryMib.set(key, Math.max(mib, this.memoryMib.get(key) ?? 0));
    this.concurrency = Math.max(this.concurrency, parseNumber(field('AppContainerConcurrency')) || 0);
    this.minScale = Math.max(this.minScale, parseNumber(field('AppMinScale')) || 0);
    return undefined;
  }

  /** One row holds an app's calls of a week, in several lists of the same order. */
  private takeCalls(field: Field): RowProblem | undefined {
    const [name, owner] = [field('AppHash'), field('NamespaceHash')];
    const times = listOf(field('InvocationTimes'));
    const durations = listOf(field('AppExecTimes'));
    if (name.trim() === '') return {column: 'AppHash', value: name, rule: 'an id'};
    if (times === undefined)
      return {column: 'InvocationTimes', value: field('InvocationTimes'), rule: 'a list of seconds'};
    if (durations !== undefined && durations.length !== times.length) {
      return {
        column: 'AppExecTimes',
        value: `of length ${durations.length}`,
        rule: `as long as InvocationTimes, ${times.length}`,
      };
    }
    const wrong = times.findIndex((seconds) => !isClockUs(Math.round(seconds * 1e6)));
    if (wrong >= 0) return {column: 'InvocationTimes', value: String(times[wrong]), rule: 'a number of seconds'};
    const long = durations?.find((ms) => Math.abs(ms) > MAX_LENGTH_MS);
    if (long !== undefined) return {column: 'AppExecTimes', value: String(long), rule: 'milliseconds within 285 years'};
    const memoryMib = this.memoryMib.get(`${owner}\0${name}`);
    for (const [k, seconds] of times.entries()) {
      const ms = durations?.[k] ?? Number.NaN;
      const durationUs = Number.isFinite(ms) ? Math.round(ms * 1000) : Number.NaN;
      this.calls.add({
        name,
        app: name,
        owner,
        memoryMib,
        timeUs: Math.round(seconds * 1e6),
        durationUs,
        coldUs: UNKNOWN_START,
      });
    }
    return undefined;
  }
}

function has(content: Content, name: string): boolean {
  if (content.kind !== 'json') return content.header.includes(name);
  return firstRecords(content).some((field) => field(name) !== '');
}

/** The numbers of a list; undefined for what is none. */
function listOf(cell: string): readonly number[] | undefined {
  if (isBlank(cell)) return undefined;
  const list = parsed(cell.replace(/\bnan\b/gi, 'null'));
  if (!Array.isArray(list)) return undefined;
  return list.map((value) => (value === null ? Number.NaN : Number(value)));
}

/** Gigabytes, or a size with its unit: `4G`, `512M`. */
function memoryOf(cell: string): number {
  const match = /^\s*([\d.]+)\s*([GM]?)i?B?\s*$/i.exec(cell);
  if (match === null) return Number.NaN;
  const size = Number(match[1]);
  if (/m/i.test(match[2]!)) return size;
  return match[2] === '' && size > 1024 ? size : size * 1024;
}
