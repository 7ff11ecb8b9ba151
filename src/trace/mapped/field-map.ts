import {usageError} from '../../base/errors.ts';
import {parseSizeMib, US_PER_MINUTE} from '../../base/units.ts';
import {parseNumber, parseScaled, scaleNumber} from '../../files/cells.ts';
import {Instant} from '../../files/instant.ts';
import {parseLengthIn} from '../../files/lengths.ts';
import {decimalShifts, parseDateUs, parseIsoUs, parseUsDateUs} from '../../files/times.ts';
import {utc, type Zone, zoneNamed} from '../../files/zones.ts';
import type {Clock} from '../collect/dated.ts';

/** What a column of any trace can be. */
export const traceFields = [
  'function',
  'app',
  'owner',
  'trigger',
  'arrival',
  'end',
  'minute',
  'count',
  'weight',
  'duration',
  'cold',
  'memory',
  'session',
  'room',
] as const;
export type TraceField = (typeof traceFields)[number];

/** Where a field comes from: a column, and for times and sizes how its cells become microseconds or MiB. */
export interface MappedField {
  readonly column: string;
  readonly unit: string;
  /** The cell in microseconds, MiB or minutes; NaN when it is none. Texts and counts are not converted. */
  readonly convert: (cell: string) => number;
  /** The same of a value that is no text; undefined where only its text can tell. */
  readonly ofValue: (value: unknown) => number | undefined;
  /** What the times of a column are; lengths and texts have none. */
  readonly clock: Clock;
}

export type FieldMap = ReadonlyMap<TraceField, MappedField>;

const POINTS: readonly TraceField[] = ['arrival', 'end', 'minute'];
const LENGTHS: readonly TraceField[] = ['duration', 'cold'];

/** `FIELD=COLUMN[:UNIT[:rel]],...`. A comma or colon in a column's name is written `\,` `\:`, a dot that joins no keys `\.`. */
export function parseFieldMap(text: string): FieldMap {
  const map = new Map<TraceField, MappedField>();
  for (const part of text.split(/(?<!\\),/)) {
    const match = /^\s*([a-z]+)\s*=((?:\\.|[^\\:])+)(?::([A-Za-zµμ][\w@/+µμ-]*))?(?::(rel))?\s*$/.exec(part);
    if (match === null) throw usageError(`--map has '${part}', must be FIELD=COLUMN or FIELD=COLUMN:UNIT`);
    const [, field, column, unit = '', relative] = match;
    if (!isField(field!))
      throw usageError(`--map names the field '${field}', must be one of ${traceFields.join(', ')}`);
    if (map.has(field)) throw usageError(`--map names the field '${field}' twice`);
    if (relative !== undefined && !POINTS.includes(field))
      throw usageError(`--map has '${part}', but only a time is relative`);
    const name = column!.replace(/\\([^.])/g, '$1').trim();
    map.set(field, {
      column: name,
      unit,
      convert: converter(field, unit, part),
      ofValue: valueConverter(field, unit),
      clock: relative === undefined ? clockOf(unit) : 'relative',
    });
  }
  checkCombination(map);
  return map;
}

/** Units that are dates. */
const DATES = ['iso', 'us-date', 'eu-date'];

function isField(name: string): name is TraceField {
  return (traceFields as readonly string[]).includes(name);
}

function clockOf(unit: string): Clock {
  if (/^(iso|us-date|eu-date)/.test(unit)) return 'calendar';
  return decimalShifts[unit] === undefined ? 'relative' : 'epoch';
}

function converter(field: TraceField, unit: string, part: string): (cell: string) => number {
  if (field === 'minute') {
    if (unit === '') return parseNumber;
    const toUs = pointConverter(unit, part);
    return (cell) => Math.floor(toUs(cell) / US_PER_MINUTE);
  }
  if (POINTS.includes(field)) return pointConverter(unit, part);
  if (LENGTHS.includes(field)) return lengthConverter(unit, part);
  if (field === 'memory') return sizeConverter(unit, part);
  const isCounter = field === 'count' && unit === 'counter';
  if (unit !== '' && !isCounter) throw usageError(`--map has '${part}', but '${field}' has no unit`);
  return parseNumber;
}

/** What a number or a time of a file with types is; agrees with `converter` of its text. */
function valueConverter(field: TraceField, unit: string): (value: unknown) => number | undefined {
  const shift = decimalShifts[unit];
  const mib = field === 'memory' ? parseSizeMib(`1${unit}`, '--map') : Number.NaN;
  const isMinute = field === 'minute';
  const isTime = POINTS.includes(field);
  return (value) => {
    if (value instanceof Instant) {
      // Its text, without a zone, is of the zone of the unit.
      if (!isTime || (isMinute && unit === '') || (value.isLocal && unit.includes('@'))) return undefined;
      return isMinute ? Math.floor(value.us / US_PER_MINUTE) : value.us;
    }
    const number = typeof value === 'bigint' ? safeNumber(value) : value;
    if (typeof number !== 'number' || !Number.isFinite(number)) return undefined;
    if (field === 'count' || field === 'weight') return number;
    if (field === 'memory') return number * mib;
    if (shift === undefined || !(isTime || LENGTHS.includes(field))) return undefined;
    const us = scaleNumber(number, shift);
    return us !== undefined && isMinute ? Math.floor(us / US_PER_MINUTE) : us;
  };
}

