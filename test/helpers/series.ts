import {Random} from '../../src/base/random.ts';
import {type MinuteSeries, UNKNOWN_TRIGGER} from '../../src/demand/calls/minute-series.ts';
import {CallHistory} from '../../src/forecast/history.ts';

/** Calls of one function: [minute, count] pairs, ascending. */
export type Calls = readonly (readonly [minute: number, count: number])[];

export const noClock = {minuteOfDay: 0, dayOfWeek: Number.NaN};

/** Minute series of the given rows. */
export function seriesOf(rows: readonly Calls[], span: number, clock = noClock): MinuteSeries {
  const entries = rows.flat();
  const length = Float64Array.from(rows, (row) => row.length);
  const start = new Float64Array(rows.length);
  for (let f = 1; f < rows.length; f++) start[f] = start[f - 1]! + length[f - 1]!;
  return {
    rows: rows.length,
    span,
    minute: Uint32Array.from(entries, ([minute]) => minute),
    count: Uint32Array.from(entries, ([, count]) => count),
    start,
    countStart: start,
    length,
    trigger: new Uint8Array(rows.length).fill(UNKNOWN_TRIGGER),
    clock,
  };
}

/** A history of one function, standing at `now`. */
export function historyAt(calls: Calls, now: number, span = now + 100, clock = noClock): CallHistory {
  const history = new CallHistory(span, clock);
  history.load(seriesOf([calls], span, clock), 0);
  history.seek(now);
  return history;
}

/** A call every `period` minutes from `phase` on. */
export function timer(period: number, span: number, phase = 0, count = 1): Calls {
  return Array.from({length: Math.ceil((span - phase) / period)}, (_, k) => [phase + k * period, count] as const);
}

/** Calls in random minutes, each with probability `rate`, 1 to `most` of them. */
export function randomCalls(random: Random, span: number, rate: number, most = 5): Calls {
  const calls: [number, number][] = [];
  for (let t = 0; t < span; t++) if (random.next() < rate) calls.push([t, 1 + random.below(most)]);
  return calls;
}

/** A mixed population: timers, random callers, bursts, and functions that are never or once called. */
export function population(seed: number, rows: number, span: number): Calls[] {
  const random = new Random(seed);
  return Array.from({length: rows}, (_, f) => {
    if (f % 6 === 0) return timer(2 + random.below(40), span, random.below(20));
    if (f % 6 === 1) return randomCalls(random, span, 0.02);
    if (f % 6 === 2) return randomCalls(random, span, 0.9, 30);
    if (f % 6 === 3) return timer(60, span, random.below(60)).flatMap(([t]) => [[t, 20] as const, [t + 1, 9] as const]);
    if (f % 6 === 4) return random.next() < 0.5 ? [] : [[random.below(span), 3] as const];
    return randomCalls(random, span, 0.3, 2);
  }).map((calls) => calls.filter(([minute]) => minute < span));
}
