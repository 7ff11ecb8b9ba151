import {describe, expect, test} from 'vitest';
import {Random} from '../../../src/base/random.ts';
import {US_PER_MINUTE, US_PER_SECOND} from '../../../src/base/units.ts';
import {Durations} from '../../../src/demand/durations/durations.ts';
import {functionKeys} from '../../../src/fleet/function-keys.ts';
import {CallFeed} from '../../../src/replay/calls/call-feed.ts';
import {cellWorkload} from '../../../src/replay/calls/cell-workload.ts';
import type {SpreadName} from '../../../src/replay/calls/spread.ts';
import {COLD_UNTIMED, UNKNOWN_START, WARM, type Workload} from '../../../src/workload/workload.ts';
import {eventsOf, eventWorkload, type MinuteRow, minuteWorkload} from '../../helpers/workload.ts';

interface Given {
  spread?: SpreadName;
  seed?: number;
  fromUs?: number;
  untilUs?: number;
  withCold?: boolean;
}

interface Call {
  readonly name: string;
  readonly fn: number;
  readonly timeUs: number;
  readonly durationUs: number;
  readonly coldUs: number | undefined;
}

/** All calls of a workload in the order in which they are fed. */
function callsOf(workload: Workload, given: Given = {}): Call[] {
  const {spread = 'uniform', seed = 1, fromUs = 0, untilUs = workload.meta.spanUs, withCold = false} = given;
  const rows = Int32Array.from({length: workload.functions}, (_, row) => row);
  const columns = cellWorkload(workload);
  const feed = new CallFeed({
    workload: columns,
    rows,
    part: new Int32Array(rows.length),
    parts: new Int32Array(rows.length).fill(1),
    key: functionKeys(workload),
    durations: new Durations(columns, rows, US_PER_SECOND),
    spread,
    cold: withCold ? {drawUs: (fn, nowUs) => 1e9 + fn * 1e6 + nowUs, meanUs: () => 0} : undefined,
    seed,
    spanUs: columns.spanUs,
    fromUs,
    untilUs,
  });
  const calls: Call[] = [];
  while (feed.next()) {
    const {length, timeUs, fn, durationUs, coldUs} = feed.batch;
    for (let k = 0; k < length; k++) {
      const name = workload.name.at(fn[k]!);
      calls.push({name, fn: fn[k]!, timeUs: timeUs[k]!, durationUs: durationUs[k]!, coldUs: coldUs?.[k]});
    }
  }
  return calls;
}

function randomRows(seed: number): MinuteRow[] {
  const random = new Random(seed);
  const rows = new Map<string, MinuteRow>();
  for (let k = 0; k < 60; k++) {
    const row = {
      function: `f${random.below(8)}`,
      minute: random.below(10),
      count: 1 + random.below(random.below(2) ? 4 : 900),
    };
    rows.set(`${row.function} ${row.minute}`, row);
  }
  return [...rows.values()];
}

const spreads: SpreadName[] = ['uniform', 'even', 'exponential'];

