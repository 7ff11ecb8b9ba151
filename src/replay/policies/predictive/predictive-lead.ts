import {US_PER_SECOND} from '../../../base/units.ts';

/** No start is begun earlier: a decision for the next minute looks no further ahead than that. */
const LONGEST_LEAD_US = 59 * US_PER_SECOND;

/** How long before a minute its instances are started, given the typical cold time: so that they are ready in time. */
export function predictiveLeadUs(coldUs: number): number {
  return Math.min(LONGEST_LEAD_US, Math.round(coldUs));
}
