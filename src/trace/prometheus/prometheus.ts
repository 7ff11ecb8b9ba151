import {inputError} from '../../base/errors.ts';
import {formatCount, formatTimeUs, US_PER_MINUTE, US_PER_SECOND} from '../../base/units.ts';
import type {Content} from '../../files/content.ts';
import {eachJsonValue, isRecord} from '../../files/json-values.ts';
import type {RowMarks} from '../../files/rows.ts';
import {DurationMerge} from '../../workload/build/duration-merge.ts';
import {CounterSeries} from '../collect/counter-series.ts';
import {CountCollector} from '../collect/counts.ts';
import {byTime, riseOf, smallestGapUs, type TimeSeries} from '../collect/series.ts';
import type {ReaderOptions, SeriesValues, TraceFormat, TraceReader, TraceResult} from '../format.ts';
import {guessValues} from './guess-values.ts';
import {type MetricRole, ownerOf, places, roleOf} from './metric-names.ts';

/** Answers of Prometheus' query API: requests counted by Knative, OpenFaaS or anything else. */
export const prometheus: TraceFormat = {
  name: 'prometheus',
  summary: 'Prometheus query_range answers: Knative of both metric families, OpenFaaS, any counter, increase or rate',
  owner: 'everybody on Kubernetes: Knative, OpenFaaS, KEDA',
  obtain:
    'curl -G PROMETHEUS/api/v1/query_range --data-urlencode \'query={__name__=~"kn_serving_invocation_duration_seconds_(count|sum)"}\' -d start=... -d end=... -d step=60 > calls.json',
  reads: 'counts per step, resets and new pods included, mean durations by _sum; functions by service',
  auto: true,
  settings: ['values', 'period'],
  reader: (options) => new PrometheusReader(options),
};

/** Numbers over time with what their labels say. */
interface MetricSeries extends TimeSeries {
  readonly role: MetricRole;
  readonly metric: string;
  readonly key: string;
  readonly name: string;
  readonly app: string;
  readonly timesUs: number[];
  readonly values: number[];
}

class PrometheusReader implements TraceReader {
  private readonly options: ReaderOptions;
  private readonly series = new Map<string, MetricSeries>();
  private readonly unused = new Set<string>();
  private readonly notes: string[] = [];
  private file = '';

  constructor(options: ReaderOptions) {
    this.options = options;
  }

  misfit({samples}: Content): string | undefined {
    const isAnswer = (value: unknown): boolean =>
      isRecord(value) &&
      ((value.status === 'error' && typeof value.error === 'string') ||
        (isRecord(value.data) && typeof value.data.resultType === 'string') ||
        (isRecord(value.metric) && ('values' in value || 'value' in value || 'histograms' in value)));
    return samples.some(isAnswer) ? undefined : 'has no data with a resultType, as answers of Prometheus have';
  }

  async read(content: Content): Promise<void> {
    this.file = content.file;
    await eachJsonValue(content.bytes!, ['data.result'], this.options.tally, (value, path, marks) => {
      if (!isRecord(value)) return;
      if (path === 'data.result' || isRecord(value.metric)) this.takeSeries(value, marks);
      else this.takeAnswer(value, content.file);
    });
  }

  finish(): TraceResult {
    const counted = [...this.series.values()].filter(({role}) => role.kind === 'count');
    const place = places.find((one) => counted.some(({role}) => role.place === one));
    if (place === undefined) {
      throw inputError(
        this.file,
        'has no series that counts requests',
        `it has ${[...this.unused].slice(0, 8).join(', ') || 'none at all'}`,
        ...this.notes,
      );
    }
    const chosen = preferred(counted.filter(({role}) => role.place === place));
    for (const {role, metric} of counted)
      if (!chosen.some((one) => one.role.base === role.base)) this.unused.add(metric);
    if (this.unused.size > 0) this.notes.push(`metrics that are not used: ${[...this.unused].slice(0, 12).join(', ')}`);
    const isInstant = chosen.every(({timesUs}) => timesUs.length < 2);
    if (isInstant && this.options.values !== 'increase') {
      throw inputError(
        this.file,
        'has one time only, as the answer of an instant query: what was called before it is not said',
        'ask query_range; or, if the numbers are calls of the period before, say --values increase --period 1h',
      );
    }
    const stepUs = isInstant ? (this.options.periodUs ?? US_PER_MINUTE) : smallestGapUs(chosen);
    const values = this.options.values ?? (chosen[0]!.role.base === '' ? guessValues(chosen) : 'counter');
    // What totals rose by is spread as it is added.
    const counts = new CountCollector(values === 'counter' ? US_PER_MINUTE : stepUs);
    if (values === 'counter') this.countRises(chosen, counts);
    else this.countSteps(chosen, values, stepUs, counts);
    const durations = this.durationsOf(chosen[0]!.role);
    const meta = {source: prometheus.name, startTime: '', licence: '', clampedDurations: 0};
    const result = counts.finish(meta, 'calendar', durations);
    return {...result, notes: [...this.notes, ...result.notes]};
  }