describe.each(spreads)('counts spread %s', (spread) => {
  test('every count is met in its minute, in order of time and at equal times of functions', () => {
    for (let seed = 0; seed < 20; seed++) {
      const rows = randomRows(seed);
      const calls = callsOf(minuteWorkload(rows, [0, 10]), {spread, seed});
      const counts = new Map<string, number>();
      for (const {name, timeUs} of calls) {
        const key = `${name} ${Math.floor(timeUs / US_PER_MINUTE)}`;
        counts.set(key, (counts.get(key) ?? 0) + 1);
      }
      expect(counts).toEqual(new Map(rows.map((row) => [`${row.function} ${row.minute}`, row.count])));
      const outOfOrder = calls.findIndex((call, k) => {
        const before = calls[k - 1];
        return before && (before.timeUs > call.timeUs || (before.timeUs === call.timeUs && before.fn > call.fn));
      });
      expect(outOfOrder).toBe(-1);
      expect(calls.every(({timeUs}) => Number.isInteger(timeUs))).toBe(true);
    }
  });

  test('a call depends on seed, function and minute alone: without the others it is the same', () => {
    const rows = randomRows(3);
    const whole = callsOf(minuteWorkload(rows, [0, 10]), {spread});
    for (const {function: name, minute} of rows.slice(0, 12)) {
      const alone = callsOf(
        minuteWorkload(
          rows.filter((row) => row.function === name && row.minute === minute),
          [0, 10],
        ),
        {
          spread,
        },
      );
      const within = whole.filter((call) => call.name === name && Math.floor(call.timeUs / US_PER_MINUTE) === minute);
      expect(alone.map(({timeUs, durationUs}) => [timeUs, durationUs])).toEqual(
        within.map(({timeUs, durationUs}) => [timeUs, durationUs]),
      );
    }
  });

  test('cut inside a minute, the calls before the cut are those of the whole', () => {
    const workload = minuteWorkload(randomRows(4), [0, 10]);
    const untilUs = 4 * US_PER_MINUTE + 12_345_678;
    const whole = callsOf(workload, {spread});
    expect(callsOf(workload, {spread, untilUs})).toEqual(whole.filter(({timeUs}) => timeUs < untilUs));
    expect(callsOf(workload, {spread, fromUs: untilUs})).toEqual(whole);
  });

  test('a minute made in parts, because it is full, has the calls of the same minute made at once', () => {
    const busy = [
      {function: 'a', minute: 2, count: 300_000},
      {function: 'b', minute: 2, count: 300},
      {function: 'c', minute: 2, count: 7},
    ];
    const calls = callsOf(minuteWorkload(busy, [0, 4]), {spread, fromUs: 2.5 * US_PER_MINUTE});
    for (const row of busy) {
      const alone = callsOf(minuteWorkload([row], [0, 4]), {spread});
      const within = calls.filter(({name}) => name === row.function);
      expect(within.map(({timeUs, durationUs}) => [timeUs, durationUs])).toEqual(
        alone.map(({timeUs, durationUs}) => [timeUs, durationUs]),
      );
    }
  });
});

test('another seed places uniform calls elsewhere; even ones stay where they are', () => {
  const workload = minuteWorkload(randomRows(5), [0, 10]);
  const times = (given: Given) => callsOf(workload, given).map(({timeUs}) => timeUs);
  expect(times({seed: 1})).not.toEqual(times({seed: 2}));
  expect(times({seed: 1, spread: 'even'})).toEqual(times({seed: 2, spread: 'even'}));
});

test('even: from the start of the minute, all gaps alike', () => {
  const times = callsOf(minuteWorkload([{function: 'f', minute: 0, count: 7}]), {spread: 'even'}).map((c) => c.timeUs);
  expect(times).toEqual([0, 1, 2, 3, 4, 5, 6].map((j) => Math.floor((j * 60_000_000) / 7)));
});

test('exponential: the first call at the start of the minute, the gaps those of a Poisson process', () => {
  const n = 20_000;
  const times = callsOf(minuteWorkload([{function: 'f', minute: 0, count: n}]), {spread: 'exponential'}).map(
    ({timeUs}) => timeUs,
  );
  expect(times[0]).toBe(0);
  const gaps = times.slice(1).map((us, k) => us - times[k]!);
  const mean = gaps.reduce((a, b) => a + b, 0) / gaps.length;
  const squares = gaps.reduce((sum, gap) => sum + (gap - mean) ** 2, 0) / gaps.length;
  // An exponential gap has a coefficient of variation of 1; five standard errors.
  expect(Math.sqrt(squares) / mean).toBeGreaterThan(1 - 5 / Math.sqrt(n));
  expect(Math.sqrt(squares) / mean).toBeLessThan(1 + 5 / Math.sqrt(n));
});

