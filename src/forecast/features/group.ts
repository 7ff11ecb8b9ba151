import type {CallHistory} from '../history.ts';

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
  const active = history.entries - history.entriesBefore(history.now - 1440);
  return (active + 0.5) / (Math.min(1440, knownMinutes(history)) + 1);
}
