import {US_PER_DAY, US_PER_HOUR, US_PER_MINUTE} from '../base/units.ts';
import {parseNumber, parseScaled} from './cells.ts';
import {decimalShifts} from './times.ts';

const withUnit = /^\s*([+-]?[\d.]+(?:[eE][+-]?\d+)?)\s*([a-zA-Zµμ]+)\.?\s*$/;
const isoLength = /^\s*([+-])?P(?:([\d.]+)D)?(?:T(?:([\d.]+)H)?(?:([\d.]+)M)?(?:([\d.]+)S)?)?\s*$/i;
const clock = /^\s*([+-])?(?:(\d+)[.:])?(\d{1,2}):(\d\d):(\d\d(?:[.,]\d+)?)\s*$/;

/** Other names of units that logs write. */
const longNames: Readonly<Record<string, string>> = {
  nanos: 'ns',
  nanoseconds: 'ns',
  micros: 'us',
  microseconds: 'us',
  millis: 'ms',
  msec: 'ms',
  millisecond: 'ms',
  milliseconds: 'ms',
  sec: 's',
  secs: 's',
  second: 's',
  seconds: 's',
};
const wholeUnits: Readonly<Record<string, number>> = {
  m: US_PER_MINUTE,
  min: US_PER_MINUTE,
  mins: US_PER_MINUTE,
  minutes: US_PER_MINUTE,
  h: US_PER_HOUR,
  hours: US_PER_HOUR,
  d: US_PER_DAY,
};

/**
 * A length of time in whole microseconds that says its unit itself: `0.355s`, `12.34 ms`, `PT1.5S`, `00:00:01.23`. NaN
 * for anything else, and for a plain number.
 */
export function parseLengthUs(cell: string): number {
  const match = withUnit.exec(cell);
  if (match !== null) return unitLengthUs(match[1]!, match[2]!);
  const parts = isoLength.exec(cell);
  if (parts !== null && /\d/.test(cell)) {
    const [, sign, days, hours, minutes, seconds] = parts;
    return signed(sign, part(days, US_PER_DAY) + part(hours, US_PER_HOUR) + part(minutes, US_PER_MINUTE), seconds);
  }
  const onClock = clock.exec(cell);
  if (onClock === null) return Number.NaN;
  const [, sign, days, hours, minutes, seconds] = onClock;
  const wholeUs = part(days, US_PER_DAY) + part(hours, US_PER_HOUR) + part(minutes, US_PER_MINUTE);
  return signed(sign, wholeUs, seconds!.replace(',', '.'));
}

function unitLengthUs(number: string, name: string): number {
  const unit = longNames[name.toLowerCase()] ?? name;
  const shift = decimalShifts[unit] ?? decimalShifts[unit.toLowerCase()];
  if (shift !== undefined) return parseScaled(number, shift);
  const us = wholeUnits[unit.toLowerCase()];
  return us === undefined ? Number.NaN : Math.round(parseNumber(number) * us);
}

function part(text: string | undefined, unitUs: number): number {
  return text === undefined ? 0 : Math.round(Number(text) * unitUs);
}

function signed(sign: string | undefined, wholeUs: number, seconds: string | undefined): number {
  const us = wholeUs + (seconds === undefined ? 0 : parseScaled(seconds, decimalShifts.s!));
  return sign === '-' && us !== 0 ? -us : us;
}

/** A length of time in whole microseconds: a plain number is of `unit`, anything else says its own. NaN if it is none. */
export function parseLengthIn(cell: string, unit: string): number {
  const shift = decimalShifts[unit];
  const plain =
    shift === undefined ? Math.round(parseNumber(cell) * (wholeUnits[unit] ?? Number.NaN)) : parseScaled(cell, shift);
  return Number.isNaN(plain) ? parseLengthUs(cell) : plain;
}
