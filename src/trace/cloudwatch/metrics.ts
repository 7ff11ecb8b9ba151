import {inputError} from '../../base/errors.ts';
import type {Content} from '../../files/content.ts';
import {eachJsonValue, isRecord} from '../../files/json-values.ts';
import type {RowMarks} from '../../files/rows.ts';
import {guessTimeUs} from '../../files/times.ts';
import {DurationMerge} from '../../workload/build/duration-merge.ts';
import {CountCollector} from '../collect/counts.ts';
import {functionOfFile} from '../collect/function-of-file.ts';
import type {ReaderOptions, TraceFormat, TraceReader, TraceResult} from '../format.ts';

/** CloudWatch's metrics of Lambda: the answers of GetMetricData and GetMetricStatistics. */
export const cloudwatchMetrics: TraceFormat = {
  name: 'cloudwatch-metrics',
  summary: 'CloudWatch metrics: GetMetricData or GetMetricStatistics of Invocations, with Duration if it is there',
  owner: 'everybody on AWS',
  obtain:
    'aws cloudwatch get-metric-data --start-time ... --end-time ... --metric-data-queries file://queries.json > calls.json (Invocations, Sum, a Label that is the function)',
  reads: 'counts per period, mean durations; functions by Label or Id',
  auto: true,
  settings: ['period', 'function'],
  reader: (options) => new MetricsReader(options),
};

/** Names of metrics, and short ones that queries are given for them, in lower case. */
const COUNTS = ['invocations', 'invocation', 'inv', 'invokes', 'requests', 'calls'];
const DURATIONS = ['duration', 'dur'];
const OTHERS = [
  ...['errors', 'error', 'err', 'throttles', 'throttle', 'thr', 'concurrentexecutions', 'concurrency', 'conc'],
  ...['unreservedconcurrentexecutions', 'claimedaccountconcurrency', 'provisionedconcurrentexecutions'],
  ...['provisionedconcurrencyinvocations', 'provisionedconcurrencyspilloverinvocations'],
  ...['provisionedconcurrencyutilization', 'iteratorage', 'deadlettererrors', 'destinationdeliveryfailures'],
  ...['postruntimeextensionsduration', 'recursiveinvocationsdropped', 'asynceventsreceived', 'asynceventage'],
  ...['asynceventsdropped', 'initduration', 'restoreduration'],
];
const STATISTICS = /^(sum|average|avg|samplecount|minimum|maximum|min|max|p\d+(\.\d+)?|\(|\)|-|\||:)$/i;

interface MetricSeries {
  readonly id: string;
  readonly label: string;
  readonly points: {timeUs: number; value: number}[];
}

class MetricsReader implements TraceReader {
  private readonly options: ReaderOptions;
  private readonly counts: CountCollector;
  private readonly durations = new DurationMerge();
  /** By Id and Label: the pages of an answer go on where the one before ended. */
  private readonly series = new Map<string, MetricSeries>();
  private readonly notes: string[] = [];
  private file = '';

  constructor(options: ReaderOptions) {
    this.options = options;
    this.counts = new CountCollector(options.periodUs);
  }

  misfit({samples}: Content): string | undefined {
    const fits = samples.some(
      (value) => isRecord(value) && (isResults(value.MetricDataResults) || isDatapoints(value) || isResults([value])),
    );
    return fits ? undefined : 'has neither MetricDataResults nor Datapoints, as CloudWatch answers have';
  }

  async read(content: Content): Promise<void> {
    this.file = content.file;
    await eachJsonValue(content.bytes!, ['MetricDataResults'], this.options.tally, (value, path, marks) => {
      if (!isRecord(value)) return;
      if (path === 'MetricDataResults' || isResults([value])) this.takeResult(value, marks);
      else if (isDatapoints(value)) this.takeDatapoints(value, content.file, marks);
      else if (typeof value.NextToken === 'string')
        this.notes.push(`${content.file}: there are more pages behind this one (NextToken)`);
    });
  }

  finish(): TraceResult {
    const counted = [...this.series.values()].filter((series) => kindOf(series) === 'count');
    if (counted.length === 0) {
      throw inputError(
        this.file,
        'has no series of Invocations',
        'ask for the metric Invocations with the statistic Sum',
      );
    }
    const unused = [...this.series.values()]
      .filter((series) => kindOf(series) === 'other')
      .map(({label, id}) => label || id);
    if (unused.length > 0) this.notes.push(`series that are not used: ${[...new Set(unused)].slice(0, 8).join(', ')}`);
    const labels = new Set(counted.map(({label}) => nameOf(label)));
    // A metric's own name as the label of all tells no two functions apart.
    const byId = labels.size < counted.length || labels.has('');
    for (const series of counted) this.addCounts(series, this.functionOf(series, byId, counted.length));
    for (const series of this.series.values()) {
      if (kindOf(series) === 'duration') this.addDurations(series, this.functionOf(series, byId, counted.length));
    }
    const meta = {source: cloudwatchMetrics.name, startTime: '', licence: '', clampedDurations: 0};
    const result = this.counts.finish(meta, 'calendar', this.durations);
    return {...result, notes: [...this.notes, ...result.notes]};
  }

