import {isDateUs} from '../../files/times.ts';
import type {WorkloadDraft} from '../../workload/build/draft.ts';

/**
 * What a trace's times are: of the calendar; numbers that count from 1970 if that puts them after the year 2000; or from
 * a beginning of its own.
 */
export type Clock = 'calendar' | 'epoch' | 'relative';

/** The draft with its start time, where the clock says it. */
export function dated(draft: WorkloadDraft, clock: Clock): WorkloadDraft {
  const {originUs} = draft.meta;
  const knows = clock === 'calendar' || (clock === 'epoch' && isDateUs(originUs));
  if (!knows || draft.functions === 0) return draft;
  return {...draft, meta: {...draft.meta, startTime: new Date(originUs / 1000).toISOString()}};
}
