import type {Random} from '../../base/random.ts';
import type {AppLayout} from './app-layout.ts';
import {streamOf} from './streams.ts';

/** Names as Azure's trace has them. */
export const triggerNames = ['http', 'queue', 'event', 'orchestration', 'timer', 'storage', 'others'] as const;

const HTTP = 0;
const TIMER = 4;

/** Shares of the calls in the released trace of 2019. */
export const triggerCallShare = [0.225, 0.424, 0.309, 0.014, 0.018, 0.008, 0.002] as const;

/**
 * Shares of functions among those of neither HTTP nor timer. The trace's shares of all functions (43.3, 15.1, 2.6, 8.2,
 * 28.5, 2.3 and 5.7 %) add up to 105.7 %, as a function may have several triggers; here each has one.
 */
const otherTriggers: readonly (readonly [trigger: number, share: number])[] = [
  [1, 0.464],
  [2, 0.072],
  [3, 0.247],
  [5, 0.058],
  [6, 0.159],
];

/**
 * Apps of one trigger and of several, so that 64 % of apps have an HTTP function and 43 % nothing else, 29 % a timer and
 * 13 % nothing else (Shahrad et al. 2020), at the shares of functions above.
 */
const PURE_SHARE_OF_LARGER_APPS = 0.45;
const pureHttp = 0.576;
const pureTimer = 0.174;
const mixes: readonly {
  readonly share: number;
  readonly first: number;
  readonly second: number;
  readonly secondShare: number;
}[] = [
  {share: 0.49, first: HTTP, second: TIMER, secondShare: 0.8},
  {share: 0.36, first: HTTP, second: -1, secondShare: 0.93},
  {share: 0.15, first: TIMER, second: -1, secondShare: 0.7},
];

/** Trigger of each function, an index into `triggerNames`. */
export function drawTriggers({sizeOf}: AppLayout, functions: number, seed: number): Uint8Array {
  const triggers = new Uint8Array(functions);
  for (let app = 0, f = 0; app < sizeOf.length; f += sizeOf[app++]!) {
    const random = streamOf(seed, 'triggers', app);
    const size = sizeOf[app]!;
    if (size === 1 || random.next() < PURE_SHARE_OF_LARGER_APPS) {
      const u = random.next();
      const only = u < pureHttp ? HTTP : u < pureHttp + pureTimer ? TIMER : drawOther(random);
      triggers.fill(only, f, f + size);
    } else mixTriggers(triggers.subarray(f, f + size), random);
  }
  return triggers;
}

function mixTriggers(triggers: Uint8Array, random: Random): void {
  let u = random.next();
  const mix = mixes.find(({share}) => (u -= share) < 0) ?? mixes[0]!;
  for (let i = 0; i < triggers.length; i++) {
    // Both kinds are there: the first two functions see to it.
    const second = i === 1 || (i > 1 && random.next() < mix.secondShare);
    const trigger = second ? mix.second : mix.first;
    triggers[i] = trigger < 0 ? drawOther(random) : trigger;
  }
}

function drawOther(random: Random): number {
  let u = random.next();
  for (const [trigger, share] of otherTriggers) if ((u -= share) < 0) return trigger;
  return otherTriggers[0]![0];
}
