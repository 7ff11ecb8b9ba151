import {type Fold, spreadSeconds} from '../../demand/rhythm/fold.ts';

const DAY = 86_400;

/** What a schedule is priced with. */
export interface ScheduleTerms {
  /** From the start order to the call, seconds: cold time, other starts at the same time, early calls. */
  readonly leadSeconds: number;
  /** How late a call may come beyond its usual spread. */
  readonly jitterSeconds: number;
  /** How exactly the trace tells when a call came: it may come that much after its phase. 0 for single calls. */
  readonly resolutionSeconds: number;
  readonly warmUsdPerSecond: number;
  readonly coldUsd: number;
}

/** When to start and to drop an instance ahead of a periodic call. */
export interface PreWarm {
  /** `none` when a cold start is cheaper, `keep` when start and drop would overlap. */
  readonly action: 'pre-warm' | 'keep' | 'none';
  /** Seconds after each multiple of the period, in [0, period). */
  readonly startSeconds: number;
  readonly untilSeconds: number;
  readonly usdPerDay: number;
  /** Cold starts avoided, less `usdPerDay`. */
  readonly savesUsdPerDay: number;
}

/** The window from lead time before a call's phase to spread, jitter and the trace's resolution after it, if it pays. */
export function preWarmOf(fold: Fold, terms: ScheduleTerms): PreWarm {
  const {periodSeconds, phaseSeconds, kept} = fold;
  const spread = spreadSeconds(fold);
  const early = terms.leadSeconds + spread;
  const late = spread + terms.jitterSeconds + terms.resolutionSeconds;
  const held = Math.min(periodSeconds, early + late);
  const cycles = DAY / periodSeconds;
  const usdPerDay = cycles * held * terms.warmUsdPerSecond;
  const savesUsdPerDay = cycles * kept * terms.coldUsd - usdPerDay;
  const wrapped = (seconds: number): number => ((seconds % periodSeconds) + periodSeconds) % periodSeconds;
  const action = savesUsdPerDay <= 0 ? 'none' : held === periodSeconds ? 'keep' : 'pre-warm';
  return {
    action,
    startSeconds: wrapped(phaseSeconds - early),
    untilSeconds: wrapped(phaseSeconds + late),
    usdPerDay: action === 'none' ? 0 : usdPerDay,
    savesUsdPerDay: Math.max(0, savesUsdPerDay),
  };
}
