import type {CallHistory} from '../history.ts';
import {baseRate, type FeatureGroup, lookBack, phaseLift, writePhaseCounts} from './group.ts';

/** Gaps looked back at. */
export const GAPS_KEPT = 128;
/** Gaps over which the mean and spread of log-gaps are taken. */
const SHAPE_GAPS = 32;
/** Weight of each gap relative to the one after it, where recent ones are to count more. */
const FADE = 0.85;
/** Gaps of at least this many minutes count as one when the commonest gap is sought. */
const LONGEST_GAP = 65_535;

const names = [
  'gapLogMean',
  'gapLogSpread',
  // Of the gaps that lasted as long as the present one: how many ended just then, and the log-odds of it.
  'hazard',
  'gapsEqual',
  'gapsReached',
  'gapsNear',
  'hazardFading',
  'gapsEqualFading',
  'gapsReachedFading',
  'hazardAfterSameGap',
  'gapsEqualAfterSameGap',
  'gapsReachedAfterSameGap',
  'hazardOfTwoGaps',
  'twoGapsEqual',
  'twoGapsReached',
  'hazardNext5',
  'hazardNext15',
  'hazardNext60',
  'gapsShorter',
  'hazardIn1',
  'hazardIn2',
  'commonGap',
  'commonGapShare',
  'commonGapPhase',
  'commonGapHits',
  'commonGapDue',
  'commonGapCalls',
  'commonGapSpread',
];
const COMMON = names.length - names.indexOf('commonGap');

/** What one pass over the past gaps finds; reused, so that a row allocates nothing. */
const found = {
  logSum: 0,
  logSquares: 0,
  shape: 0,
  equal: 0,
  reached: 0,
  near: 0,
  equalFading: 0,
  reachedFading: 0,
  equalAfter: 0,
  reachedAfter: 0,
  equalTwo: 0,
  reachedTwo: 0,
  next5: 0,
  next15: 0,
  next60: 0,
  inOne: 0,
  inTwo: 0,
  common: 0,
  commonCount: 0,
  gaps: 0,
};
const tally = new Uint16Array(LONGEST_GAP + 1);

/**
 * The empirical hazard of the present gap, counted in several ways: the histogram of METHODS E1.1 ("hybrid
 * histogram", Shahrad et al., ATC 2020) turned into odds that the gap ends now, overall, lately, after a gap like the
 * last one, and over two gaps (timers that jitter); and how the commonest gap would continue.
 */
export const gaps: FeatureGroup = {
  features: names.map((name) => ({name, signal: name.startsWith('commonGap') ? 'period' : 'gaps'})),
  write(history, out, at) {
    scan(history);
    const f = found;
    const mean = f.shape > 0 ? f.logSum / f.shape : -1;
    let to = at;
    out[to++] = mean;
    out[to++] = f.shape > 0 ? Math.sqrt(Math.max(0, f.logSquares / f.shape - mean * mean)) : -1;
    out[to++] = logOdds(f.equal, f.reached);
    out[to++] = Math.log2(1 + f.equal);
    out[to++] = Math.log2(1 + f.reached);
    out[to++] = Math.log2(1 + f.near);
    out[to++] = logOdds(f.equalFading, f.reachedFading);
    out[to++] = f.equalFading;
    out[to++] = f.reachedFading;
    out[to++] = logOdds(f.equalAfter, f.reachedAfter);
    out[to++] = Math.log2(1 + f.equalAfter);
    out[to++] = Math.log2(1 + f.reachedAfter);
    out[to++] = logOdds(f.equalTwo, f.reachedTwo);
    out[to++] = Math.log2(1 + f.equalTwo);
    out[to++] = Math.log2(1 + f.reachedTwo);
    out[to++] = logOdds(f.next5, f.reached);
    out[to++] = logOdds(f.next15, f.reached);
    out[to++] = logOdds(f.next60, f.reached);
    out[to++] = Math.log2(1 + history.entries - 1 - f.reached);
    out[to++] = logOdds(f.inOne, f.reached);
    out[to++] = logOdds(f.inTwo, f.reached);
    writeCommonGap(history, out, to);
  },
};

/** Log-odds of `events` among `chances`, smoothed towards rare. */
function logOdds(events: number, chances: number): number {
  return Math.log((events + 0.1) / (chances - events + 0.5));
}

/** Walks the past gaps from the latest back, and counts those that bear on the present one. */
function scan({minute, entries, now}: CallHistory): void {
  const f = found;
  for (const key in f) f[key as keyof typeof f] = 0;
  const since = now - minute[entries - 1]!;
  const sinceTwo = entries > 1 ? now - minute[entries - 2]! : 0;
  const last = entries > 1 ? minute[entries - 1]! - minute[entries - 2]! : 0;
  const tolerance = Math.max(1, Math.round(0.05 * since));
  const lastTolerance = Math.round(0.05 * last);
  const oldest = Math.max(1, entries - GAPS_KEPT);
  let weight = 1;
  for (let j = entries - 1; j >= oldest; j--) {
    const gap = minute[j]! - minute[j - 1]!;
    if (gap >= since) {
      f.reached++;
      f.reachedFading += weight;
      if (gap === since) {
        f.equal++;
        f.equalFading += weight;
      }
      if (gap < since + 60) {
        f.next60++;
        if (gap < since + 15) f.next15++;
        if (gap < since + 5) f.next5++;
        if (gap === since + 1) f.inOne++;
        if (gap === since + 2) f.inTwo++;
      }
    }
    if (gap >= since - tolerance && gap <= since + tolerance) f.near++;
    weight *= FADE;
    if (j > 1) {
      const before = minute[j - 1]! - minute[j - 2]!;
      if (gap >= since && Math.abs(before - last) <= lastTolerance) {
        f.reachedAfter++;
        if (gap === since) f.equalAfter++;
      }
      if (gap + before >= sinceTwo) {
        f.reachedTwo++;
        if (gap + before === sinceTwo) f.equalTwo++;
      }
    }
    if (f.shape < SHAPE_GAPS) {
      const log = Math.log2(gap);
      f.logSum += log;
      f.logSquares += log * log;
      f.shape++;
    }
    const seen = ++tally[gap < LONGEST_GAP ? gap : LONGEST_GAP]!;
    if (seen > f.commonCount) {
      f.commonCount = seen;
      f.common = gap;
    }
  }
  f.gaps = entries - oldest;
  for (let j = entries - 1; j >= oldest; j--) tally[Math.min(LONGEST_GAP, minute[j]! - minute[j - 1]!)] = 0;
}

/** How the commonest gap, taken as a period, bears on the minute ahead. */
function writeCommonGap(history: CallHistory, out: Float32Array, at: number): void {
  const {common: period, commonCount, gaps: gapCount} = found;
  if (commonCount < 2) {
    out.fill(-1, at, at + COMMON);
    return;
  }
  const since = history.now - history.minute[history.entries - 1]!;
  const phase = lookBack(history, period);
  out[at] = Math.log2(period);
  out[at + 1] = commonCount / gapCount;
  out[at + 2] = (since % period) / period;
  out[at + 3] = phaseLift(phase, baseRate(history));
  out[at + 4] = since === period ? 1 : since % period === 0 ? 0.5 : 0;
  writePhaseCounts(phase, out, at + 5);
}
