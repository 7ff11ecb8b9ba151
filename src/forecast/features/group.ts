import {type CallHistory, DAY_WINDOW} from '../history.ts';
import {log1pOf} from '../logarithms.ts';

/** One feature: its name in the model's contract, and the signal it belongs to (what `--importance` prices). */
export interface Feature {
  readonly name: string;
  readonly signal: Signal;
}

/** Kinds of evidence that a call is near, as a person would name them. */
export const signals = {
  recency: 'time since the last call and how often calls came lately',
  gaps: 'the history of gaps between calls',
  period: 'phase of a period: calls one, two, ... periods ago',
  volume: 'how many calls come in a minute',
  season: 'the same time yesterday and last week',
  minute: 'minute of the hour',
  hour: 'hour of the day',
  weekday: 'day of the week',
  trigger: 'what triggers the function',
} as const;
export type Signal = keyof typeof signals;

/** Features computed together. `write` fills `out[at .. at + features.length)` from the past alone, allocating nothing. */
export interface FeatureGroup {
  readonly features: readonly Feature[];
  write(history: CallHistory, out: Float32Array, at: number): void;
}

/** Minutes in which the function has been known, its first call's included; at least 1. */
export function knownMinutes(history: CallHistory): number {
  return history.now - history.minute[0]!;
}

/** Smoothed share of active minutes over the last day: the chance of a call that nothing else is known of. */
export function baseRate(history: CallHistory): number {
  const active = history.entries - history.entriesBeforeWindow(DAY_WINDOW);
  return (active + 0.5) / (Math.min(1440, knownMinutes(history)) + 1);
}

/** Periods looked back at. */
export const CYCLES = 8;

/** What the minutes one, two, ... periods before the minute ahead brought; reused, so that a row allocates nothing. */
const phase = {cycles: 0, hits: 0, logs: 0, logSquares: 0};

/** Looks back up to eight periods, no further than the first call. */
export function lookBack(history: CallHistory, period: number): typeof phase {
  const first = history.minute[0]!;
  phase.cycles = phase.hits = phase.logs = phase.logSquares = 0;
  for (let t = history.now - period; phase.cycles < CYCLES && t >= first; t -= period) {
    phase.cycles++;
    const calls = history.callsAt(t);
    if (calls === 0) continue;
    phase.hits++;
    const log = log1pOf(calls);
    phase.logs += log;
    phase.logSquares += log * log;
  }
  return phase;
}

/** The same as far as `phaseLift` asks: how many cycles there were, and how many brought calls. */
export function lookBackForHits(history: CallHistory, period: number): typeof phase {
  const first = history.minute[0]!;
  let cycles = 0;
  let hits = 0;
  for (let t = history.now - period; cycles < CYCLES && t >= first; t -= period) {
    cycles++;
    if (history.callsAt(t) !== 0) hits++;
  }
  phase.cycles = cycles;
  phase.hits = hits;
  return phase;
}

/** How much likelier than usual a call was in that phase: a log-ratio, drawn towards 0 where few cycles are known. */
export function phaseLift({cycles, hits}: typeof phase, base: number): number {
  return cycles > 0 ? Math.log((hits + 2 * base) / (cycles + 2) / base) : 0;
}

/** Mean and spread of log(1 + calls) of the active minutes in that phase, -1 where there is none. */
export function writePhaseCounts({hits, logs, logSquares}: typeof phase, out: Float32Array, at: number): void {
  const mean = logs / hits;
  out[at] = hits > 0 ? mean : -1;
  out[at + 1] = hits > 0 ? Math.sqrt(Math.max(0, logSquares / hits - mean * mean)) : -1;
}
