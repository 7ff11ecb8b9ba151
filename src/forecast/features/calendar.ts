import {knownTriggers} from '../../demand/calls/minute-series.ts';
import {MINUTES_PER_DAY} from '../horizons.ts';
import type {Feature, FeatureGroup} from './group.ts';

/** Minutes of the hour at which timers like to fire: the hour, the half hour, and multiples. */
const multiples = [60, 30, 15, 10, 5] as const;

const features: Feature[] = [
  ...multiples.map((minutes) => ({name: `onMultipleOf${minutes}`, signal: 'minute' as const})),
  ...['hourSine', 'hourCosine', 'halfDaySine', 'halfDayCosine'].map((name) => ({name, signal: 'hour' as const})),
  ...['weekdaySine', 'weekdayCosine', 'weekend'].map((name) => ({name, signal: 'weekday' as const})),
  ...knownTriggers.map((trigger) => ({name: `trigger:${trigger}`, signal: 'trigger' as const})),
];

/** By whole minute of the day: its sines and cosines, NaN until they are asked for. */
const turns = new Float32Array(4 * MINUTES_PER_DAY).fill(Number.NaN);

/** Where the minute ahead lies in hour, day and week (0 where the trace names no date), and the trigger. */
export const calendar: FeatureGroup = {
  features,
  write({clock, now, trigger}, out, at) {
    const minute = clock.minuteOfDay + now;
    let to = at;
    for (const multiple of multiples) out[to++] = minute % multiple === 0 ? 1 : 0;
    writeTurns(minute % MINUTES_PER_DAY, out, to);
    to += 4;
    const weekday = (clock.dayOfWeek + Math.floor(minute / MINUTES_PER_DAY)) % 7;
    const known = !Number.isNaN(weekday);
    out[to++] = known ? Math.sin((2 * Math.PI * weekday) / 7) : 0;
    out[to++] = known ? Math.cos((2 * Math.PI * weekday) / 7) : 0;
    out[to++] = known && weekday >= 5 ? 1 : 0;
    for (let code = 0; code < knownTriggers.length; code++) out[to++] = code === trigger ? 1 : 0;
  },
};

/** Sine and cosine of the day and of half of it, `minute` minutes into the day. */
function writeTurns(minute: number, out: Float32Array, at: number): void {
  if (!Number.isInteger(minute) || minute < 0) computeTurns(minute, out, at);
  else {
    const from = 4 * minute;
    if (Number.isNaN(turns[from]!)) computeTurns(minute, turns, from);
    for (let k = 0; k < 4; k++) out[at + k] = turns[from + k]!;
  }
}

function computeTurns(minute: number, out: Float32Array, at: number): void {
  for (const turn of [1, 2]) {
    const angle = (2 * Math.PI * turn * minute) / MINUTES_PER_DAY;
    out[at + 2 * turn - 2] = Math.sin(angle);
    out[at + 2 * turn - 1] = Math.cos(angle);
  }
}
