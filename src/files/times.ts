import {US_PER_DAY, US_PER_HOUR, US_PER_MINUTE, US_PER_MS, US_PER_SECOND} from '../base/units.ts';
import {parseScaled} from './cells.ts';
import {utc, type Zone} from './zones.ts';

const iso =
  /^\s*(\d{4})([-/])(\d\d?)\2(\d\d?)(?:(?:[T ]|, )(\d\d?):(\d\d)(?::(\d\d)(?:[.,](\d{1,12}))?)?)?\s*(Z|UTC|GMT|[+-]\d\d(?::?\d\d)?)?\s*$/i;

/** A year below this is no year that anything was logged in. */
const FIRST_YEAR = 1000;

/**
 * An ISO 8601 time, with a blank for the T or slashes in the date if need be, in microseconds since 1970. One without a
 * zone is of `zone`. NaN for anything else, and for years below 1000.
 */
export function parseIsoUs(cell: string, zone: Zone = utc): number {
  const plain = plainIsoUs(cell);
  if (!Number.isNaN(plain)) return plain;
  const match = iso.exec(shortText(cell));
  if (match === null) return Number.NaN;
  const [, year, , month, day, hour = '0', minute = '0', second = '0', fraction = '0', offset] = match;
  const dayUs = dayStartUs(Number(year), Number(month), Number(day));
  const wallUs = dayUs + clockUs(Number(hour), Number(minute), Number(second), fraction);
  return offset === undefined ? zone(wallUs) : wallUs - offsetUs(offset);
}

/** The cell without blanks around it, '' if it is too long for a time. */
function shortText(cell: string): string {
  const text = cell.trim();
  return text.length > LONGEST_TIME ? '' : text;
}

const LONGEST_TIME = 80;

/** What comes first in a date with slashes, 1/5/2026. With dots or dashes, 5.1.2026, it is the day everywhere. */
export type DateOrder = 'month-first' | 'day-first';

const local =
  /^\s*(\d\d?)([/.-])(\d\d?)\2(\d{4})(?:,?\s+(\d\d?):(\d\d)(?::(\d\d)(?:[.,](\d{1,12}))?)?(?:\s*([AP])\.?\s?M\.?)?)?\s*(Z|UTC|GMT|[+-]\d\d(?::?\d\d)?)?\s*$/i;

/** An American date, `1/5/2026, 1:01:00.123 PM`, in microseconds since 1970; else as `parseIsoUs`. */
export function parseUsDateUs(cell: string, zone: Zone = utc): number {
  return parseDateUs(cell, 'month-first', zone);
}

/** A date of that order, `5/1/2026, 13:01:00.123`, or one with dots, in microseconds since 1970; else as `parseIsoUs`. */
export function parseDateUs(cell: string, order: DateOrder, zone: Zone = utc): number {
  // Some exports put narrow blanks before AM and PM.
  const match = local.exec(shortText(cell).replace(/[\u202f\u00a0]/g, ' '));
  if (match === null) return parseIsoUs(cell, zone);
  const [, first, mark, second, year, hour = '0', minute = '0', seconds = '0', fraction = '0', half, offset] = match;
  const isMonthFirst = mark === '/' && order === 'month-first';
  const [month, day] = isMonthFirst ? [first, second] : [second, first];
  const dayUs = dayStartUs(Number(year), Number(month), Number(day));
  const wallUs = dayUs + clockUs(hourOf(Number(hour), half), Number(minute), Number(seconds), fraction);
  return offset === undefined ? zone(wallUs) : wallUs - offsetUs(offset);
}

function hourOf(hour: number, half: string | undefined): number {
  if (half === undefined) return hour;
  if (hour < 1 || hour > 12) return Number.NaN;
  return (hour % 12) + (half.toUpperCase() === 'P' ? 12 : 0);
}

let lastDay = '';
let lastDayUs = 0;
const ZERO = 48;

