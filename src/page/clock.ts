import type * as Plot from '@observablehq/plot';
import {formatTimeUs, US_PER_MS} from '../base/units.ts';

/** Times of the trace: as UTC where it says when it began, else hours since its beginning. */
export interface Clock {
  readonly known: boolean;
  at(ms: number): number | Date;
}

export function clockFrom(startMs: number | null): Clock {
  if (startMs === null) return {known: false, at: (ms) => ms / 3_600_000};
  return {known: true, at: (ms) => new Date(startMs + ms)};
}

export function timeText(x: number | Date, {known}: Clock): string {
  if (known) return `${(x as Date).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
  return `${formatTimeUs((x as number) * 3_600_000 * US_PER_MS)} in`;
}

export function clockAxis({known}: Clock): Plot.ScaleOptions {
  return known ? {type: 'utc', label: 'UTC'} : {type: 'linear', label: 'hours since the trace began'};
}
