import {formatCount} from '../../base/units.ts';
import {isBlank} from '../../files/cells.ts';
import type {Content} from '../../files/content.ts';
import {isRecord, parsed} from '../../files/json-values.ts';
import {parseLengthIn} from '../../files/lengths.ts';
import {NO_CALL, type Taken} from '../../files/rows.ts';
import {guessTimeUs} from '../../files/times.ts';
import {CallCollector} from '../collect/calls.ts';
import {FirstCalls} from '../collect/first-calls.ts';
import {eachRecord, type Field, firstRecords, type JsonShape} from '../collect/records.ts';
import type {ReaderOptions, TraceFormat, TraceReader, TraceResult} from '../format.ts';

/** Request logs of Cloud Run and Cloud Functions, of both generations. */
export const cloudRun: TraceFormat = {
  name: 'cloud-run',
  summary: 'Cloud Run and Cloud Functions request logs, one an array or a line',
  owner: 'everybody on Google Cloud Run or Cloud Functions',
  obtain: "gcloud logging read 'logName:run.googleapis.com%2Frequests' --freshness=7d --format=json > calls.json",
  reads:
    'calls with latency, start included; the first call of each instanceId as cold (a guess); functions by service',
  auto: true,
  settings: [],
  reader: (options) => new CloudRunReader(options),
};

const shape: JsonShape = {
  envelopes: ['entries'],
  recordsIn(value) {
    if (!isRecord(value) || Array.isArray(value.entries)) return [];
    return [isRecord(value.logEntry) ? value.logEntry : value];
  },
};

const TOOK = /^Function execution took (\d+(?:\.\d+)?) ?ms/;

class CloudRunReader implements TraceReader {
  private readonly options: ReaderOptions;
  private readonly calls = new CallCollector({duration: true, cold: true, order: false});
  private readonly first = new FirstCalls(this.calls);
  private readonly names = new Map<string, string>();
  private others = 0;

  constructor(options: ReaderOptions) {
    this.options = options;
  }

  misfit(content: Content): string | undefined {
    const isEntry = (field: Field): boolean =>
      (field('httpRequest') !== '' ||
        field('httpRequest.latency') !== '' ||
        field('textPayload') !== '' ||
        field('logName') !== '') &&
      (/^(cloud_run_revision|cloud_function)$/.test(field('resource.type')) ||
        field('resource.labels.service_name') !== '');
    return firstRecords(content, shape).some(isEntry)
      ? undefined
      : 'has no entries of a cloud_run_revision or cloud_function, as logs of Cloud Run have';
  }

  async read(content: Content): Promise<void> {
    await eachRecord(content, this.options.tally, (field) => this.take(field), shape);
  }

  finish(): TraceResult {
    const {calls} = this;
    this.first.settle();
    const other =
      this.others === 0
        ? []
        : [`entries of other logs than that of requests: ${formatCount(this.others)}; they are no calls`];
    const cold =
      'cold starts are the first calls of instances, their length within the latency: the log says no more of them';
    return calls.finish(cloudRun.name, [...other, ...(calls.builder.calls > 0 ? [cold] : [])]);
  }

  private take(field: Field): Taken {
    const log = field('logName').replace(/%2F/gi, '/');
    const isFunction = field('resource.type') === 'cloud_function';
    const isRequest = isFunction
      ? TOOK.test(field('textPayload'))
      : /run\.googleapis\.com\/requests$/.test(log) || (log === '' && hasRequest(field));
    if (!isRequest) {
      this.others++;
      return NO_CALL;
    }
    const timeUs = orStruct(field('timestamp'), guessTimeUs);
    if (Number.isNaN(timeUs)) return {column: 'timestamp', value: field('timestamp'), rule: 'a time'};
    return isFunction ? this.addFirstGeneration(field, timeUs) : this.addRequest(field, timeUs);
  }

  /** Of requests the log has the beginning. */
  private addRequest(field: Field, timeUs: number): Taken {
    const latency = field('httpRequest.latency');
    const durationUs = isBlank(latency) ? Number.NaN : orStruct(latency, (cell) => parseLengthIn(cell, 's'));
    if (!isBlank(latency) && Number.isNaN(durationUs))
      return {column: 'httpRequest.latency', value: latency, rule: 'a length of time'};
    const service = field('resource.labels.service_name') || field('resource.labels.configuration_name');
    const name = this.nameOf(service || field('resource.labels.revision_name'));
    const instance = instanceOf(field);
    const owner = field('resource.labels.project_id');
    return this.first.add(instance, {name, app: service, owner, trigger: 'http', timeUs, durationUs});
  }

  /** The line that says how long a call took stands at its end. */
  private addFirstGeneration(field: Field, timeUs: number): Taken {
    const ms = Number(TOOK.exec(field('textPayload'))![1]);
    const name = field('resource.labels.function_name');
    const call = {
      name,
      app: name,
      owner: field('resource.labels.project_id'),
      timeUs,
      atEnd: true,
      durationUs: Math.round(ms * 1000),
    };
    return this.first.add(instanceOf(field), call);
  }

  /** The second generation writes names in lower case. */
  private nameOf(service: string): string {
    const known = this.names.get(service.toLowerCase());
    if (known !== undefined) return known;
    this.names.set(service.toLowerCase(), service);
    return service;
  }
}

/** BigQuery writes names in lower case. */
function instanceOf(field: Field): string {
  return field('labels.instanceId') || field('labels.instanceid') || field('labels.instance_id');
}

/** A time or length in microseconds: as text, or in seconds and nanoseconds apart, as client libraries write it. */
function orStruct(cell: string, parse: (cell: string) => number): number {
  const value = cell.startsWith('{') ? parsed(cell) : undefined;
  if (!isRecord(value) || !('seconds' in value || 'nanos' in value)) return parse(cell);
  return Number(value.seconds ?? 0) * 1e6 + Math.round(Number(value.nanos ?? 0) / 1000);
}

function hasRequest(field: Field): boolean {
  return field('httpRequest') !== '' || field('httpRequest.latency') !== '' || field('httpRequest.status') !== '';
}
