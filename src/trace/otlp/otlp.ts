import {formatCount} from '../../base/units.ts';
import type {Content} from '../../files/content.ts';
import {eachJsonValue, isRecord} from '../../files/json-values.ts';
import type {RowMarks} from '../../files/rows.ts';
import {CallCollector, startOf} from '../collect/calls.ts';
import type {ReaderOptions, TraceFormat, TraceReader, TraceResult} from '../format.ts';
import {type Attributes, attributesOf, microsOf} from './attributes.ts';

/** FaaS spans of OpenTelemetry, in OTLP's JSON encoding. */
export const otlp: TraceFormat = {
  name: 'otlp',
  summary: 'OpenTelemetry FaaS spans, OTLP JSON: one document, or a line a batch as the collector writes them',
  owner: 'everybody who traces functions with OpenTelemetry',
  obtain: 'exporters: {file: {path: calls.json}} in the OpenTelemetry Collector',
  reads: 'server spans with faas.trigger or a faas resource: duration, faas.coldstart, faas.max_memory',
  auto: true,
  settings: ['function'],
  reader: (options) => new OtlpReader(options),
};

const SERVER = ['2', 'SPAN_KIND_SERVER'];
const CONSUMER = ['5', 'SPAN_KIND_CONSUMER'];

class OtlpReader implements TraceReader {
  private readonly options: ReaderOptions;
  private readonly calls = new CallCollector({duration: true, cold: true});
  private others = 0;

  constructor(options: ReaderOptions) {
    this.options = options;
  }

  misfit({samples}: Content): string | undefined {
    const fits = samples.some(
      (value) => isRecord(value) && (Array.isArray(value.resourceSpans) || Array.isArray(value.scopeSpans)),
    );
    return fits ? undefined : 'has no resourceSpans, as OTLP traces have';
  }

  async read(content: Content): Promise<void> {
    await eachJsonValue(content.bytes!, ['resourceSpans'], this.options.tally, (value, _, marks) => {
      if (isRecord(value)) this.takeBatch(value, marks);
    });
  }

  finish(): TraceResult {
    const others = this.others === 0 ? [] : [`spans that are no calls of functions: ${formatCount(this.others)}`];
    return this.calls.finish(otlp.name, others);
  }

  /** The spans of one resource: one function, or the process that holds it. */
  private takeBatch(batch: Record<string, unknown>, marks: RowMarks): void {
    const resource = attributesOf(isRecord(batch.resource) ? batch.resource.attributes : undefined);
    const scopes = [batch.scopeSpans, batch.instrumentationLibrarySpans].flatMap((list) =>
      Array.isArray(list) ? list : [],
    );
    const spans = scopes.flatMap((scope) =>
      isRecord(scope) && Array.isArray(scope.spans) ? scope.spans.filter(isRecord) : [],
    );
    const all = spans.map((span) => ({span, own: attributesOf(span.attributes), kind: String(span.kind ?? '')}));
    const ids = new Set(all.filter(({kind}) => SERVER.includes(kind)).map(({span}) => span.spanId));
    const isFunction = [...resource.keys()].some((key) => key.startsWith('faas.'));
    // A span that serves within one that serves is a part of the call.
    const calls = all.filter(({span, own, kind}) => {
      if (!SERVER.includes(kind)) return CONSUMER.includes(kind) && saysCall(own);
      return saysCall(own) || (isFunction && !ids.has(span.parentSpanId));
    });
    this.others += all.length - calls.length;
    for (const {span, own} of calls) marks.took(this.take(span, own, resource));
  }

  private take(span: Record<string, unknown>, own: Attributes, resource: Attributes) {
    const startUs = microsOf(span.startTimeUnixNano);
    const endUs = microsOf(span.endTimeUnixNano);
    if (Number.isNaN(startUs)) {
      return {column: 'startTimeUnixNano', value: String(span.startTimeUnixNano), rule: 'nanoseconds since 1970'};
    }
    const text = (...keys: string[]): string => {
      for (const key of keys) {
        const value = own.get(key) ?? resource.get(key);
        if (value !== undefined && value !== '') return String(value);
      }
      return '';
    };
    const coldStart = own.get('faas.coldstart') ?? own.get('faas.cold_start');
    const name =
      text('faas.name') ||
      nameOfId(text('faas.id', 'cloud.resource_id')) ||
      this.options.functionName ||
      text('service.name') ||
      String(span.name ?? '');
    return this.calls.add({
      name,
      // Azure writes app/function.
      app: name.includes('/') ? name.slice(0, name.lastIndexOf('/')) : '',
      owner: text('cloud.account.id'),
      trigger: text('faas.trigger'),
      memoryMib: memoryOf(resource.get('faas.max_memory') ?? own.get('faas.max_memory')),
      timeUs: startUs,
      durationUs: endUs > 0 ? Math.max(0, endUs - startUs) : Number.NaN,
      // It is recommended only: a span without it may be of either.
      coldUs: startOf(coldStart === undefined ? undefined : String(coldStart) === 'true'),
    });
  }
}

function saysCall(own: Attributes): boolean {
  return ['faas.trigger', 'faas.invocation_id', 'faas.execution', 'faas.coldstart'].some((key) => own.has(key));
}

/** arn:aws:lambda:eu-west-1:0000:function:NAME */
function nameOfId(id: string): string {
  return /:function:([^:]+)/.exec(id)?.[1] ?? '';
}

/** Bytes; megabytes before semantic conventions 1.19. */
function memoryOf(value: unknown): number | undefined {
  const size = Number(value ?? Number.NaN);
  if (!(size > 0)) return undefined;
  return size >= 2 ** 20 ? size / 2 ** 20 : size;
}
