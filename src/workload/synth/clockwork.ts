import {MINUTES_PER_DAY} from './population.ts';

/** Minutes between firings that people write into cron lines, up to a month. */
const cronMinutes = [1, 2, 3, 5, 10, 15, 20, 30, 60, 120, 180, 240, 360, 480, 720, 1440, 10_080, 43_200] as const;

/** The cron period nearest to a rate, in minutes; 1 for anything above once a minute. */
export function cronPeriod(callsPerDay: number): number {
  const wanted = MINUTES_PER_DAY / callsPerDay;
  const longer = cronMinutes.findIndex((minutes) => minutes >= wanted);
  if (longer < 0) return cronMinutes.at(-1)!;
  if (longer === 0) return cronMinutes[0];
  const [below, above] = [cronMinutes[longer - 1]!, cronMinutes[longer]!];
  return wanted * wanted < below * above ? below : above;
}

/** Share of timers that fire on the full multiple of their period; others chose some other minute. */
const ON_THE_HOUR = 0.85;
/** Share of the jobs of once a day or less that run at midnight. */
const AT_MIDNIGHT = 0.35;

/** Minute within its period at which a function fires; `u` and `v` are random in (0, 1). */
export function cronPhase(period: number, u: number, v: number): number {
  const hour = 60;
  if (period <= hour) return u < ON_THE_HOUR ? 0 : Math.floor(((u - ON_THE_HOUR) / (1 - ON_THE_HOUR)) * period);
  const minute = u < ON_THE_HOUR ? 0 : Math.floor(((u - ON_THE_HOUR) / (1 - ON_THE_HOUR)) * hour);
  const midnight = period >= MINUTES_PER_DAY && v < AT_MIDNIGHT;
  const rest = period >= MINUTES_PER_DAY ? (v - AT_MIDNIGHT) / (1 - AT_MIDNIGHT) : v;
  return minute + (midnight ? 0 : hour * Math.floor((rest * period) / hour));
}

/** Firings in minutes [0, minutes) of a function that fires when `minute + clock` is `phase` modulo `period`. */
export function firingsOf(period: number, phase: number, clock: number, minutes: number): number {
  const first = firstFiring(period, phase, clock);
  return first >= minutes ? 0 : Math.floor((minutes - 1 - first) / period) + 1;
}

/** The first minute from 0 on at which it fires. */
export function firstFiring(period: number, phase: number, clock: number): number {
  return (((phase - clock) % period) + period) % period;
}
