import {describe, expect, test} from 'vitest';
import {azurePopulation} from '../../../src/workload/synth/azure-population.ts';
import {azureCallsPerDay} from '../../../src/workload/synth/azure-rates.ts';
import {burrMemoryMib} from '../../../src/workload/synth/memory.ts';
import {ownRate} from '../../../src/workload/synth/synthesise.ts';
import {appMembers, azureLike, callsOf, DAY_US, quantile, shareOf} from './helpers.ts';

/** Two points, as far as the published figures were read from plots. */
const POINTS = 0.02;

function near(value: number, published: number, tolerance = POINTS): void {
  expect(Math.abs(value - published), `${value} beside ${published}`).toBeLessThanOrEqual(tolerance);
}

const population = azurePopulation(60_000, 245, 1);
const {callsPerDay, trigger, functions} = population;
const apps = appMembers(population);
const appRates = apps.map((members) => members.reduce((sum, f) => sum + callsPerDay[f]!, 0));
const total = callsPerDay.reduce((sum, calls) => sum + calls, 0);
const triggerOf = (f: number) => trigger.values[trigger.id[f]!]!;

describe('the population of Azure 2019 (Shahrad et al. 2020)', () => {
  test.each([
    [0, 1 / 14],
    [0.05, 1 / 14],
    [0.34, 1],
    [0.815, 287.4996],
    [0.968, 1e4],
    [1, 7e7],
  ])('the rate quantile at %d', (u, rate) => {
    expect(azureCallsPerDay(u)).toBeCloseTo(rate, -Math.floor(Math.log10(rate)) + 2);
  });

  test('a function is called 12.6 thousand times a day on average', () => {
    expect(total / functions / 12_600).toBeCloseTo(1, 2);
    expect(ownRate(population)).toBeCloseTo(total / 86_400, 6);
  });

  test.each([
    ['a day', 1, 0.34],
    ['an hour', 24, 0.64],
    ['a minute', 1440, 0.92],
  ])('T3: functions called at most once %s', (_, rate, share) => {
    near(
      shareOf(callsPerDay, (calls) => calls <= rate),
      share,
    );
  });

  test.each([
    ['an hour', 24, 0.45],
    ['a minute', 1440, 0.81],
  ])('T1: apps called at most once %s', (_, rate, share) => {
    near(
      shareOf(appRates, (calls) => calls <= rate),
      share,
    );
  });

  test('T2: the busiest 18.6 % of the apps get 99.6 % of the calls; rates span eight orders of magnitude', () => {
    const busiest = appRates.toSorted((a, b) => b - a).slice(0, Math.round(0.186 * apps.length));
    near(busiest.reduce((a, b) => a + b, 0) / total, 0.996, 0.003);
    expect(Math.log10(Math.max(...appRates) / Math.min(...appRates))).toBeGreaterThan(8);
  });

  test('T4: sizes of apps, and half of the calls for apps of at most three functions', () => {
    const sizes = apps.map((members) => members.length);
    near(
      shareOf(sizes, (size) => size === 1),
      0.54,
    );
    near(
      shareOf(sizes, (size) => size <= 10),
      0.95,
    );
    near(
      shareOf(sizes, (size) => size > 100),
      0.0004,
      0.0002,
    );
    // 72,359 functions of 24,274 apps in the released trace.
    expect(functions / apps.length).toBeCloseTo(2.98, 0);
    const small = apps.reduce((sum, members, app) => sum + (members.length <= 3 ? appRates[app]! : 0), 0);
    near(small / total, 0.5, 0.03);
  });

  test.each([
    ['http', 0.433, 0.225],
    ['queue', 0.151, 0.424],
    ['event', 0.026, 0.309],
    ['orchestration', 0.082, 0.014],
    ['timer', 0.285, 0.018],
    ['storage', 0.023, 0.008],
    ['others', 0.057, 0.001],
  ])('T5: share of the functions and of the calls of trigger %s', (name, ofFunctions, ofCalls) => {
    const own = Array.from({length: functions}, (_, f) => f).filter((f) => triggerOf(f) === name);
    near(own.length / functions, ofFunctions);
    near(own.reduce((sum, f) => sum + callsPerDay[f]!, 0) / total, ofCalls);
  });

  test('T7: timers and HTTP in apps', () => {
    const has = (name: string) =>
      shareOf(
        apps.map((members) => members.filter((f) => triggerOf(f) === name).length),
        (n) => n > 0,
      );
    const only = (name: string) =>
      shareOf(
        apps.map((members) => Number(members.every((f) => triggerOf(f) === name))),
        Boolean,
      );
    near(has('timer'), 0.29);
    near(only('timer'), 0.13);
    near(has('http'), 0.64);
    near(only('http'), 0.43);
  });

  test('T9: memory follows the Burr fit, in whole MiB, one size an app', () => {
    expect(burrMemoryMib(0.5)).toBe(140); // 139.6 before rounding
    expect(burrMemoryMib(1 - 1e-12)).toBe(10_240);
    expect(burrMemoryMib(1e-12)).toBeGreaterThanOrEqual(1);
    const ofApps = apps.map((members) => population.memoryMib[members[0]!]!);
    expect(quantile(ofApps, 0.5)).toBeCloseTo(140, -1);
    // Cumulative share at 200 and 400 MiB of the fit.
    const burr = (x: number) => 1 - (1 + (x / 107.083) ** 11.652) ** -0.221;
    for (const mib of [100, 200, 400])
      near(
        shareOf(ofApps, (size) => size <= mib),
        burr(mib + 0.5),
      );
    expect(population.memoryMib.every(Number.isInteger)).toBe(true);
    expect(apps.every((members) => new Set(members.map((f) => population.memoryMib[f]!)).size === 1)).toBe(true);
  });

  test('teams are of very different size, as Zipf has it', () => {
    const sizes = new Map<number, number>();
    for (const members of apps) {
      const team = population.owner.id[members[0]!]!;
      sizes.set(team, (sizes.get(team) ?? 0) + 1);
    }
    const sorted = [...sizes.values()].sort((a, b) => b - a);
    const harmonic = Array.from({length: 245}, (_, j) => 1 / (j + 1)).reduce((a, b) => a + b, 0);
    expect(sorted.length).toBe(245);
    near(sorted[0]! / apps.length, 1 / harmonic, 0.01);
    near(sorted[9]! / apps.length, 0.1 / harmonic, 0.005);
    expect(apps.every((members) => new Set(members.map((f) => population.owner.id[f]!)).size === 1)).toBe(true);
  });
});

