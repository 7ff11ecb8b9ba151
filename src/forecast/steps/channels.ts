import {type Clock, knownTriggers} from '../../demand/calls/minute-series.ts';
import type {CallHistory} from '../history.ts';
import {MINUTES_PER_DAY} from '../horizons.ts';

/** What is known of a row at a minute besides its calls; `minute` counts from time 0 and may lie before it. */
export type Channel = (history: CallHistory, minute: number) => number;

const TRIGGER = 'trigger:';

/** Channels of the calendar, UTC: 0 where the trace does not say when it began. */
const calendar: Readonly<Record<string, (minuteOfWeek: number) => number>> = {
  minute: (of) => of % 60,
  hour: (of) => Math.floor((of % MINUTES_PER_DAY) / 60),
  weekday: (of) => Math.floor(of / MINUTES_PER_DAY),
  weekend: (of) => (of >= 5 * MINUTES_PER_DAY ? 1 : 0),
};

const names = [...Object.keys(calendar), 'known', ...knownTriggers.map((trigger) => TRIGGER + trigger)];

/** Which channels there are, in the words of a message. */
export const channelRule = {
  knows: (name: string): boolean => names.includes(name),
  text: `must be one of ${names.join(', ')}`,
};

/** The channel of that name; it must be one. */
export function channelNamed(name: string): Channel {
  const ofWeek = calendar[name];
  if (ofWeek !== undefined) {
    return ({clock}, minute) => {
      const at = minuteOfWeek(clock, minute);
      return Number.isNaN(at) ? 0 : ofWeek(at);
    };
  }
  // A step that lies in the trace, whatever was called in it.
  if (name === 'known') return (_, minute) => (minute >= 0 ? 1 : 0);
  const code = (knownTriggers as readonly string[]).indexOf(name.slice(TRIGGER.length));
  return ({trigger}) => (trigger === code ? 1 : 0);
}

/** Minutes since Monday's midnight; NaN where the trace names no date. */
function minuteOfWeek({dayOfWeek, minuteOfDay}: Clock, minute: number): number {
  const week = 7 * MINUTES_PER_DAY;
  const at = (dayOfWeek * MINUTES_PER_DAY + minuteOfDay + minute) % week;
  return at < 0 ? at + week : at;
}
