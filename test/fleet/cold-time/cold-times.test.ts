import {describe, expect, test} from 'vitest';
import type {ColdTimeLaw} from '../../../src/fleet/cold-time/cold-time.ts';
import {expectedColdTimes} from '../../../src/fleet/cold-time/expected-cold-times.ts';
import table from '../../../src/fleet/cold-time/lambda-init.json' with {type: 'json'};
import {checkColdTime, coldTimes, createColdTime} from '../../../src/fleet/cold-time/registry.ts';
import {appsOf} from '../../../src/workload/apps.ts';
import type {Workload} from '../../../src/workload/workload.ts';
import {keepsRegistryContract} from '../../helpers/registry.ts';
import {eventWorkload, minuteWorkload} from '../../helpers/workload.ts';

/** Every model of the registry, as a user would choose it; a model that is not here fails the first test. */
const choices = [
  'fixed:500ms',
  'lognormal:median=1.35s,sigma=1.326',
  'lognormal:median=20ms,sigma=.1',
  'lambda:runtime=nodejs20.x',
  'lambda:runtime=java17,memory=1GiB,arch=arm64',
  'trace',
  'empirical',
  'empirical:of=trace,startCores=2',
  'max-minus-average',
];

const coldUs = [300, 4, 90_000, 300, 1_000_000, 0, 300, 20];
const events = eventWorkload(
  Array.from({length: 24}, (_, k) => ({
    function: `f${k % 2}`,
    at: k * 1e6,
    duration: 10,
    cold: k % 2 === 0 ? coldUs[(k / 2) % coldUs.length]! : 7_000_000 + k,
  })),
);
const counted = minuteWorkload(['slow', 'even', 'unknown'].map((name) => ({function: name, minute: 0, count: 1})));
counted.duration.meanMs.set([120, 120]);
counted.duration.maxMs.set([1620.5, 120]);

const workloadOf = (text: string): Workload => (text === 'max-minus-average' ? counted : events);

function lawOf(text: string, workload: Workload = workloadOf(text), seed = 1): ColdTimeLaw {
  const rows = Int32Array.from({length: workload.functions}, (_, row) => row);
  const columns = {...workload, appId: appsOf(workload).app};
  return createColdTime(coldTimes.parse(text), {columns, rows, key: rows.map((row) => 77 + row), seed});
}

/** Cold times of `fn` as calls draw them. Ascending. */
function drawsOf(law: ColdTimeLaw, fn: number): Float64Array {
  return Float64Array.from({length: 200_000}, (_, k) => law.drawUs(fn, k * 1_000_003)).sort();
}

function shareOfDrawsAbove(draws: Float64Array, us: number): number {
  let low = 0;
  for (let high = draws.length; low < high; ) {
    const middle = (low + high) >> 1;
    if (draws[middle]! > us) high = middle;
    else low = middle + 1;
  }
  return 1 - low / draws.length;
}

describe('cold times', () => keepsRegistryContract('--cold', coldTimes));

