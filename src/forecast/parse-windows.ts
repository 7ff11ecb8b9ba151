import {usageError} from '../base/errors.ts';
import {parseTimeUs, US_PER_MINUTE} from '../base/units.ts';
import {MINUTES_PER_WEEK} from './horizons.ts';

/** A window such as `10m` or `1h` in whole minutes, up to a week. */
export function parseMinutes(text: string, flag: string): number {
  const minutes = parseTimeUs(text, flag) / US_PER_MINUTE;
  if (!Number.isInteger(minutes) || minutes < 1 || minutes > MINUTES_PER_WEEK) {
    throw usageError(`${flag} is '${text}', must be whole minutes from 1m to 1w`);
  }
  return minutes;
}

/** Levels such as `0.5,0.9,0.975`: ascending, between 0 and 1. */
export function parseQuantiles(text: string, flag: string): number[] {
  const levels = text.split(',').map((part) => (part.trim() === '' ? Number.NaN : Number(part)));
  const sound = levels.every((level, i) => level > 0 && level < 1 && (i === 0 || level > levels[i - 1]!));
  if (!sound) throw usageError(`${flag} is '${text}', must be ascending levels between 0 and 1, such as 0.5,0.9,0.975`);
  return levels;
}
