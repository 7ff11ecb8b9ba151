/** What becomes of calls that are served neither warm nor cold: together with those, all there are. `lost`: by a failure. */
export const unservedNames = [
  'dropped',
  'throttled',
  'abandoned',
  'stillQueued',
  'expired',
  'shed',
  'coalesced',
  'lost',
] as const;

/** Those of them that nobody will ever serve, nor anything in their place. */
export const lostNames = ['dropped', 'throttled', 'abandoned', 'expired', 'shed', 'lost'] as const;

/** What becomes of a call besides being served warm; and attempts that were over when another of their call was already. */
export const functionOutcomes = ['cold', ...unservedNames, 'duplicated'] as const;

/** What becomes of a call, or of an attempt beside it, as a log has it; the place in this list is how it is written down. */
export const callOutcomes = ['warm', 'cold', ...unservedNames, 'timeout', 'duplicated'] as const;
export type CallOutcome = (typeof callOutcomes)[number];
