import {fileURLToPath} from 'node:url';
import {describe, expect, test} from 'vitest';
import {describeReport} from '../../../src/tasks/describe/describe-report.ts';
import {describeText} from '../../../src/tasks/describe/describe-text.ts';
import {readTrace} from '../../../src/trace/read-trace.ts';
import {COLD_UNTIMED, UNKNOWN_START, WARM, type Workload} from '../../../src/workload/workload.ts';
import {eventWorkload, minuteWorkload} from '../../helpers/workload.ts';

const fixture = fileURLToPath(new URL('../../../fixtures/traces/azure2019-d07-window480', import.meta.url));

/** Ten hours of a timer every 10 minutes, a busy function with one burst, and two that are called once. */
const workload = minuteWorkload(
  [
    ...Array.from({length: 60}, (_, i) => ({function: 'clock', app: 'a', trigger: 'timer', minute: 10 * i, count: 1})),
    ...Array.from({length: 300}, (_, i) => ({
      function: 'api',
      app: 'a',
      trigger: 'http',
      minute: 2 * i,
      count: i === 7 ? 91 : 1,
    })),
    {function: 'once', app: 'b', owner: 'x', minute: 100, count: 1, memoryMib: 256},
    {function: 'twice', app: 'b', owner: 'y', minute: 599, count: 2, memoryMib: 128},
  ],
  [0, 600],
);

test('what the trace says of cold starts is told, and nothing where it says nothing', () => {
  const call = (name: string, at: number, cold: number) => ({function: name, at, duration: 1, cold});
  const told = eventWorkload([
    call('a', 0, 300_000),
    call('a', 1, WARM),
    call('a', 2, COLD_UNTIMED),
    call('a', 3, UNKNOWN_START),
    call('b', 4, UNKNOWN_START),
  ]);
  const report = describeReport(told, 2);
  expect(report.observedCold).toEqual({calls: 2, of: 3, share: 2 / 3, coldTimeMs: {p50: 300, p99: 300}});
  expect(describeText(report)).toContain('66.7 % of 3 calls cold, as the trace says; cold time p50 300 ms');
  expect(report.busiest.map((row) => [row.function, row.coldObserved]).sort()).toEqual([
    ['a', 2],
    ['b', null],
  ]);
  expect(describeReport(workload, 2).observedCold).toBe(null);
});

/** The workload whose functions run for so long on average, milliseconds; NaN: unknown. */
function lasting(workload: Workload, ...meanMs: readonly number[]): Workload {
  return {...workload, duration: {...workload.duration, meanMs: Float64Array.from(meanMs)}};
}

