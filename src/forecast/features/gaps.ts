import type {CallHistory} from '../history.ts';
import {log2Of} from '../logarithms.ts';
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

/** What is known of the past gaps until another call ends one more: of these entries of that history. */
const known = {
  history: undefined as CallHistory | undefined,
  loads: 0,
  entries: 0,
  logMean: -1,
  logSpread: -1,
  common: 0,
  commonCount: 0,
};
/** What a pass over the past gaps finds of the present one; reused, so that a row allocates nothing. */
const found = {
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
};
const tally = new Uint16Array(LONGEST_GAP + 1);
/** By events and chances, both whole and at most `GAPS_KEPT`: their log-odds. */
const odds = Float64Array.from({length: (GAPS_KEPT + 1) ** 2}, (_, k) =>
  computedLogOdds(k % (GAPS_KEPT + 1), Math.floor(k / (GAPS_KEPT + 1))),
);

/**
 * The empirical hazard of the present gap, counted in several ways: the histogram of METHODS E1.1 ("hybrid
 * histogram", Shahrad et al., ATC 2020) turned into odds that the gap ends now, overall, lately, after a gap like the
 * last one, and over two gaps (timers that jitter); and how the commonest gap would continue.
 */
export const gaps: FeatureGroup = {
  features: names.map((name) => ({name, signal: name.startsWith('commonGap') ? 'period' : 'gaps'})),
  write(history, out, at) {
    learn(history);
    scan(history);
    const f = found;
    let to = at;
    out[to++] = known.logMean;
    out[to++] = known.logSpread;
    out[to++] = logOdds(f.equal, f.reached);
    out[to++] = log2Of(1 + f.equal);
    out[to++] = log2Of(1 + f.reached);
    out[to++] = log2Of(1 + f.near);
    out[to++] = computedLogOdds(f.equalFading, f.reachedFading);
    out[to++] = f.equalFading;
    out[to++] = f.reachedFading;
    out[to++] = logOdds(f.equalAfter, f.reachedAfter);
    out[to++] = log2Of(1 + f.equalAfter);
    out[to++] = log2Of(1 + f.reachedAfter);
    out[to++] = logOdds(f.equalTwo, f.reachedTwo);
    out[to++] = log2Of(1 + f.equalTwo);
    out[to++] = log2Of(1 + f.reachedTwo);
    out[to++] = logOdds(f.next5, f.reached);
    out[to++] = logOdds(f.next15, f.reached);
    out[to++] = logOdds(f.next60, f.reached);
    out[to++] = log2Of(1 + history.entries - 1 - f.reached);
    out[to++] = logOdds(f.inOne, f.reached);
    out[to++] = logOdds(f.inTwo, f.reached);
    writeCommonGap(history, out, to);
  },
};

/** Log-odds of `events` among `chances`, at most `GAPS_KEPT`, smoothed towards rare. */
function logOdds(events: number, chances: number): number {
  return odds[chances * (GAPS_KEPT + 1) + events]!;
}

function computedLogOdds(events: number, chances: number): number {
  return Math.log((events + 0.1) / (chances - events + 0.5));
}

/** How long gaps are, and which is the commonest: looked up anew after another call only. */
function learn(history: CallHistory): void {
  const {entries, gap, gapLog, loads} = history;
  if (known.history === history && known.loads === loads && known.entries === entries) return;
  known.history = history;
  known.loads = loads;
  known.entries = entries;
  known.common = known.commonCount = 0;
  const oldest = oldestGap(entries);
  for (let j = entries - 1; j >= oldest; j--) {
    const seen = ++tally[Math.min(LONGEST_GAP, gap[j]!)]!;
    if (seen <= known.commonCount) continue;
    known.commonCount = seen;
    known.common = gap[j]!;
  }
  for (let j = entries - 1; j >= oldest; j--) tally[Math.min(LONGEST_GAP, gap[j]!)] = 0;
  const size = Math.min(SHAPE_GAPS, entries - oldest);
  let sum = 0;
  let squares = 0;
  for (let j = entries - 1; j >= entries - size; j--) {
    const log = gapLog[j]!;
    sum += log;
    squares += log * log;
  }
  known.logMean = size > 0 ? sum / size : -1;
  known.logSpread = size > 0 ? Math.sqrt(Math.max(0, squares / size - known.logMean * known.logMean)) : -1;
}

/** The entry that ends the oldest gap looked back at. */
function oldestGap(entries: number): number {
  return Math.max(1, entries - GAPS_KEPT);
}

/** Walks the past gaps from the latest back, and counts those that bear on the present one. */
function scan({minute, gap, entries, now}: CallHistory): void {
  const since = now - minute[entries - 1]!;
  const sinceTwo = entries > 1 ? now - minute[entries - 2]! : 0;
  const last = entries > 1 ? gap[entries - 1]! : 0;
  const tolerance = Math.max(1, Math.round(0.05 * since));
  const lastTolerance = Math.round(0.05 * last);
  const oldest = oldestGap(entries);
  const f = found;
  f.equal = f.reached = f.near = f.equalAfter = f.reachedAfter = f.equalTwo = f.reachedTwo = 0;
  f.next5 = f.next15 = f.next60 = f.inOne = f.inTwo = 0;
  let equalFading = 0;
  let reachedFading = 0;
  let weight = 1;
  for (let j = entries - 1; j >= oldest; j--) {
    const length = gap[j]!;
    if (length >= since) {
      f.reached++;
      reachedFading += weight;
      if (length === since) {
        f.equal++;
        equalFading += weight;
      }
      if (length < since + 60) {
        f.next60++;
        if (length < since + 15) f.next15++;
        if (length < since + 5) f.next5++;
        if (length === since + 1) f.inOne++;
        if (length === since + 2) f.inTwo++;
      }
    }
    if (length >= since - tolerance && length <= since + tolerance) f.near++;
    weight *= FADE;
    if (j === 1) break;
    const before = gap[j - 1]!;
    if (length >= since && Math.abs(before - last) <= lastTolerance) {
      f.reachedAfter++;
      if (length === since) f.equalAfter++;
    }
    if (length + before >= sinceTwo) {
      f.reachedTwo++;
      if (length + before === sinceTwo) f.equalTwo++;
    }
  }
  f.equalFading = equalFading;
  f.reachedFading = reachedFading;
}

/** How the commonest gap, taken as a period, bears on the minute ahead. */
function writeCommonGap(history: CallHistory, out: Float32Array, at: number): void {
  const {common: period, commonCount} = known;
  if (commonCount < 2) {
    out.fill(-1, at, at + COMMON);
    return;
  }
  const since = history.now - history.minute[history.entries - 1]!;
  const phase = lookBack(history, period);
  out[at] = log2Of(period);
  out[at + 1] = commonCount / (history.entries - oldestGap(history.entries));
  out[at + 2] = (since % period) / period;
  out[at + 3] = phaseLift(phase, baseRate(history));
  out[at + 4] = since === period ? 1 : since % period === 0 ? 0.5 : 0;
  writePhaseCounts(phase, out, at + 5);
}