  private functionOf({id, label}: MetricSeries, byId: boolean, series: number): string {
    const {functionName} = this.options;
    if (functionName !== undefined && series === 1) return functionName;
    const own = byId ? '' : nameOf(label);
    if (own !== '') return own;
    return id === ''
      ? functionOfFile(this.file)
      : id.replace(/^(m|q|inv|invocations|calls|count|dur|duration)_(?=.)/i, '');
  }

  private addCounts({points}: MetricSeries, name: string): void {
    const f = this.counts.builder.functions.idOf('', '', name);
    // The newest comes first unless one asks for another order.
    for (const {timeUs, value} of points.sort((a, b) => a.timeUs - b.timeUs)) this.counts.add(f, timeUs, value);
  }

  private addDurations({points}: MetricSeries, name: string): void {
    const nothing = {minMs: Number.NaN, maxMs: Number.NaN, levels: [], percentileMs: []};
    for (const {value} of points) this.durations.add(['', '', name], 1, {meanMs: value, ...nothing});
  }

  private takeResult(result: Record<string, unknown>, marks: RowMarks): void {
    const {Timestamps: times, Values: values, StatusCode: status} = result;
    const id = String(result.Id ?? '');
    const label = String(result.Label ?? '');
    if (typeof status === 'string' && status !== 'Complete')
      this.notes.push(`series ${label || id} is not complete: ${status}`);
    if (!Array.isArray(times) || !Array.isArray(values)) return;
    for (let k = 0; k < Math.max(times.length, values.length); k++)
      this.addPoint(id, label, times[k], values[k], marks);
  }

  private takeDatapoints(answer: Record<string, unknown>, file: string, marks: RowMarks): void {
    const label = String(answer.Label ?? '');
    for (const point of answer.Datapoints as unknown[]) {
      if (!isRecord(point)) continue;
      const value = /^duration$/i.test(label) ? point.Average : (point.Sum ?? point.SampleCount);
      // The answer does not name its function; one file is of one.
      this.addPoint('', `${functionOfFile(file)} ${label}`, point.Timestamp, value, marks);
    }
  }

  private addPoint(id: string, label: string, time: unknown, value: unknown, marks: RowMarks): void {
    const timeUs = guessTimeUs(String(time ?? ''));
    const problem = Number.isNaN(timeUs)
      ? {column: 'Timestamps', value: String(time), rule: 'a time'}
      : typeof value === 'number' && value >= 0 && value <= Number.MAX_SAFE_INTEGER
        ? undefined
        : {column: 'Values', value: String(value), rule: 'a number of at least 0'};
    marks.took(problem);
    if (problem !== undefined) return;
    const key = `${id}\0${label}`;
    const series = this.series.get(key) ?? {id, label, points: []};
    this.series.set(key, series);
    series.points.push({timeUs, value: value as number});
  }
}

/** What a series is of, by the words of its label, else of its Id; of calls where neither names a metric. */
function kindOf({id, label}: MetricSeries): 'count' | 'duration' | 'other' {
  const words = [...wordsOf(label), ...id.toLowerCase().split('_')].map((word) => word.toLowerCase());
  const metric = words.find((word) => isMetric(word)) ?? 'invocations';
  if (COUNTS.includes(metric)) return 'count';
  const isMean = !words.some((word) => /^(p\d|min|max)/.test(word));
  return DURATIONS.includes(metric) && isMean ? 'duration' : 'other';
}

function isMetric(word: string): boolean {
  return COUNTS.includes(word) || DURATIONS.includes(word) || OTHERS.includes(word);
}

function wordsOf(label: string): string[] {
  return label
    .replace('AWS/Lambda', ' ')
    .split(/[\s/|:,]+/)
    .filter((word) => word !== '');
}

/** A label without the names of its metric and statistic. */
function nameOf(label: string): string {
  return wordsOf(label)
    .filter((word) => !isMetric(word.toLowerCase()) && !STATISTICS.test(word))
    .join(' ');
}

function isResults(value: unknown): boolean {
  return (
    Array.isArray(value) &&
    value.some((one) => isRecord(one) && Array.isArray(one.Timestamps) && Array.isArray(one.Values))
  );
}

function isDatapoints(value: Record<string, unknown>): boolean {
  return Array.isArray(value.Datapoints) && typeof value.Label === 'string';
}
