import {isRecord} from '../../files/json-values.ts';

export type Attributes = ReadonlyMap<string, unknown>;

/** Attributes by key, their values without the type that OTLP wraps them in. */
export function attributesOf(list: unknown): Attributes {
  const pairs = Array.isArray(list) ? list.filter(isRecord) : [];
  return new Map(pairs.map(({key, value}) => [String(key), valueIn(value)]));
}

function valueIn(value: unknown): unknown {
  if (!isRecord(value)) return value;
  // 64-bit integers are texts or numbers.
  const {stringValue, boolValue, intValue, doubleValue} = value;
  return stringValue ?? boolValue ?? intValue ?? doubleValue;
}

const THOUSAND = 1000n;

/**
 * Nanoseconds since 1970, beyond what a double holds, as whole microseconds; NaN for what is none. A number in JSON has
 * lost its last digits already, which are less than a microsecond.
 */
export function microsOf(value: unknown): number {
  if (typeof value === 'number') return value > 0 ? Math.round(value / 1000) : Number.NaN;
  if (typeof value !== 'string' || !/^\d{1,20}$/.test(value)) return Number.NaN;
  const ns = BigInt(value);
  return ns === 0n ? Number.NaN : Number((ns + THOUSAND / 2n) / THOUSAND);
}
