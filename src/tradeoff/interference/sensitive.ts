import {US_PER_SECOND} from '../../base/units.ts';
import type {DurationLaw} from '../../demand/durations/duration-law.ts';
import {triggerKind} from '../../workload/trigger-kind.ts';

/** What a trace shows of a function that tells whether somebody waits for its answer. */
export interface Signs {
  readonly trigger: string;
  readonly durations: DurationLaw | undefined;
  /** Calls that the durations are of. */
  readonly calls: number;
  /** Its calls rise and fall with the day, as people do. */
  readonly daily: boolean;
  /** It is called by the clock. */
  readonly timer: boolean;
}

/** Whether somebody waits for a function's answer, and why we think so. */
export interface Sensitivity {
  /** From 0 to 1: ranks functions by signs, .5 without any. No probability, and to be compared with none. */
  readonly score: number;
  readonly reasons: string;
}

/** Durations of fewer calls tell nothing of a function: those of a single one are always even. */
const ENOUGH_CALLS = 20;

/** Log-odds that each sign adds; our choice, to be fitted where labels exist (METHODS E2.3). */
const weights = {
  syncTrigger: 1.5,
  asyncTrigger: -1.5,
  timerTrigger: -2,
  shortMedian: 1,
  longMedian: -2,
  evenDurations: 0.5,
  unevenDurations: -0.5,
  daily: 0.5,
  clockwork: -1,
} as const;

const words: Readonly<Record<keyof typeof weights, string>> = {
  syncTrigger: 'its trigger waits for the answer',
  asyncTrigger: 'nobody waits on its trigger',
  timerTrigger: 'a timer calls it',
  shortMedian: 'median below 1 s',
  longMedian: 'median above 30 s',
  evenDurations: 'even durations',
  unevenDurations: 'uneven durations',
  daily: 'rises and falls with the day',
  clockwork: 'called by the clock',
};

/** Scores one function; every sign that counts is among the reasons, strongest first. */
export function sensitivityOf(signs: Signs): Sensitivity {
  const found = signsFound(signs).sort((a, b) => Math.abs(weights[b]) - Math.abs(weights[a]));
  const logOdds = found.reduce((sum, sign) => sum + weights[sign], 0);
  const reasons = found.map((sign) => `${weights[sign] > 0 ? '+' : '-'} ${words[sign]}`).join(', ');
  return {score: 1 / (1 + Math.exp(-logOdds)), reasons: reasons || 'the trace shows no sign'};
}

function signsFound({trigger, durations, calls, daily, timer}: Signs): (keyof typeof weights)[] {
  const found: (keyof typeof weights)[] = [];
  const kind = triggerKind(trigger);
  if (kind === 'sync') found.push('syncTrigger');
  if (kind === 'async') found.push('asyncTrigger');
  if (kind === 'timer') found.push('timerTrigger');
  if (durations && calls >= ENOUGH_CALLS) {
    const medianUs = durations.quantileUs(0.5);
    if (medianUs < US_PER_SECOND) found.push('shortMedian');
    if (medianUs > 30 * US_PER_SECOND) found.push('longMedian');
    if (durations.cv < 0.5) found.push('evenDurations');
    if (durations.cv > 2) found.push('unevenDurations');
  }
  if (daily) found.push('daily');
  // The trigger has said so already.
  if (timer && kind !== 'timer') found.push('clockwork');
  return found;
}