test('uniform: times fill the minute evenly, and the minutes of one function are not alike (Kolmogorov and Smirnov)', () => {
  const n = 20_000;
  const rows = [0, 1, 2, 3].flatMap((minute) => ['f', 'g'].map((name) => ({function: name, minute, count: n})));
  const calls = callsOf(minuteWorkload(rows));
  const samples = rows.map((row) =>
    calls
      .filter((call) => call.name === row.function && Math.floor(call.timeUs / US_PER_MINUTE) === row.minute)
      .map(({timeUs}) => (timeUs % US_PER_MINUTE) / US_PER_MINUTE),
  );
  for (const sample of samples) {
    // Sorted already. The critical value of D at 1e-6 is 2.69 / sqrt(n).
    const distance = Math.max(...sample.map((u, k) => Math.max((k + 1) / n - u, u - k / n)));
    expect(distance).toBeLessThan(2.69 / Math.sqrt(n));
  }
  expect(new Set(samples.map((sample) => sample.slice(0, 5).join())).size).toBe(samples.length);
});

test('times and durations are drawn independently of each other', () => {
  const workload = withDurations(minuteWorkload([{function: 'f', minute: 0, count: 20_000}]));
  const calls = callsOf(workload);
  const mean = (values: number[]) => values.reduce((a, b) => a + b, 0) / values.length;
  const times = calls.map(({timeUs}) => timeUs);
  const durations = calls.map(({durationUs}) => durationUs);
  const [mt, md] = [mean(times), mean(durations)];
  const covariance = mean(times.map((t, k) => (t - mt) * (durations[k]! - md)));
  const deviation = (values: number[], m: number) => Math.sqrt(mean(values.map((v) => (v - m) ** 2)));
  const correlation = covariance / deviation(times, mt) / deviation(durations, md);
  expect(Math.abs(correlation)).toBeLessThan(5 / Math.sqrt(calls.length));
});

/** Durations of 0 to 100 ms, uniform, for every function. */
function withDurations(workload: Workload): Workload {
  const n = workload.functions;
  const duration = {
    meanMs: new Float64Array(n).fill(50),
    minMs: new Float64Array(n).fill(0),
    maxMs: new Float64Array(n).fill(100),
    levels: [0, 100],
    percentileMs: Float64Array.from({length: 2 * n}, (_, k) => (k % 2) * 100),
  };
  return {...workload, duration};
}

test('single calls of which the trace has no durations run as its averages and percentiles say, else the default', () => {
  const bare = eventWorkload(Array.from({length: 4000}, (_, k) => ({function: 'f', at: k * 7_001})));
  const calls = callsOf(withDurations(bare));
  const sorted = calls.map(({durationUs}) => durationUs).sort((a, b) => a - b);
  const distance = Math.max(...sorted.map((us, k) => Math.abs(us / 100_000 - (k + 0.5) / sorted.length)));
  expect(distance).toBeLessThan(2.69 / Math.sqrt(sorted.length));
  // What is fed from a later time on is the same.
  const later = callsOf(withDurations(bare), {fromUs: 10_000_000});
  expect(later).toEqual(calls);
  expect(new Set(callsOf(bare).map(({durationUs}) => durationUs))).toEqual(new Set([US_PER_SECOND]));
});

test('a call of unknown duration runs as long as one of the known calls of its function', () => {
  const calls = callsOf(
    eventWorkload(
      Array.from({length: 900}, (_, k) => ({
        function: 'f',
        at: k,
        duration: k % 3 === 0 ? 100 : k % 3 === 1 ? 300 : Number.NaN,
      })),
    ),
  );
  const unknown = calls.filter((_, k) => k % 3 === 2).map(({durationUs}) => durationUs);
  expect(calls[0]!.durationUs + calls[1]!.durationUs).toBe(400);
  expect([...new Set(unknown)].sort()).toEqual([100, 300]);
  // Half of 300 draws, give or take six deviations.
  expect(Math.abs(unknown.filter((us) => us === 100).length - 150)).toBeLessThan(52);
});