describe('every cold-time model', () => {
  test('is under contract here', () => {
    expect(new Set(choices.map((text) => coldTimes.parse(text).name))).toEqual(new Set(coldTimes.names));
  });

  test.each(coldTimes.signatures())('is shown in help as one may write it: %s', (written) => {
    expect(written).toContain(coldTimes.parse(written).name);
  });

  test.each(choices)('%s: shares above are those of its draws', (text) => {
    const law = lawOf(text);
    for (let fn = 0; fn < workloadOf(text).functions; fn++) {
      const draws = drawsOf(law, fn);
      for (const p of [0.001, 0.01, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.97, 0.99, 0.995, 0.999]) {
        const us = draws[Math.floor(p * draws.length)]!;
        // Below and at the value itself: where draws are equal, the share falls by all of them at once.
        for (const at of [us, us - 0.5]) {
          const share = shareOfDrawsAbove(draws, at);
          // Six standard deviations of a share of so many, and half a microsecond of rounding.
          const noise = draws.length > 1000 ? 6 * Math.sqrt((share * (1 - share)) / draws.length) + 1e-4 : 1e-12;
          expect(Math.abs(law.shareAbove(fn, at) - share), `${fn}: share above ${at} us`).toBeLessThanOrEqual(noise);
        }
      }
      expect(law.shareAbove(fn, draws.at(-1)! * 1e6 + 1)).toBeLessThan(1e-12);
      expect(law.shareAbove(fn, -1)).toBe(1);
    }
  });

  test.each(choices)('%s: the mean is that of its draws', (text) => {
    const law = lawOf(text);
    for (let fn = 0; fn < workloadOf(text).functions; fn++) {
      const draws = drawsOf(law, fn);
      const mean = draws.reduce((sum, us) => sum + us, 0) / draws.length;
      const variance = draws.reduce((sum, us) => sum + (us - mean) ** 2, 0) / draws.length;
      const noise = draws.length > 1000 ? 6 * Math.sqrt(variance / draws.length) : 0;
      // 0.3 %: inverse normals are good to that far out, see simple-statistics.
      expect(Math.abs(law.meanUs(fn) - mean), `${fn}`).toBeLessThanOrEqual(0.5 + noise + 0.003 * mean);
    }
  });

  /** What a heavy tail weighs no sample tells; the area under the share above is the mean of anything not negative. */
  test.each(choices)('%s: the mean is the area under the shares above', (text) => {
    const law = lawOf(text);
    for (let fn = 0; fn < workloadOf(text).functions; fn++) {
      const mean = law.meanUs(fn);
      // Midpoints in steps of 0.2 % from a nanosecond to a million times the mean.
      let area = 0;
      for (let us = 1e-3; us < 1e6 * Math.max(1, mean); us *= 1.002) {
        area += 0.002 * us * law.shareAbove(fn, us * 1.001);
      }
      expect(area / Math.max(1, mean), `${fn}`).toBeCloseTo(mean / Math.max(1, mean), 2);
    }
  });

  test.each(choices)('%s: a draw depends on function, time and seed alone', (text) => {
    const law = lawOf(text);
    const again = lawOf(text);
    const times = [0, 1, 86_400e6, 2 ** 32 + 5, 2 ** 33 + 5];
    expect(times.map((us) => again.drawUs(0, us))).toEqual(times.map((us) => law.drawUs(0, us)));
    const drawn = (seed: number) => times.map((us) => lawOf(text, undefined, seed).drawUs(0, us));
    for (const us of drawn(1)) expect(Number.isInteger(us) && us >= 0).toBe(true);
    const few = /^(trace|empirical)/.test(text);
    if (law.shareAbove(0, law.meanUs(0)) > 0 && law.shareAbove(0, law.meanUs(0)) < 0.6 && !few) {
      expect(new Set(drawn(1)).size).toBe(times.length);
      expect(drawn(2)).not.toEqual(drawn(1));
    }
  });

  test.each(choices)('%s: the planner knows the same means and tails', (text) => {
    const law = lawOf(text);
    const workload = workloadOf(text);
    const expected = expectedColdTimes(coldTimes.parse(text), workload, undefined);
    for (let f = 0; f < workload.functions; f++) {
      expect(expected.meanUs[f]).toBe(law.meanUs(f));
      for (const us of [1, 300, 5e5, 8e6]) expect(expected.shareAbove(f, us)).toBe(law.shareAbove(f, us));
    }
    const same = (f: number) => [law.meanUs(f), law.shareAbove(f, 300)];
    if (expected.alike) expect(same(workload.functions - 1)).toEqual(same(0));
  });
});

describe('the choice of a model', () => {
  test.each([
    ['lukewarm', "--cold is 'lukewarm', there is no cold-time model 'lukewarm'"],
    ['fixed', "--cold is 'fixed': fixed needs time=..."],
    ['fixed:500', "--cold fixed:time is '500', must be a time with a unit, such as 500ms, 10m or 1h30m"],
    ['fixed:forever', "--cold fixed:time is 'forever', must be a finite time"],
    ['fixed:500ms,sigma=2', "--cold is 'fixed:500ms,sigma=2': 'sigma=2' is no parameter of fixed, must be key=value"],
    ['lognormal:median=1s', "--cold is 'lognormal:median=1s': lognormal needs sigma=..."],
    ['lognormal:median=1s,sigma=0', "--cold lognormal:sigma is '0', must be a number above 0"],
    ['lambda', "--cold is 'lambda': lambda needs runtime=..."],
    ['lambda:runtime=cobol', "--cold lambda: runtime is 'cobol', there are no measurements of it"],
    ['lambda:runtime=java17,package=jar', "--cold lambda:package is 'jar', must be zip or image"],
    ['trace:x', "--cold is 'trace:x': 'x' is no parameter of trace, must be key=value"],
  ])('%j is refused: %s', (text, message) => {
    expect(() => coldTimes.parse(text)).toThrow(message);
  });

  test('lambda is 128 MiB, a zip and x86_64 where nothing else is said', () => {
    const {values} = coldTimes.parse('lambda:runtime=java17');
    expect(values).toMatchObject({runtime: 'java17', memory: 128, package: 'zip', arch: 'x86_64'});
  });

  test('fixed:500ms may be written out', () => {
    expect(coldTimes.parse('fixed:time=500ms').values).toEqual(coldTimes.parse('fixed:500ms').values);
  });

  test('needs what the model reads in the workload, and says what to do', () => {
    const refusal = (text: string, workload: Workload) => () =>
      checkColdTime(coldTimes.parse(text), workload, 'w.arrow');
    const bare = minuteWorkload([{function: 'f', minute: 0, count: 1}]);
    expect(refusal('trace', counted)).toThrow('w.arrow: has no cold times, --cold trace needs them');
    expect(refusal('max-minus-average', bare)).toThrow('w.arrow: has no maximum durations');
    for (const text of choices) expect(refusal(text, workloadOf(text)), text).not.toThrow();
  });
});

