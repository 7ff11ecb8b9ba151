import {formatCount} from '../../base/units.ts';
import {isBlank, parseNumber, withPoint} from '../../files/cells.ts';
import type {Content} from '../../files/content.ts';
import {isRecord} from '../../files/json-values.ts';
import {parseLengthIn} from '../../files/lengths.ts';
import {NO_CALL, type Taken} from '../../files/rows.ts';
import {CallCollector, startOf} from '../collect/calls.ts';
import {LocalDates} from '../collect/local-dates.ts';
import {eachRecord, type Field, firstRecords, type JsonShape} from '../collect/records.ts';
import type {ReaderOptions, TraceFormat, TraceReader, TraceResult} from '../format.ts';

/** Azure Functions by Application Insights: rows of `requests`, or of `AppRequests` in Log Analytics. */
export const appInsights: TraceFormat = {
  name: 'app-insights',
  summary: 'Application Insights requests, Log Analytics AppRequests: CSV of the portal, az tables, diagnostic records',
  owner: 'everybody on Azure Functions',
  obtain: "az monitor app-insights query --app APP --analytics-query 'requests' --offset 7d > calls.json",
  reads: 'calls with duration; functions by name and role; sampled rows by itemCount',
  auto: true,
  settings: [],
  reader: (options) => new AppInsightsReader(options),
};

const shape: JsonShape = {
  envelopes: ['tables', 'records'],
  *recordsIn(value) {
    if (!isRecord(value)) return;
    const {columns, rows} = value;
    if (!Array.isArray(columns) || !Array.isArray(rows)) {
      if (!Array.isArray(value.tables) && !Array.isArray(value.records)) yield value;
      return;
    }
    const names = columns.map((column) => (isRecord(column) ? String(column.name) : String(column)));
    for (const row of rows) {
      if (Array.isArray(row)) yield Object.fromEntries(names.map((name, k) => [name, row[k] as unknown]));
    }
  },
};

/** The same column in its several names: classic, with the portal's zone, Log Analytics. */
const names = {
  time: ['timestamp', 'timestamp [UTC]', 'TimeGenerated', 'TimeGenerated [UTC]', 'timestamp [Local Time]', 'time'],
  name: ['name', 'Name', 'operation_Name', 'OperationName'],
  duration: ['duration', 'DurationMs', 'duration [ms]'],
  role: ['cloud_RoleName', 'AppRoleName'],
  weight: ['itemCount', 'ItemCount'],
  type: ['itemType', 'Type', 'type'],
  properties: ['customDimensions', 'Properties'],
} as const;

class AppInsightsReader implements TraceReader {
  private readonly options: ReaderOptions;
  private readonly calls = new CallCollector({duration: true, cold: false});
  private others = 0;
  private local = false;
  private decimalComma = false;
  private dates = new LocalDates('', '', []);
  private readonly dateNotes: string[] = [];

  constructor(options: ReaderOptions) {
    this.options = options;
  }

  misfit(content: Content): string | undefined {
    const isRequest = (field: Field): boolean =>
      first(field, names.time) !== '' &&
      first(field, names.name) !== '' &&
      (first(field, names.role) !== '' || first(field, names.weight) !== '' || first(field, names.properties) !== '');
    const known = (list: readonly string[]): boolean => list.some((name) => content.header.includes(name));
    const fits =
      content.kind === 'json'
        ? firstRecords(content, shape).some(isRequest)
        : known(names.time) && known(names.name) && known(names.duration) && (known(names.role) || known(names.weight));
    return fits ? undefined : 'has no timestamp, name and cloud_RoleName, as requests of Application Insights have';
  }

  async read(content: Content): Promise<void> {
    if (content.header.includes('timestamp [Local Time]')) this.local = true;
    this.decimalComma = content.decimalComma;
    const samples = firstRecords(content, shape).map((field) => first(field, names.time));
    this.dates = new LocalDates(content.file, 'timestamp', samples);
    await eachRecord(content, this.options.tally, (field) => this.take(field), shape);
    if (this.dateNotes.length === 0) this.dateNotes.push(...this.dates.notes());
  }

  finish(): TraceResult {
    const others = this.others === 0 ? [] : [`rows that are no requests: ${formatCount(this.others)}`];
    const local = this.local ? ['times are local, of a zone that is not said: they are taken as UTC'] : [];
    return this.calls.finish(appInsights.name, [...others, ...local, ...this.dateNotes]);
  }

  private take(field: Field): Taken {
    const type = first(field, names.type);
    if (type !== '' && !/^(request|requests|AppRequests)$/i.test(type)) {
      this.others++;
      return NO_CALL;
    }
    const time = first(field, names.time);
    const timeUs = this.dates.timeUs(time);
    if (Number.isNaN(timeUs)) return {column: 'timestamp', value: time, rule: 'a time'};
    const written = first(field, names.duration);
    const duration = this.decimalComma ? withPoint(written) : written;
    const durationUs = isBlank(duration) ? functionTimeUs(field) : parseLengthIn(duration, 'ms');
    if (!isBlank(duration) && Number.isNaN(durationUs))
      return {column: 'duration', value: duration, rule: 'a length of time'};
    const weight = first(field, names.weight);
    return this.calls.add({
      name: first(field, names.name),
      app: first(field, names.role),
      trigger: triggerOf(field),
      timeUs,
      durationUs,
      // The first request of a new instance is not marked.
      coldUs: startOf(undefined),
      weight: isBlank(weight) ? 1 : parseNumber(weight),
    });
  }
}

function first(field: Field, list: readonly string[]): string {
  for (const name of list) {
    const cell = field(name);
    if (cell !== '') return cell;
  }
  return '';
}

/** Where the request does not say how long it took, the host may have measured the function. */
function functionTimeUs(field: Field): number {
  const ms = field('customDimensions.FunctionExecutionTimeMs') || field('Properties.FunctionExecutionTimeMs');
  return isBlank(ms) ? Number.NaN : parseLengthIn(ms, 'ms');
}

function triggerOf(field: Field): string | undefined {
  if (field('url') !== '' || field('Url') !== '') return 'http';
  const reason = field('customDimensions.TriggerReason') || field('Properties.TriggerReason');
  return /timer/i.test(reason) ? 'timer' : undefined;
}
