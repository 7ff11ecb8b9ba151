import type {Strokes} from './timetable.ts';

const DAYS = ['MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT', 'SUN'] as const;

/** A time that comes again each day, or on one day of each week. */
export interface CronTime {
  readonly minute: string;
  readonly hour: string;
  /** `*` or a day's name: platforms disagree on what day 2 is. */
  readonly weekday: string;
}

/** The cron time of a minute of a day (1,440) or a week (10,080, from Monday). */
export function cronTime(minute: number, periodMinutes: number): CronTime {
  const day = Math.floor(minute / 1440) % 7;
  return {
    minute: String(minute % 60),
    hour: String(Math.floor(minute / 60) % 24),
    weekday: periodMinutes > 1440 ? DAYS[day]! : '*',
  };
}

/** When strokes begin and end: each hour, or at some hours of each day. */
export function strokeTimes({periodMinutes, fromMinute, minutes}: Strokes): {start: CronTime; end: CronTime} {
  const at = (minute: number): CronTime => {
    const first = minute % periodMinutes;
    if (periodMinutes < 60) {
      const list = Array.from({length: 60 / periodMinutes}, (_, i) => first + i * periodMinutes);
      return {minute: list.join(','), hour: '*', weekday: '*'};
    }
    const hours = Array.from(
      {length: 1440 / periodMinutes},
      (_, i) => Math.floor(first / 60) + (i * periodMinutes) / 60,
    );
    return {
      minute: String(first % 60),
      hour: hours.length === 24 ? '*' : hours.join(','),
      weekday: '*',
    };
  };
  return {start: at(fromMinute), end: at(fromMinute + minutes)};
}

/** Five fields: minute hour day month weekday. */
export function fiveFields({minute, hour, weekday}: CronTime): string {
  return `${minute} ${hour} * * ${weekday}`;
}

/** AWS: six fields, with `?` for the day that is not meant. */
export function awsCron({minute, hour, weekday}: CronTime): string {
  return weekday === '*' ? `cron(${minute} ${hour} * * ? *)` : `cron(${minute} ${hour} ? * ${weekday} *)`;
}