/** `2026-01-05T10:00:00.123Z`, as most logs write it, without an expression; NaN for anything else. */
function plainIsoUs(cell: string): number {
  if (cell.length !== 24 || cell.charCodeAt(10) !== 84 || cell.charCodeAt(23) !== 90) return Number.NaN;
  const two = (at: number): number => {
    const [tens, ones] = [cell.charCodeAt(at) - ZERO, cell.charCodeAt(at + 1) - ZERO];
    return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : Number.NaN;
  };
  const day = cell.slice(0, 10);
  if (day !== lastDay) {
    const match = /^(\d{4})-(\d\d)-(\d\d)$/.exec(day);
    if (match === null) return Number.NaN;
    const start = dayStartUs(Number(match[1]), Number(match[2]), Number(match[3]));
    if (Number.isNaN(start)) return Number.NaN;
    [lastDay, lastDayUs] = [day, start];
  }
  const marks = cell[13] === ':' && cell[16] === ':' && (cell[19] === '.' || cell[19] === ',');
  const [hour, minute, second] = [two(11), two(14), two(17)];
  const ms = two(20) * 10 + cell.charCodeAt(22) - ZERO;
  if (!(marks && hour < 24 && minute < 60 && second < 60 && ms % 10 <= 9)) return Number.NaN;
  if (!(cell.charCodeAt(22) >= ZERO && cell.charCodeAt(22) <= ZERO + 9)) return Number.NaN;
  return lastDayUs + ((hour * 60 + minute) * 60 + second) * US_PER_SECOND + ms * US_PER_MS;
}

/** NaN for a day that no calendar has. */
function dayStartUs(year: number, month: number, day: number): number {
  const date = new Date(Date.UTC(year, month - 1, day));
  // Date turns February 30 into March 2: refuse instead.
  const valid = year >= FIRST_YEAR && date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
  return valid ? date.getTime() * US_PER_MS : Number.NaN;
}

function clockUs(hour: number, minute: number, second: number, fraction: string): number {
  if (!(hour < 24 && minute < 60 && second < 60)) return Number.NaN;
  const rest = Math.round(Number(`0.${fraction}`) * US_PER_SECOND);
  return hour * US_PER_HOUR + minute * US_PER_MINUTE + second * US_PER_SECOND + rest;
}

function offsetUs(zone: string): number {
  const match = /^([+-])(\d\d):?(\d\d)?$/.exec(zone);
  if (match === null) return 0;
  const minutes = Number(match[2]) * 60 + Number(match[3] ?? 0);
  return (match[1] === '-' ? -minutes : minutes) * US_PER_MINUTE;
}

/** Powers of ten that turn a unit into microseconds exactly. */
export const decimalShifts: Readonly<Record<string, number>> = {ns: -3, us: 0, µs: 0, μs: 0, ms: 3, s: 6};

/** Smallest numbers of each unit that lie after the year 2000, when counted from 1970. */
const YEAR_2000_S = 946_684_800;
const EPOCH_UNITS: readonly (readonly [shift: number, perSecond: number])[] = [
  [-3, 1e9],
  [0, 1e6],
  [3, 1e3],
  [6, 1],
];

/**
 * A time of whatever kind, in microseconds since 1970: ISO, a date of that order, or a number since 1970 in seconds, ms, us or ns,
 * by its size. NaN for anything else; so for numbers that lie before the year 2000 in all of them.
 */
export function guessTimeUs(cell: string, zone: Zone = utc, order: DateOrder = 'month-first'): number {
  const text = parseDateUs(cell, order, zone);
  if (!Number.isNaN(text)) return text;
  const value = Number(cell.trim() === '' ? Number.NaN : cell);
  const unit = EPOCH_UNITS.find(([, perSecond]) => value >= YEAR_2000_S * perSecond);
  return unit === undefined ? Number.NaN : parseScaled(cell, unit[0]);
}

/** Whether a time on a clock in microseconds since 1970 lies after the year 2000: then that clock is the calendar. */
export function isDateUs(us: number): boolean {
  return us >= YEAR_2000_S * US_PER_SECOND && us < 100 * 366 * US_PER_DAY + YEAR_2000_S * US_PER_SECOND;
}
