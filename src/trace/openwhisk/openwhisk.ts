import {formatCount} from '../../base/units.ts';
import type {Content} from '../../files/content.ts';
import {eachJsonValue, isRecord} from '../../files/json-values.ts';
import {NO_CALL, type Taken} from '../../files/rows.ts';
import {guessTimeUs} from '../../files/times.ts';
import {CallCollector, startOf} from '../collect/calls.ts';
import type {ReaderOptions, TraceFormat, TraceReader, TraceResult} from '../format.ts';

/** Activation records of OpenWhisk, as `wsk` prints them or its database holds them. */
export const openwhisk: TraceFormat = {
  name: 'openwhisk',
  summary: 'OpenWhisk activation records, of wsk, the API or its database',
  owner: 'OpenWhisk, IBM Cloud Functions, DigitalOcean Functions, Nimbella',
  obtain: 'wsk activation list --full --limit 200 --skip 0 > calls.json',
  reads: 'calls with duration less initTime, initTime as their cold start, waitTime, memory; functions by path',
  auto: true,
  settings: [],
  reader: (options) => new OpenwhiskReader(options),
};

const ENVELOPES = ['rows', 'docs', 'activations'];

class OpenwhiskReader implements TraceReader {
  private readonly options: ReaderOptions;
  private readonly calls = new CallCollector({duration: true, cold: true});
  private sequences = 0;
  private others = 0;

  constructor(options: ReaderOptions) {
    this.options = options;
  }

  misfit({samples}: Content): string | undefined {
    const records = samples
      .flatMap((value) => [value, ...ENVELOPES.flatMap((key) => elementsOf(value, key))])
      .map(recordIn);
    const fits = records.some((value) => isRecord(value) && 'activationId' in value && 'start' in value);
    return fits ? undefined : 'has no activationId beside a start, as activation records of OpenWhisk have';
  }

  async read(content: Content): Promise<void> {
    await eachJsonValue(content.bytes!, ENVELOPES, this.options.tally, (value, _, marks) =>
      marks.took(this.take(recordIn(value))),
    );
  }

  finish(): TraceResult {
    const {sequences, others} = this;
    const notes = [
      ...(sequences > 0
        ? [`sequences, which take no container: ${formatCount(sequences)}; their components are calls`]
        : []),
      ...(others > 0 ? [`activations of triggers and rules: ${formatCount(others)}; they are no calls`] : []),
    ];
    return this.calls.finish(openwhisk.name, notes);
  }

  private take(record: unknown): Taken {
    if (!isRecord(record) || record.activationId === undefined) return NO_CALL;
    const notes = annotationsOf(record.annotations);
    if (notes.get('kind') === 'sequence' || notes.has('topmost') || notes.get('conductor') === true) {
      this.sequences++;
      return NO_CALL;
    }
    // Only actions are initialised, wait for a container or have limits.
    if (notes.size > 0 && !['kind', 'limits', 'waitTime', 'initTime', 'timeout'].some((key) => notes.has(key))) {
      this.others++;
      return NO_CALL;
    }
    const startUs = timeOf(record.start);
    if (Number.isNaN(startUs)) return {column: 'start', value: String(record.start), rule: 'a time'};
    const {initUs, durationUs} = lengthsOf(record, notes, startUs);
    const limits = notes.get('limits');
    const path = notes.get('path');
    const name =
      typeof path === 'string' && path !== '' ? path : [record.namespace, record.name].filter(Boolean).join('/');
    const parts = name.split('/');
    return this.calls.add({
      name,
      owner: typeof record.namespace === 'string' ? record.namespace : parts[0],
      app: parts.length > 2 ? parts.slice(0, -1).join('/') : '',
      // What waits is the call: it came before its container was asked to do anything.
      timeUs: startUs - (msOf(notes.get('waitTime')) || 0),
      durationUs,
      coldUs: startOf(notes.has('initTime'), initUs),
      memoryMib: isRecord(limits) && typeof limits.memory === 'number' ? limits.memory : undefined,
    });
  }
}

/** The run alone: the duration of a record has its initialisation in it, and one that has no end has none. */
function lengthsOf(record: Record<string, unknown>, notes: ReadonlyMap<string, unknown>, startUs: number) {
  const initUs = msOf(notes.get('initTime'));
  const endUs = timeOf(record.end);
  const isOver = record.duration !== undefined || endUs > 0;
  const whole = record.duration === undefined ? endUs - startUs : msOf(record.duration);
  const durationUs = isOver ? Math.max(0, whole - (initUs > 0 ? initUs : 0)) : Number.NaN;
  return {initUs, durationUs};
}

/** Annotations come as pairs of key and value, in any order. */
function annotationsOf(list: unknown): ReadonlyMap<string, unknown> {
  if (isRecord(list)) return new Map(Object.entries(list));
  const pairs = Array.isArray(list) ? list.filter(isRecord) : [];
  return new Map(pairs.map(({key, value}) => [String(key), value]));
}

function recordIn(value: unknown): unknown {
  return isRecord(value) && isRecord(value.doc) ? value.doc : value;
}

function elementsOf(value: unknown, key: string): unknown[] {
  const list = isRecord(value) ? value[key] : undefined;
  return Array.isArray(list) ? list : [];
}

/** Milliseconds since 1970, or ISO text; an end at 0 is none. */
function timeOf(value: unknown): number {
  if (typeof value === 'number') return value > 0 ? Math.round(value * 1000) : Number.NaN;
  return typeof value === 'string' ? guessTimeUs(value) : Number.NaN;
}

function msOf(value: unknown): number {
  const ms = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  return typeof ms === 'number' ? Math.round(ms * 1000) : Number.NaN;
}
