import {unservedNames} from '../../scheduler/core/call-outcomes.ts';

/** A row of the timeline is a window and a payer: so many doubles, in this order; all but the first two add up. */
export const timelineFields = [
  'window',
  'payer',
  'invocations',
  'warm',
  'cold',
  ...unservedNames,
  'duplicated',
  'prewarms',
  'busyUs',
  'idleUs',
  'startingUs',
  'waiting',
  'queuedUs',
  'delayUs',
  'usd',
] as const;
export type TimelineField = (typeof timelineFields)[number];

export const TIMELINE_FIELDS = timelineFields.length;

/** Where a field stands in a row. */
export function fieldOf(name: TimelineField): number {
  return timelineFields.indexOf(name);
}