test('events are fed exactly: each with its own time, duration and cold time', () => {
  const random = new Random(9);
  const workload = eventWorkload(
    Array.from({length: 3000}, () => ({
      function: `f${random.below(9)}`,
      at: random.below(400) * 1_000_000 + random.below(2),
      duration: random.below(1000),
      cold: random.below(1000),
    })),
  );
  const calls = callsOf(workload, {withCold: true});
  const {arrivals} = workload;
  if (arrivals.kind !== 'event') throw new Error('events only');
  for (let fn = 0; fn < workload.functions; fn++) {
    const fed = calls.filter((call) => call.fn === fn).map((c) => [c.timeUs, c.durationUs, c.coldUs]);
    expect(fed).toEqual(eventsOf(arrivals, fn));
  }
  expect(calls.map(({timeUs}) => timeUs)).toEqual(calls.map(({timeUs}) => timeUs).sort((a, b) => a - b));
});

test('what the trace does not say of a call is drawn: cold times by the model, durations from those of its function', () => {
  const workload = eventWorkload([
    {function: 'f', at: 0, duration: 100, cold: 7},
    {function: 'f', at: 5, cold: WARM},
    {function: 'f', at: 9, duration: 300, cold: COLD_UNTIMED},
    {function: 'g', at: 10, cold: UNKNOWN_START},
  ]);
  expect(callsOf(workload, {withCold: true}).map((c) => [c.name, c.durationUs, c.coldUs])).toEqual([
    ['f', 100, 7],
    ['f', 100, 1e9 + 5],
    ['f', 300, 1e9 + 9],
    // Of g no duration is known at all: the default.
    ['g', US_PER_SECOND, 1e9 + 1e6 + 10],
  ]);
});

test('a minute of five million calls is made in passes and loses none', () => {
  const workload = minuteWorkload([
    {function: 'f', minute: 0, count: 5_000_000},
    {function: 'g', minute: 0, count: 3},
  ]);
  const columns = cellWorkload(workload);
  const rows = Int32Array.from([0, 1]);
  const feed = new CallFeed({
    workload: columns,
    rows,
    part: new Int32Array(2),
    parts: new Int32Array([1, 1]),
    key: functionKeys(workload),
    durations: new Durations(columns, rows, 7),
    spread: 'uniform',
    cold: undefined,
    seed: 1,
    spanUs: US_PER_MINUTE,
    fromUs: 0,
    untilUs: US_PER_MINUTE,
  });
  const fed = [0, 0];
  let lastUs = 0;
  let sorted = true;
  while (feed.next()) {
    const {length, timeUs, fn} = feed.batch;
    for (let k = 0; k < length; k++) {
      fed[fn[k]!]! += 1;
      sorted &&= timeUs[k]! >= lastUs;
      lastUs = timeUs[k]!;
    }
  }
  expect(fed).toEqual([5_000_000, 3]);
  expect(sorted).toBe(true);
});

test('a span that ends within a minute has that minute’s calls before its end', () => {
  const whole = minuteWorkload([
    {function: 'f', minute: 0, count: 2000},
    {function: 'f', minute: 1, count: 1000},
  ]);
  const cut: Workload = {...whole, meta: {...whole.meta, spanUs: US_PER_MINUTE + 20 * US_PER_SECOND}};
  for (const spread of ['uniform', 'even', 'exponential'] as const) {
    const calls = callsOf(cut, {spread});
    expect(calls.length, spread).toBe(3000);
    const late = calls.filter((call) => call.timeUs >= US_PER_MINUTE + 10 * US_PER_SECOND).length;
    expect(late, spread).toBeGreaterThan(400);
    expect(late, spread).toBeLessThan(600);
  }
});