describe('calls of that population', () => {
  const days = 7;
  const workload = azureLike(3000, {spanUs: days * DAY_US});
  const {minute, count} = workload.arrivals;
  const calls = callsOf(workload);

  test('T7: 95 % of the timers fire once a minute or less', () => {
    const timers = calls.filter((_, f) => workload.trigger.values[workload.trigger.id[f]!] === 'timer');
    near(
      shareOf(timers, (n) => n / days <= 1440),
      0.95,
    );
  });

  test('T8: means of functions are lognormal, three of four never take ten seconds', () => {
    const {meanMs, maxMs} = workload.duration;
    near(quantile(meanMs, 0.5) / 684, 1, 0.15);
    near(
      shareOf(meanMs, (ms) => ms < 1000),
      0.564,
    );
    near(
      shareOf(meanMs, (ms) => ms < 60_000),
      0.971,
    );
    near(
      shareOf(maxMs, (ms) => ms < 10_000),
      0.75,
      0.03,
    );
  });

  test('T10: the hours of the week stay within 0.75 and 1.25 of their mean, nights and weekends are quieter', () => {
    const hours = new Float64Array(24 * days);
    for (let i = 0; i < minute.values.length; i++) hours[Math.floor(minute.values[i]! / 60)]! += count.values[i]!;
    const mean = hours.reduce((a, b) => a + b, 0) / hours.length;
    expect(Math.min(...hours) / mean).toBeGreaterThan(0.75);
    expect(Math.max(...hours) / mean).toBeLessThan(1.25);
    const at = (hour: number, from: number, until: number) =>
      hours
        .slice(24 * from, 24 * until)
        .filter((_, h) => h % 24 === hour)
        .reduce((a, b) => a + b, 0) /
      (until - from);
    expect(at(14, 0, 5)).toBeGreaterThan(1.1 * at(2, 0, 5));
    expect(at(14, 0, 5)).toBeGreaterThan(1.02 * at(14, 5, 7));
  });

  test('minute counts of busy functions vary tens to hundreds of times as much as Poisson counts (17 to 1,019 in Azure 2021)', () => {
    const busy = calls
      .map((n, f) => ({n, f}))
      .filter(({n, f}) => n / days > 5e5 && workload.trigger.values[workload.trigger.id[f]!] !== 'timer');
    const dispersion = busy.map(({n, f}) => {
      const mean = n / (days * 1440);
      let squares = 0;
      for (let i = 0; i < count.length[f]!; i++) squares += (count.values[count.start[f]! + i]! - mean) ** 2;
      return squares / (days * 1440) / mean;
    });
    expect(busy.length).toBeGreaterThan(3);
    expect(quantile(dispersion, 0.5)).toBeGreaterThan(5);
    expect(Math.max(...dispersion)).toBeLessThan(1500);
  });
});