describe('what a trace is', () => {
  const report = describeReport(workload, 2);

  test('an app is a pair of owner and app', () => {
    expect(report).toMatchObject({
      functions: 4,
      apps: 3,
      owners: 3,
      invocations: 453,
      spanMs: 36_000_000,
      arrivals: 'minute',
    });
  });

  test('rates and the busiest minute', () => {
    expect(report.rate).toEqual({
      perSecond: 453 / 36_000,
      meanPerMinute: 453 / 600,
      peakPerMinute: 91,
      peakAtMs: 14 * 60_000,
      peakToMean: 91 / (453 / 600),
      // No call of it has a duration.
      busyInstances: null,
      withoutDuration: 1,
    });
  });

  test('each function has one class', () => {
    expect(report.classes).toEqual([
      {class: 'periodic', functions: 1, functionShare: 0.25, invocations: 60, invocationShare: 60 / 453},
      {class: 'rare', functions: 2, functionShare: 0.5, invocations: 3, invocationShare: 3 / 453},
      {class: 'bursty', functions: 1, functionShare: 0.25, invocations: 390, invocationShare: 390 / 453},
      {class: 'steady', functions: 0, functionShare: 0, invocations: 0, invocationShare: 0},
    ]);
  });

  test('ranks are the smallest value with at least that share at or below', () => {
    expect(report.callsPerDay).toMatchObject({p25: 2.4, p50: 4.8, p75: 144, p90: 936, max: 936});
    expect(report.memoryMib).toMatchObject({unknown: 2, p50: 128, p75: 256, functionMean: 192});
  });

  test('shares called at most so often, over functions and over apps', () => {
    expect(report.atMost).toEqual([
      {calls: 'one a day', functions: 0, apps: 0},
      {calls: 'one an hour', functions: 0.5, apps: 2 / 3},
      {calls: 'one a minute', functions: 1, apps: 1},
    ]);
  });

  test('of equal minutes the first is the busiest; one call in a day is one a day; half of the calls need no more than half', () => {
    const even = describeReport(
      minuteWorkload(
        [
          {function: 'f', minute: 3, count: 1},
          {function: 'g', minute: 7, count: 1},
        ],
        [0, 1440],
      ),
      2,
    );
    expect(even.rate.peakAtMs).toBe(3 * 60_000);
    expect(even.atMost[0]).toEqual({calls: 'one a day', functions: 1, apps: 0});
    expect(even.concentration.needed[0]).toEqual({invocationShare: 0.5, functions: 1});
  });

  test('gaps of one and four minutes in turn vary by 0.6 of their mean: less than at random', () => {
    const minutes = Array.from({length: 40}, (_, k) => 5 * Math.floor(k / 2) + (k % 2));
    const {iatCv} = describeReport(minuteWorkload(minutes.map((minute) => ({function: 'f', minute, count: 1}))), 1);
    expect(iatCv).toMatchObject({functions: 1, above1: 0});
    expect(iatCv.p50).toBeCloseTo(0.6, 1);
  });

  test('concentration both ways', () => {
    expect(report.concentration.top[0]).toEqual({functionShare: 0.01, invocationShare: 390 / 453});
    expect(report.concentration.needed.map(({functions}) => functions)).toEqual([1, 2, 2]);
  });

  test('triggers by number of functions, the unknown among them', () => {
    expect(report.triggers.map(({trigger, functions}) => [trigger, functions])).toEqual([
      ['', 2],
      ['timer', 1],
      ['http', 1],
    ]);
  });

  test('the function whose trigger waits is the sensitive one; no sign is no likelihood', () => {
    expect(report.latencySensitive).toMatchObject({functions: 1, invocations: 390});
    expect(report.latencySensitive.top.map((row) => row.function)).toEqual(['api']);
  });

  test('the busiest functions come first', () => {
    expect(report.busiest.map((row) => [row.function, row.class])).toEqual([
      ['api', 'bursty'],
      ['clock', 'periodic'],
    ]);
  });

  test('durations of events are weighted by calls; busy instances follow from them', () => {
    const events = describeReport(
      eventWorkload([
        {function: 'f', at: 0, duration: 30_000_000},
        {function: 'f', at: 1, duration: 30_000_000},
        {function: 'g', at: 2, duration: 3_000_000},
      ]),
      1,
    );
    expect(events.durationMs).toMatchObject({unknown: 0, mean: 21_000, functionMean: {p50: 3000, max: 30_000}});
    expect(events.rate.busyInstances).toBeCloseTo(63 / 60, 12);
    expect(events.rate.withoutDuration).toBe(0);
  });

  test('calls without a duration are busy for a second each, and the text says so', () => {
    const rows = [
      {function: 'f', minute: 0, count: 30},
      {function: 'g', minute: 0, count: 60},
    ];
    const report = describeReport(lasting(minuteWorkload(rows), 4000, Number.NaN), 1);
    expect(report.rate).toMatchObject({busyInstances: (30 * 4 + 60) / 60, withoutDuration: 60 / 90});
    expect(describeText(report)).toContain(
      '3 instances busy on average, if the 66.7 % of the calls without a duration take 1 s',
    );
    const none = describeReport(minuteWorkload([{function: 'g', minute: 0, count: 60}]), 1);
    expect(describeText(none)).toContain('instances busy: unknown, the trace has no durations');
  });

  test('somebody waiting needs evidence: a trigger, or enough calls with durations', () => {
    const signs = (count: number, trigger?: string) =>
      describeReport(lasting(minuteWorkload([{function: 'f', minute: 0, count, ...(trigger ? {trigger} : {})}]), 80), 1)
        .latencySensitive.functions;
    expect([signs(1), signs(19), signs(1, 'http'), signs(200)]).toEqual([0, 0, 1, 1]);
    const text = describeText(
      describeReport(minuteWorkload([{function: 'f', minute: 0, count: 1, trigger: 'http'}]), 1),
    );
    expect(text).toContain('a ranking by trigger, durations and regularity, no probability');
  });

  test('the fixture has as many functions and calls in its classes and triggers as in all', async () => {
    const {workload: azure} = await readTrace([fixture], {format: 'auto'});
    const {classes, triggers} = describeReport(azure, 0);
    for (const parts of [classes, triggers]) {
      expect(parts.reduce((sum, part) => sum + part.functions, 0)).toBe(150);
      expect(parts.reduce((sum, part) => sum + part.invocations, 0)).toBe(410_633);
    }
    const timer = triggers.find(({trigger}) => trigger === 'timer')!;
    const periodic = classes.find((part) => part.class === 'periodic')!;
    expect(periodic.functions / timer.functions).toBeGreaterThan(0.5);
  });

  test('a workload without functions has neither shares nor NaN', () => {
    const empty = describeReport(minuteWorkload([]), 5);
    expect(JSON.stringify(empty)).not.toMatch(/NaN|Infinity/);
    expect(empty.rate.perSecond).toBeNull();
    expect(describeText(empty)).toContain('no calls');
  });
});

describe('the text', () => {
  test('escapes control characters of names and sources', () => {
    const text = describeText(
      describeReport(minuteWorkload([{function: '\u001b[2J', trigger: '\u0007', minute: 0, count: 1}]), 5),
    );
    expect(text).toContain('\\x1b[2J');
    expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f]/);
  });

  test('has no trailing blanks and ends with a newline', () => {
    const text = describeText(describeReport(workload, 3));
    expect(text).not.toMatch(/ \n/);
    expect(text).toMatch(/[^\n]\n$/);
  });
});
