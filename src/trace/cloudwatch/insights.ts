import {parseNumber} from '../../files/cells.ts';
import type {Content} from '../../files/content.ts';
import {isRecord} from '../../files/json-values.ts';
import {NO_CALL, type Taken} from '../../files/rows.ts';
import {guessTimeUs} from '../../files/times.ts';
import {CallCollector, startOf} from '../collect/calls.ts';
import {functionOfFile} from '../collect/function-of-file.ts';
import {eachRecord, type Field, firstRecords, type JsonShape} from '../collect/records.ts';
import {type ReaderOptions, type TraceFormat, type TraceReader, type TraceResult, unusedNote} from '../format.ts';
import {eventIn} from '../lambda/envelopes.ts';
import {functionOf, streamIn} from '../lambda/origin.ts';
import {isReport, parseReport} from '../lambda/report-text.ts';

/** CloudWatch Logs Insights over Lambda's log groups: rows of a query, as CSV, JSON or the API's lists of fields. */
export const cloudwatchInsights: TraceFormat = {
  name: 'cloudwatch-insights',
  summary: 'CloudWatch Logs Insights over Lambda: @duration, @initDuration, or @message; CSV, JSON, get-query-results',
  owner: 'everybody on AWS Lambda',
  obtain:
    'aws logs start-query --log-group-name /aws/lambda/NAME --start-time SECONDS --end-time SECONDS --query-string \'filter @type = "REPORT" | fields @timestamp, @log, @duration, @initDuration, @memorySize | limit 10000\'; aws logs get-query-results --query-id ID > calls.json',
  reads: 'calls by their end, with duration, cold start and memory; functions by @log',
  auto: true,
  settings: ['function'],
  reader: (options) => new InsightsReader(options),
};

const shape: JsonShape = {
  envelopes: ['results'],
  *recordsIn(value) {
    if (!Array.isArray(value)) {
      if (isRecord(value) && '@timestamp' in value) yield value;
      return;
    }
    // The API gives a row as a list of fields, all of them text; a field that is missing is left out.
    const record: Record<string, unknown> = {};
    for (const field of value)
      if (isRecord(field) && typeof field.field === 'string') record[field.field] = field.value;
    yield record;
  },
};

const KNOWN =
  /^@(timestamp|log|logStream|requestId|type|duration|billedDuration|memorySize|maxMemoryUsed|initDuration|restoreDuration|message|ptr|ingestionTime|xrayTraceId|xraySegmentId)$|^record\.|^type$|^time$/;

/** Rows of a query are cut at so many unless it asks for more. */
const CUT_ROWS = [1000, 10_000];

class InsightsReader implements TraceReader {
  private readonly options: ReaderOptions;
  private readonly calls = new CallCollector({duration: true, cold: true});
  private readonly notes: string[] = [];
  private fromFiles = false;
  /** A row that says nothing of a cold start was of a warm call. */
  private blankIsWarm = true;
  /** So it is for certain: there is a column for it. */
  private asked = false;

  constructor(options: ReaderOptions) {
    this.options = options;
  }

  misfit(content: Content): string | undefined {
    const says = (has: (name: string) => boolean): boolean =>
      has('@timestamp') && (has('@duration') || has('@message') || has('record.metrics.durationMs'));
    const fits =
      content.kind === 'json'
        ? firstRecords(content, shape).some((field) => says((name) => field(name) !== ''))
        : says((name) => content.header.includes(name));
    return fits ? undefined : 'has no @timestamp beside @duration or @message, as rows of Logs Insights have';
  }

  async read(content: Content): Promise<void> {
    const before = this.options.tally.read;
    const {header, file} = content;
    const asked = header.some((name) => /^@(init|restore)Duration$|^@message$|^record\.metrics\.init/.test(name));
    this.asked ||= asked;
    // A query that does not ask for it cannot say that a call was warm. Of JSON nothing is seen of a missing field.
    this.blankIsWarm = asked || content.kind === 'json';
    if (this.notes.length === 0) this.notes.push(...unusedNote(header, (name) => KNOWN.test(name)));
    let status = '';
    const recordsIn = function* (value: unknown, path: string): Iterable<unknown> {
      if (path === '' && isRecord(value) && typeof value.status === 'string') status = value.status;
      yield* shape.recordsIn(value, path);
    };
    await eachRecord(content, this.options.tally, (field) => this.take(file, field), {...shape, recordsIn});
    if (status !== '' && status !== 'Complete')
      this.notes.push(`${file}: the query's status is ${status}: rows are missing`);
    const rows = this.options.tally.read - before;
    if (CUT_ROWS.includes(rows))
      this.notes.push(`${file}: exactly ${rows} rows: the query was probably cut; give it a limit, or less time`);
  }