describe('gaps between the calls of an app', () => {
  const workload = azureLike(8000, {spanUs: 5 * DAY_US});
  const {minute, count} = workload.arrivals;

  const gaps = appMembers(workload)
    .map((members) => ({cv: gapCv(members), timers: timersAmong(members) / members.length}))
    .filter(({cv}) => !Number.isNaN(cv));
  const cvs = (test: (timers: number) => boolean) => gaps.filter(({timers}) => test(timers)).map(({cv}) => cv);

  // What a plot shows as 0.
  test.each([
    ['vary more than those of a Poisson process in 40 % of the apps', () => true, (cv: number) => cv > 1, 0.4, 0.04],
    [
      'do not vary in half of the apps of timers only',
      (timers: number) => timers === 1,
      (cv: number) => cv < 0.01,
      0.5,
      0.08,
    ],
    ['hardly ever vary more in those', (timers: number) => timers === 1, (cv: number) => cv <= 1, 0.93, 0.05],
    [
      'do not vary in 11 % of the apps without timers',
      (timers: number) => timers === 0,
      (cv: number) => cv < 0.01,
      0.11,
      POINTS,
    ],
  ])('T6: they %s', (_, apps, test, share, tolerance) => {
    near(shareOf(cvs(apps), test), share, tolerance);
  });

  function timersAmong(members: number[]): number {
    return members.filter((f) => workload.trigger.values[workload.trigger.id[f]!] === 'timer').length;
  }

  /** Coefficient of variation of the gaps of all calls of an app, each minute's calls evenly spread over it. */
  function gapCv(members: number[]): number {
    const minutes = new Map<number, number>();
    for (const f of members) {
      for (let i = 0; i < minute.length[f]!; i++) {
        const m = minute.values[minute.start[f]! + i]!;
        minutes.set(m, (minutes.get(m) ?? 0) + count.values[count.start[f]! + i]!);
      }
    }
    let [gaps, sum, squares, last] = [0, 0, 0, Number.NaN];
    for (const m of [...minutes.keys()].sort((a, b) => a - b)) {
      const n = minutes.get(m)!;
      const first = m + 0.5 / n;
      if (!Number.isNaN(last)) {
        gaps++;
        sum += first - last;
        squares += (first - last) ** 2;
      }
      gaps += n - 1;
      sum += (n - 1) / n;
      squares += (n - 1) / n ** 2;
      last = m + (n - 0.5) / n;
    }
    const mean = sum / gaps;
    return gaps < 2 ? Number.NaN : Math.sqrt(Math.max(0, squares / gaps - mean * mean)) / mean;
  }
});