function safeNumber(value: bigint): number | undefined {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : undefined;
}

/** Microseconds of units that are no powers of ten of one. */
export const wholeUnits: Readonly<Record<string, number>> = {
  m: US_PER_MINUTE,
  min: US_PER_MINUTE,
  h: 60 * US_PER_MINUTE,
  d: 1440 * US_PER_MINUTE,
};

/** A time on a clock. Whatever number is expected, ISO text is read too, such as the times of Parquet files. */
function pointConverter(unit: string, part: string): (cell: string) => number {
  const [kind, zoneName] = unit.split('@', 2) as [string, string | undefined];
  if (zoneName !== undefined && !DATES.includes(kind)) {
    throw usageError(`--map has '${part}', but only iso, us-date and eu-date have a zone`);
  }
  const zone: Zone = zoneName === undefined ? utc : zoneNamed(zoneName, `--map '${part}'`);
  if (kind === 'iso') return (cell) => parseIsoUs(cell, zone);
  if (kind === 'us-date') return (cell) => parseUsDateUs(cell, zone);
  if (kind === 'eu-date') return (cell) => parseDateUs(cell, 'day-first', zone);
  const shift = decimalShifts[unit];
  const perUnit = wholeUnits[unit];
  if (shift === undefined && perUnit === undefined) throw unknownUnit(unit, part);
  const number = (cell: string): number =>
    shift === undefined ? Math.round(parseNumber(cell) * perUnit!) : parseScaled(cell, shift);
  return (cell) => {
    const us = number(cell);
    return Number.isNaN(us) ? parseIsoUs(cell) : us;
  };
}

function lengthConverter(unit: string, part: string): (cell: string) => number {
  if (clockOf(unit) === 'calendar') {
    throw usageError(`--map has '${part}', but an ISO time is no length of time`);
  }
  if (decimalShifts[unit] === undefined && wholeUnits[unit] === undefined) throw unknownUnit(unit, part);
  return (cell) => parseLengthIn(cell, unit);
}

function unknownUnit(unit: string, part: string) {
  return unit === ''
    ? usageError(`--map has '${part}' without a unit`, 'add one, such as :ms, :s or :iso')
    : usageError(`the unit in --map '${part}' is '${unit}', must be ns, us, ms, s, m, h, d, iso, us-date or eu-date`);
}

/** Sizes may say their own unit. */
function sizeConverter(unit: string, part: string): (cell: string) => number {
  if (unit === '') throw usageError(`--map has '${part}' without a unit`, 'add one, such as :MiB or :GB');
  const mib = parseSizeMib(`1${unit}`, `the unit in --map '${part}'`);
  return (cell) => {
    const plain = parseNumber(cell) * mib;
    return Number.isNaN(plain) ? sizeOrNan(cell) : plain;
  };
}

function sizeOrNan(cell: string): number {
  const match = /^\s*([\d.]+)\s*([kKMGT]i?B|B|[MG]i?)\s*$/.exec(cell);
  if (match === null) return Number.NaN;
  const unit = match[2]!;
  return parseNumber(match[1]!) * parseSizeMib(`1${unit.endsWith('B') ? unit : `${unit}B`}`, 'a size');
}

function checkCombination(map: FieldMap): void {
  const times = (['arrival', 'end', 'minute'] as const).filter((field) => map.has(field));
  if (times.length !== 1) {
    throw usageError(
      `--map has ${times.length === 0 ? 'none' : times.join(' and ')} of arrival, end and minute, must have exactly one`,
      'for calls: --map function=fn,arrival=ts:ms,duration=dur:ms',
      'for counts: --map function=fn,minute=minute,count=calls',
    );
  }
  if (map.has('end') && !map.has('duration')) {
    throw usageError("--map has 'end' without 'duration': when a call arrived is its end less its duration");
  }
  if (!map.has('minute') && map.has('count')) {
    throw usageError("--map has 'count', which needs 'minute'; calls that stand for several have a 'weight'");
  }
  if (map.has('minute') && map.has('cold')) throw usageError("--map has 'cold', which needs 'arrival' or 'end'");
  for (const field of ['session', 'room'] as const) {
    if (map.has('minute') && map.has(field))
      throw usageError(`--map has '${field}', which is of single calls and needs 'arrival' or 'end'`);
  }
  if (map.has('minute') && map.has('weight')) throw usageError("--map has 'weight', which needs 'arrival' or 'end'");
}
