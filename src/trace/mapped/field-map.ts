import {usageError} from '../../base/errors.ts';
import {parseSizeMib, parseTimeUs} from '../../base/units.ts';
import {parseIsoUs, parseNumber, parseScaled} from '../../files/cells.ts';

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
  'duration',
  'cold',
  'memory',
] as const;
export type TraceField = (typeof traceFields)[number];

/** Where a field comes from: a column, and for times and sizes how its cells become microseconds or MiB. */
export interface MappedField {
  readonly column: string;
  readonly unit: string;
  /** The cell in microseconds, MiB or minutes; NaN when it is none. Texts and counts are not converted. */
  readonly convert: (cell: string) => number;
}

export type FieldMap = ReadonlyMap<TraceField, MappedField>;

const timeFields: readonly TraceField[] = ['arrival', 'end', 'duration', 'cold'];
const US_PER_MINUTE = 60_000_000;

/** `FIELD=COLUMN[:UNIT],...`. Times and sizes need a unit; a comma or colon in a column's name is written `\,` `\:`. */
export function parseFieldMap(text: string): FieldMap {
  const map = new Map<TraceField, MappedField>();
  for (const part of text.split(/(?<!\\),/)) {
    const match = /^\s*([a-z]+)\s*=((?:\\.|[^\\:])+)(?::([A-Za-zµ]+))?$/.exec(part);
    if (match === null) throw usageError(`--map has '${part}', must be FIELD=COLUMN or FIELD=COLUMN:UNIT`);
    const [, field, column, unit = ''] = match;
    if (!isField(field!))
      throw usageError(`--map names the field '${field}', must be one of ${traceFields.join(', ')}`);
    if (map.has(field)) throw usageError(`--map names the field '${field}' twice`);
    map.set(field, {column: column!.replace(/\\(.)/g, '$1').trim(), unit, convert: converter(field, unit, part)});
  }
  checkCombination(map);
  return map;
}

function isField(name: string): name is TraceField {
  return (traceFields as readonly string[]).includes(name);
}

function converter(field: TraceField, unit: string, part: string): (cell: string) => number {
  if (timeFields.includes(field)) return timeConverter(unit, part, field === 'arrival' || field === 'end');
  if (field === 'memory') {
    if (unit === '') throw usageError(`--map has '${part}' without a unit`, 'add one, such as :MiB or :GB');
    const mib = parseSizeMib(`1${unit}`, `the unit in --map '${part}'`);
    return (cell) => parseNumber(cell) * mib;
  }
  if (field === 'minute') {
    if (unit === '') return parseNumber;
    const toUs = timeConverter(unit, part, true);
    return (cell) => Math.floor(toUs(cell) / US_PER_MINUTE);
  }
  if (unit !== '') throw usageError(`--map has '${part}', but '${field}' has no unit`);
  return parseNumber;
}

/** Powers of ten that turn the unit into microseconds exactly. */
const shifts: Readonly<Record<string, number>> = {ns: -3, us: 0, µs: 0, ms: 3, s: 6};

function timeConverter(unit: string, part: string, isPoint: boolean): (cell: string) => number {
  if (unit === '') throw usageError(`--map has '${part}' without a unit`, 'add one, such as :ms, :s or :iso');
  if (unit === 'iso') {
    if (!isPoint) throw usageError(`--map has '${part}', but an ISO time is no length of time`);
    return parseIsoUs;
  }
  const shift = shifts[unit];
  if (shift !== undefined) return (cell) => parseScaled(cell, shift);
  const us = parseTimeUs(`1${unit}`, `the unit in --map '${part}'`);
  return (cell) => Math.round(parseNumber(cell) * us);
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
  if (!map.has('minute') && map.has('count')) throw usageError("--map has 'count', which needs 'minute'");
  if (map.has('minute') && map.has('cold')) throw usageError("--map has 'cold', which needs 'arrival' or 'end'");
}