  finish(): TraceResult {
    const named = this.fromFiles
      ? ['rows do not name their function (@log): it is called as the file is; --function says otherwise']
      : [];
    const {builder} = this.calls;
    const unasked = builder.coldCalls === 0 && builder.calls > 0 && !this.asked;
    if (unasked) builder.forgetStarts();
    const starts = unasked ? ['no row says that its call was cold: let the query ask for @initDuration'] : [];
    return this.calls.finish(cloudwatchInsights.name, [...this.notes, ...starts, ...named]);
  }

  private take(file: string, field: Field): Taken {
    const message = field('@message');
    const event = message === '' ? undefined : eventIn(message);
    const metrics =
      isRecord(event) && isRecord(event.record) && isRecord(event.record.metrics) ? event.record.metrics : undefined;
    const text = isReport(message) ? parseReport(message) : undefined;
    const type = field('@type') || field('type') || (isRecord(event) ? String(event.type ?? '') : '');
    const first = (...names: string[]): string =>
      names
        .map((name) => field(name) || textOf(metrics?.[name.replace(/^record\.metrics\./, '')]))
        .find((cell) => cell !== '') ?? '';
    const duration = first('@duration', 'record.metrics.durationMs');
    const reports =
      duration !== '' || text !== undefined || field('@billedDuration') !== '' || field('@memorySize') !== '';
    const isCall = type === '' ? reports : /^(REPORT|platform\.report)$/.test(type);
    if (!isCall) return NO_CALL;
    const timeUs = guessTimeUs(field('@timestamp'));
    if (Number.isNaN(timeUs)) return {column: '@timestamp', value: field('@timestamp'), rule: 'a time'};
    const durationUs = orElse(msOf(duration), text?.durationUs);
    const initUs = orElse(msOf(first('@initDuration', 'record.metrics.initDurationMs')), text?.initUs);
    const restoreUs = orElse(msOf(first('@restoreDuration', 'record.metrics.restoreDurationMs')), text?.restoreUs);
    const coldUs = Number.isNaN(initUs) ? restoreUs : initUs + (restoreUs > 0 ? restoreUs : 0);
    const isKnown = !Number.isNaN(coldUs) || this.blankIsWarm || text !== undefined || metrics !== undefined;
    if (text !== undefined || metrics !== undefined) this.asked = true;
    return this.calls.add({
      name: this.nameOf(file, field),
      timeUs,
      atEnd: true,
      durationUs,
      coldUs: startOf(isKnown ? !Number.isNaN(coldUs) : undefined, coldUs),
      memoryMib: orElse(memoryOf(first('@memorySize', 'record.metrics.memorySizeMB')), text?.memoryMib),
    });
  }

  private nameOf(file: string, field: Field): string {
    const group = field('@log') || field('@logGroup');
    const stream = field('@logStream');
    const said =
      functionOf({group, stream: streamIn(stream) || stream}) || group.replace(/^\d+:/, '').replace(/^.*\//, '');
    if (said !== '' || this.options.functionName !== undefined) return said || this.options.functionName!;
    this.fromFiles = true;
    return functionOfFile(file);
  }
}

function msOf(cell: string): number {
  return Math.round(parseNumber(cell) * 1000);
}

/** Insights writes a memory of 128 MB as 1.28E8, a megabyte being a million to it. */
function memoryOf(cell: string): number {
  const size = parseNumber(cell);
  return size >= 1e6 ? size / 1e6 : size;
}

function orElse(value: number, other: number | undefined): number {
  return Number.isNaN(value) ? (other ?? Number.NaN) : value;
}

function textOf(value: unknown): string {
  return typeof value === 'number' || typeof value === 'string' ? String(value) : '';
}