  private takeAnswer(answer: Record<string, unknown>, file: string): void {
    if (typeof answer.error === 'string') this.notes.push(`${file}: the query failed: ${answer.error}`);
    const warnings = Array.isArray(answer.warnings) ? answer.warnings : [];
    for (const warning of warnings.slice(0, 3)) this.notes.push(`${file}: ${String(warning)}`);
  }

  private takeSeries(series: Record<string, unknown>, marks: RowMarks): void {
    const labels = isRecord(series.metric) ? series.metric : {};
    const metric = typeof labels.__name__ === 'string' ? labels.__name__ : '';
    // A native histogram has its count within.
    const role = roleOf(Array.isArray(series.histograms) && metric !== '' ? `${metric}_count` : metric);
    if (role.kind === 'unused') {
      this.unused.add(metric);
      return;
    }
    const key = JSON.stringify(Object.entries(labels).sort());
    const its = this.series.get(key) ?? {role, metric, key, ...ownerOf(labels), timesUs: [], values: []};
    this.series.set(key, its);
    const pairs = Array.isArray(series.values) ? series.values : Array.isArray(series.value) ? [series.value] : [];
    for (const pair of pairs) takePoint(its, pair, (value) => Number(value), marks);
    // A native histogram counts as well as it divides.
    const histograms = Array.isArray(series.histograms) ? series.histograms : [];
    for (const pair of histograms)
      takePoint(its, pair, (value) => (isRecord(value) ? Number(value.count) : Number.NaN), marks);
  }

  private countRises(chosen: readonly MetricSeries[], counts: CountCollector): void {
    const counters = new CounterSeries();
    for (const {key, name, app, timesUs, values} of chosen) {
      const f = counts.builder.functions.idOf('', app, name);
      for (const [k, timeUs] of timesUs.entries()) counters.add(key, f, timeUs, values[k]!);
    }
    const {resets} = counters.feed(counts);
    const anew = resets === 0 ? '' : `, ${formatCount(resets)} of which began anew`;
    this.notes.push(`values are running totals${anew}: what they rose by was called; --values says otherwise`);
  }

  /** A value at a time is of the step that ends then. */
  private countSteps(
    chosen: readonly MetricSeries[],
    values: SeriesValues,
    stepUs: number,
    counts: CountCollector,
  ): void {
    const ofUs = values === 'rate' ? US_PER_SECOND : (this.options.periodUs ?? stepUs);
    for (const series of chosen) {
      const f = counts.builder.functions.idOf('', series.app, series.name);
      for (const k of byTime(series)) {
        const calls = (series.values[k]! * stepUs) / ofUs;
        if (calls >= 0) counts.add(f, series.timesUs[k]! - stepUs, calls);
      }
    }
    const what = values === 'rate' ? 'calls a second' : 'calls since the step before';
    this.notes.push(
      `values are ${what}, of the ${formatTimeUs(stepUs)} that end at their time; --values says otherwise`,
    );
  }

  /** Mean durations by the sums that belong to the counts, or to the same place. */
  private durationsOf(role: MetricRole): DurationMerge {
    const merge = new DurationMerge();
    const all = [...this.series.values()];
    const sums = all.filter(({role: own}) => own.kind === 'sum' && own.place === role.place);
    for (const sum of sums) {
      const count = all.find(
        (one) => one.role.kind === 'count' && one.role.base === sum.role.base && sameLabels(one, sum),
      );
      if (count === undefined) continue;
      const [calls, total] = [riseOf(count), riseOf(sum)];
      if (!(calls > 0)) continue;
      const meanMs = (total * sum.role.unitMs) / calls;
      merge.add(['', sum.app, sum.name], calls, {
        meanMs,
        minMs: Number.NaN,
        maxMs: Number.NaN,
        levels: [],
        percentileMs: [],
      });
    }
    return merge;
  }
}

function takePoint(series: MetricSeries, pair: unknown, read: (value: unknown) => number, marks: RowMarks): void {
  const [time, value] = Array.isArray(pair) ? pair : [undefined, undefined];
  const timeUs = Math.round(Number(time) * US_PER_SECOND);
  const isTime = Number.isSafeInteger(timeUs);
  marks.took(
    isTime ? undefined : {column: 'values', value: JSON.stringify(pair), rule: 'a time in seconds and a number'},
  );
  const number = read(value);
  // NaN and infinities are what a query makes of nothing.
  if (!isTime || !Number.isFinite(number)) return;
  series.timesUs.push(timeUs);
  series.values.push(number);
}

/** Of metrics that count the same requests in one place the first by name: the plain count before that of latencies. */
function preferred(counted: readonly MetricSeries[]): MetricSeries[] {
  const bases = [...new Set(counted.map(({role}) => role.base))].sort(
    (a, b) => a.length - b.length || (a < b ? -1 : 1),
  );
  const isSame = bases.length > 1 && counted[0]!.role.place !== 'other';
  return counted.filter(({role}) => !isSame || role.base === bases[0]);
}

function sameLabels(count: MetricSeries, sum: MetricSeries): boolean {
  const plain = (key: string): string => key.replace(/\["__name__","[^"]*"\],?/, '');
  return plain(count.key) === plain(sum.key);
}
