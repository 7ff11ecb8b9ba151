/** How a function is called, as far as keeping it warm is concerned. */
export const callClasses = ['periodic', 'rare', 'bursty', 'steady'] as const;
export type CallClass = (typeof callClasses)[number];

/** What each class means, for people. */
export const callClassRules: Readonly<Record<CallClass, string>> = {
  periodic: 'even gaps: their CV is at most 0.25, or minute counts vary a tenth of Poisson',
  rare: 'fewer than one call an hour, or fewer than three at all',
  bursty: 'CV of the gaps above 1, or a minute of ten times the mean that is no chance',
  steady: 'the rest',
};

const RARE_PER_DAY = 24;
const EVEN_GAP_CV = 0.25;
const EVEN_DISPERSION = 0.1;
/** A burst hides in the CV of many even gaps: the busiest minute over the mean and the dispersion show it. */
const BURST = 10;
/** Fewer gaps than this may be even by chance. */
const MIN_CALLS = 5;

/**
 * The class of a function by its rate, the variation of its gaps and that of its minute counts (see
 * `CallSummary`). With `perMinute` counts, gaps below two minutes are not seen, so that only the dispersion of the
 * counts tells a clock from many callers.
 */
export function classOfCalls(
  calls: {calls: number; callsPerDay: number; peakPerMinute: number; gapCv: number; dispersion: number},
  perMinute: boolean,
): CallClass {
  const {callsPerDay, peakPerMinute, gapCv, dispersion} = calls;
  const gapsAreSeen = !perMinute || callsPerDay <= 720;
  const even = gapsAreSeen ? gapCv <= EVEN_GAP_CV : dispersion <= EVEN_DISPERSION;
  if (calls.calls >= MIN_CALLS && even) return 'periodic';
  if (callsPerDay < RARE_PER_DAY || Number.isNaN(gapCv)) return 'rare';
  const burst = dispersion > BURST && peakPerMinute >= (BURST * callsPerDay) / 1440;
  return gapCv > 1 || burst ? 'bursty' : 'steady';
}
