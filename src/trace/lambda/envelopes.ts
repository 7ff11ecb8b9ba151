import {isRecord, parsed} from '../../files/json-values.ts';
import {guessTimeUs} from '../../files/times.ts';
import {unpackedText} from '../../files/unpack.ts';
import type {Origin} from './origin.ts';

/** A message of a log with what its envelope says of it. */
export interface LogMessage {
  /** Text, or the value that a JSON log has written. */
  readonly message: unknown;
  /** When it was logged; NaN where the envelope does not say. */
  readonly timeUs: number;
  readonly origin: Origin;
}

/** Arrays of envelopes; the large ones say nothing of their events, so that these can be taken one by one. */
const arrays = ['events', 'logEvents'];
export const largeEnvelopes = ['events'];

/** What one delivery may unpack to. */
const MAX_DELIVERY_BYTES = 2 ** 26;

/**
 * The messages in a JSON value: an event of `filter-log-events` or `get-log-events`, a delivery of a subscription, packed
 * or not, or an event of Lambda's itself.
 */
export function* messagesIn(value: unknown, outer: Origin = {group: '', stream: ''}): Generator<LogMessage> {
  if (Array.isArray(value)) {
    for (const element of value) yield* messagesIn(element, outer);
    return;
  }
  if (!isRecord(value)) return;
  const origin = {
    group: textOf(value.logGroup ?? value.logGroupName ?? value['@log']) || outer.group,
    stream: textOf(value.logStream ?? value.logStreamName ?? value['@logStream']) || outer.stream,
  };
  for (const key of arrays) if (Array.isArray(value[key])) yield* messagesIn(value[key], origin);
  const packed = isRecord(value.awslogs) ? value.awslogs.data : undefined;
  if (typeof packed === 'string') yield* messagesIn(unpacked(packed), origin);
  const message = value.message ?? value['@message'];
  const isEvent = typeof value.type === 'string' && value.type.startsWith('platform.');
  if (isEvent) yield {message: value, timeUs: Number.NaN, origin};
  else if (message !== undefined)
    yield {message, timeUs: timeOf(value.timestamp ?? value['@timestamp'] ?? value.time), origin};
}

/** The value within a message of a JSON log; undefined for text. */
export function eventIn(message: unknown): unknown {
  if (typeof message !== 'string') return message;
  return /^\s*\{/.test(message) ? parsed(message) : undefined;
}

function unpacked(text: string): unknown {
  const json = unpackedText(text, MAX_DELIVERY_BYTES);
  return json === undefined ? undefined : parsed(json);
}

function timeOf(value: unknown): number {
  return typeof value === 'number' || typeof value === 'string' ? guessTimeUs(String(value)) : Number.NaN;
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