describe('known values', () => {
  test('what the slowest call took longer than the average; 0 where nothing is known', () => {
    const law = lawOf('max-minus-average');
    expect([0, 1, 2].map((fn) => law.drawUs(fn, 5))).toEqual([1_500_500, 0, 0]);
  });

  test('an average above the slowest call, as rounding makes them, is no start below 0', () => {
    const workload = minuteWorkload([{function: 'f', minute: 0, count: 1}]);
    workload.duration.meanMs[0] = 10.5;
    workload.duration.maxMs[0] = 10;
    const law = lawOf('max-minus-average', workload);
    expect([law.drawUs(0, 5), law.meanUs(0), law.shareAbove(0, 0)]).toEqual([0, 0, 0]);
  });

  test("an instance that no call of the trace asked for draws one of the function's own, planners take their mean", () => {
    // 24 calls, 12 of f0: the eight values above, and the first four once more.
    expect(lawOf('trace').meanUs(0)).toBe(Math.round((1_090_924 + 90_604) / 12));
    for (let nowUs = 0; nowUs < 100; nowUs++) expect(coldUs).toContain(lawOf('trace').drawUs(0, nowUs));
  });

  test("Huawei's fit, median 1.35 s and sigma 1.326, means 3.25 s and 29.5 s in one of a hundred", () => {
    const law = lawOf('lognormal:median=1.35s,sigma=1.326');
    expect(law.meanUs(0) / 1e6).toBeCloseTo(1.35 * Math.exp(1.326 ** 2 / 2), 5);
    expect(law.shareAbove(0, 1.35e6)).toBe(0.5);
    expect(law.shareAbove(0, 29.51e6)).toBeCloseTo(0.01, 4);
  });

  test('every series of the Lambda table is met at the percentiles that were published', () => {
    const rows = table.rows as unknown as [string, string, number, string, ...number[]][];
    expect(rows).toHaveLength(712);
    for (const [runtime, pack, memoryMib, arch, , ...quantilesMs] of rows) {
      const text = `lambda:runtime=${runtime},memory=${memoryMib}MiB,package=${pack},arch=${arch}`;
      const law = lawOf(text);
      for (const [k, above] of [0.5, 0.1, 0.05, 0.01, 0].entries()) {
        const us = quantilesMs[k]! * 1000;
        expect(law.shareAbove(0, us), `${text} at ${us}`).toBeCloseTo(above, 9);
        // Nothing but that share lies beyond: a microsecond lower more do.
        if (above > 0 && quantilesMs[k + 1]! > quantilesMs[k]!) expect(law.shareAbove(0, us + 1)).toBeLessThan(above);
      }
    }
  });

  test('nodejs20.x, 128 MiB, zip, x86_64 is the published row, and a size between takes the nearest measured', () => {
    const row = (table.rows as unknown as (string | number)[][]).find(
      ([runtime, pack, memory, arch]) =>
        runtime === 'nodejs20.x' && pack === 'zip' && memory === 128 && arch === 'x86_64',
    );
    expect(row?.slice(4, 9)).toEqual([0.13, 144.84, 171.76, 185.91, 230.29]);
    const tailOf = (memory: string) => lawOf(`lambda:runtime=nodejs20.x,memory=${memory}`).shareAbove(0, 200_000);
    expect(tailOf('100MiB')).toBe(tailOf('128MiB'));
    expect(tailOf('190MiB')).toBe(tailOf('256MiB'));
    expect(tailOf('180MiB')).toBe(tailOf('128MiB'));
  });
});
