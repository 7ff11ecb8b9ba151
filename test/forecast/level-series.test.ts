import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {Random} from '../../src/base/random.ts';
import {classOfLevel, levelOfClass, lowestLevel} from '../../src/demand/levels/level-classes.ts';
import {BaselineForecaster} from '../../src/forecast/baselines/baseline-forecaster.ts';
import {BATCH_ROWS, type ForecastColumns, type Forecaster, forecastColumns} from '../../src/forecast/forecaster.ts';
import type {CallHistory} from '../../src/forecast/history.ts';
import type {LevelSeries} from '../../src/forecast/level-series.ts';
import {forecastSlots} from '../../src/forecast/slot-forecast.ts';
import {type CallsByFunction, levelSeriesOf} from '../helpers/levels.ts';
import {noClock} from '../helpers/series.ts';

const MINUTE = 60_000_000;

/** Calls of functions as [arrival, duration] pairs in minutes. */
function callsOf(functions: readonly (readonly (readonly [number, number])[])[]): CallsByFunction {
  const start = new Float64Array(functions.length + 1);
  for (let f = 0; f < functions.length; f++) start[f + 1] = start[f]! + functions[f]!.length;
  const all = functions.flat();
  return {
    start,
    arrivalUs: Float64Array.from(all, ([arrival]) => Math.round(arrival * MINUTE)),
    durationUs: Float64Array.from(all, ([, duration]) => Math.round(duration * MINUTE)),
  };
}

const options = {spanUs: 10 * MINUTE, shiftUs: new Float64Array(6), clock: noClock};

/** Rows as [minute, count] pairs. */
function rowsOf({series}: ReturnType<typeof levelSeriesOf>): number[][][] {
  return Array.from({length: series.rows}, (_, r) =>
    Array.from({length: series.length[r]!}, (_, i) => [
      series.minute[series.start[r]! + i]!,
      series.count[series.start[r]! + i]!,
    ]),
  );
}

describe('levels of concurrency', () => {
  test('a level is called when a call finds that many less one running', () => {
    const levels = levelSeriesOf(
      callsOf([
        [
          [0.5, 2],
          [1, 0.5],
          [1.2, 3],
          [1.6, 0.1],
          [5, 1],
        ],
        [],
        [[9, 1]],
      ]),
      options,
    );
    expect([...levels.firstRow]).toEqual([0, 3, 3, 4]);
    expect(rowsOf(levels)).toEqual([
      [
        [0, 1],
        [5, 1],
      ],
      [[1, 1]],
      // At 1.2 two run; at 1.6 the second has gone, so its place is the third again.
      [[1, 2]],
      [[9, 1]],
    ]);
  });

  test('of instances with several places a level is called when those below it are full', () => {
    const levels = levelSeriesOf(
      callsOf([
        [
          [0.5, 2],
          [1, 0.5],
          [1.2, 3],
          [1.6, 0.1],
          [5, 1],
        ],
      ]),
      {...options, places: Int32Array.of(2)},
    );
    expect(rowsOf(levels)).toEqual([
      [
        [0, 1],
        [5, 1],
      ],
      [[1, 2]],
    ]);
    // As minutes 1 to 4 begin one, two, one and one call run: one instance each time.
    expect([...levels.running.minute]).toEqual([1, 2, 3, 4]);
    expect([...levels.running.calls]).toEqual([1, 1, 1, 1]);
  });

  test('a call that arrives as another finishes finds it gone', () => {
    expect(
      rowsOf(
        levelSeriesOf(
          callsOf([
            [
              [0, 1],
              [1, 1],
            ],
          ]),
          options,
        ),
      ),
    ).toEqual([
      [
        [0, 1],
        [1, 1],
      ],
    ]);
  });

  test('minutes begin earlier by the time that a start takes', () => {
    const shifted = levelSeriesOf(
      callsOf([
        [
          [0.99, 0.1],
          [1.5, 0.1],
        ],
      ]),
      {...options, shiftUs: Float64Array.of(MINUTE / 60)},
    );
    expect(rowsOf(shifted)).toEqual([[[1, 2]]]);
    expect(shifted.series.span).toBe(11);
  });

  test('equals a naive count of running calls, level by level', () => {
    const call = fc.tuple(fc.integer({min: 0, max: 80}), fc.integer({min: 0, max: 30}));
    fc.assert(
      fc.property(fc.array(call, {maxLength: 40}), (tenths) => {
        const calls = tenths.map(([at, length]) => [at / 10, length / 10] as const).sort((a, b) => a[0] - b[0]);
        const naive = new Map<number, Map<number, number>>();
        calls.forEach(([at], i) => {
          const running = calls
            .slice(0, i)
            .filter(([from, length]) => Math.round((from + length) * MINUTE) > Math.round(at * MINUTE)).length;
          const row = naive.get(running) ?? new Map<number, number>();
          naive.set(running, row.set(Math.floor(at), (row.get(Math.floor(at)) ?? 0) + 1));
        });
        const wanted = [...naive].sort((a, b) => a[0] - b[0]).map(([, row]) => [...row]);
        const twelve = {...options, spanUs: 12 * MINUTE};
        for (const windowUs of [MINUTE, MINUTE / 4]) {
          expect(rowsOf(levelSeriesOf(callsOf([calls]), twelve, windowUs))).toEqual(wanted);
        }
        const {running} = levelSeriesOf(callsOf([calls]), twelve);
        const runningAt = Array.from(
          {length: 12},
          (_, minute) =>
            calls.filter(([from, length]) => {
              const endUs = Math.round(from * MINUTE) + Math.round(length * MINUTE);
              return Math.round(from * MINUTE) < minute * MINUTE && endUs > minute * MINUTE;
            }).length,
        );
        const told = new Array<number>(12).fill(0);
        running.minute.forEach((minute, i) => {
          told[minute] = running.calls[i]!;
        });
        expect(told).toEqual(runningAt);
      }),
    );
  });

  test('high levels are taken together, sixteen classes an octave', () => {
    let last = -1;
    for (let level = 1; level <= 2000; level++) {
      const place = classOfLevel(level);
      expect(place - last === 0 || (place - last === 1 && lowestLevel(place) === level)).toBe(true);
      last = place;
    }
    expect([classOfLevel(32), classOfLevel(33), classOfLevel(34), classOfLevel(65)]).toEqual([31, 32, 32, 48]);
    expect([levelOfClass(0), levelOfClass(31), levelOfClass(32), levelOfClass(48)]).toEqual([1, 32, 33, 66]);
    const burst = Array.from({length: 70}, (_, i) => [i / 1000, 1] as const);
    expect(rowsOf(levelSeriesOf(callsOf([burst]), options)).map(([[, count]]) => count)).toEqual([
      ...new Array(32).fill(1),
      ...new Array(16).fill(2),
      4,
      2,
    ]);
  });
});

describe('slots by minute', () => {
  const always = () => new BaselineForecaster('always', [1], [0.5]);
  const never = () => new BaselineForecaster('never', [1], [0.5]);
  const calls = callsOf([
    [
      [1.5, 3],
      [2, 1],
      [6, 1],
    ],
    [],
    [[4, 0.5]],
  ]);
  // Low, so that a forecast that fails to come true for some minutes is still worth it.
  const low = new Float64Array(3).fill(0.16);

  /** Changes as [function, minute, slots]. */
  async function slotsOf(made: LevelSeries, forecaster: Forecaster, threshold: Float64Array): Promise<number[][]> {
    const changes: number[][] = [];
    await forecastSlots(made, forecaster, threshold, (...change) => changes.push(change));
    return changes;
  }

  test('each level counts from the minute after it was first called', async () => {
    expect(await slotsOf(levelSeriesOf(calls, options), always(), low)).toEqual([
      [0, 2, 1],
      [0, 3, 2],
      [2, 5, 1],
    ]);
  });

  test('what runs as a minute begins is live, and gone with the minute after it has finished', async () => {
    // At minute 2 the first call runs, the second arrives just then; at 4.5 the first has finished.
    expect(await slotsOf(levelSeriesOf(calls, options), never(), low)).toEqual([
      [0, 2, 1],
      [0, 5, 0],
    ]);
  });

  test('a function whose warm minute costs more than a cold start keeps nothing that does not run', async () => {
    const changes = await slotsOf(levelSeriesOf(calls, options), always(), Float64Array.of(1, 1, 0.99));
    expect(changes).toEqual([
      [0, 2, 1],
      [0, 5, 0],
      [2, 5, 1],
      // It did not come in minute 5: (0 + 1.5) / (1 + 1.5).
      [2, 6, 0],
    ]);
  });

  test('a level is wanted only through those below it that do not run', async () => {
    // Two long calls run; a third comes in minutes 2 to 5, while levels 1 and 2 are not called any more.
    const long = callsOf([[[0.1, 9], [0.2, 9], ...[2.1, 3.1, 4.1, 5.1].map((at) => [at, 0.1] as const)]]);
    const made = levelSeriesOf(long, options);
    const third = slotsOf(made, new RowForecaster([0.9, 0.9, 0.4]), Float64Array.of(0.3));
    expect(await third).toEqual([
      [0, 1, 2],
      [0, 3, 3],
    ]);
    // After they have finished, at 9.1 and 9.2, level 3 is out of reach where level 2 is not worth it: by then, after
    // nine minutes in vain, 0.2 has become 0.2 x 1.5 / (1.8 + 1.5) = 0.09.
    const after = {...options, spanUs: 12 * MINUTE};
    const later = levelSeriesOf(long, after);
    expect(await slotsOf(later, new RowForecaster([0.9, 0.2, 0.9]), Float64Array.of(0.14))).toEqual([
      [0, 1, 2],
      [0, 3, 3],
      [0, 10, 1],
      // Level 1 too, a minute later: 0.9 x 1.5 / (9 + 1.5) = 0.129.
      [0, 11, 0],
    ]);
  });

  test('a level that follows another within the minute counts for what its call would lose', async () => {
    // Two calls overlap in each minute: the second level follows the first.
    const both = callsOf([Array.from({length: 8}, (_, k) => [k / 2 + (k % 2 ? -0.2 : 0.2), 0.25] as const)]);
    const slots = (lost: number, nextAhead: number, threshold: number) =>
      slotsOf(
        levelSeriesOf(both, {...options, spanUs: 5 * MINUTE, observer: {rise: () => {}, lost, nextAhead}}),
        always(),
        Float64Array.of(threshold),
      );
    // Of chance 1 a tenth is at stake, and more as starts are seen to be lost: (1 + 4) / (1 + 40) = 0.122 in minute 1.
    expect(await slots(1, 0, 0.13)).toEqual([
      [0, 1, 1],
      // (1.99 + 4) / (1.99 + 40) = 0.143.
      [0, 2, 2],
    ]);
    // Never lost: 4 / 41 = 0.0976, then 4 / 41.99 = 0.0953.
    expect(await slots(0, 0, 0.0955)).toEqual([
      [0, 1, 2],
      [0, 2, 1],
    ]);
    expect(await slots(0, 0, 0.1)).toEqual([[0, 1, 1]]);
    // Half of each minute it is there anyway: that is 0.5 / 6 of the price of minute 1, and more of later ones.
    expect(await slots(0, 0.5, 0.1)).toEqual([[0, 1, 2]]);
  });

  test('what comes later changes no earlier step', async () => {
    const random = new Random(4);
    const make = (until: number) =>
      Array.from({length: 6}, (_, f) => {
        const own = new Random(f);
        const all = Array.from({length: 400}, () => [300 * own.next(), 3 * own.next() ** 3] as const).sort(
          (a, b) => a[0] - b[0],
        );
        return all.filter(([at]) => at < until || random.next() < 0.3);
      });
    const spanUs = 300 * MINUTE;
    const third = new Float64Array(6).fill(1 / 3);
    const forecaster = () => new BaselineForecaster('iat-histogram', [1], [0.5]);
    const slots = (until: number) =>
      slotsOf(levelSeriesOf(callsOf(make(until)), {...options, spanUs}), forecaster(), third);
    const [whole, other] = [await slots(300), await slots(150)];
    // Minute 150 is decided on what came before it.
    const before = (changes: number[][]) => changes.filter(([, minute]) => minute! <= 150);
    expect(before(other)).toEqual(before(whole));
    for (let f = 0; f < 6; f++) expect(before(whole).filter(([of]) => of === f).length).toBeGreaterThan(5);
  });
});

/** Says the same of each row in every minute, whatever came before. */
class RowForecaster implements Forecaster {
  readonly name = 'by row';
  readonly horizons = [1];
  readonly quantiles = [0.5];
  private readonly chances: readonly number[];
  private readonly columns: ForecastColumns & {active: Float32Array};
  private rows = 0;
  private loads = 0;
  private row = -1;

  constructor(chances: readonly number[]) {
    this.chances = chances;
    this.columns = forecastColumns(this, BATCH_ROWS);
  }

  add(history: CallHistory): void {
    // Histories do not name their row: the row that was loaded with each `load` is the next one.
    if (history.loads !== this.loads) [this.loads, this.row] = [history.loads, this.row + 1];
    this.columns.active[this.rows++] = this.chances[this.row]!;
  }

  async flush(): Promise<ForecastColumns> {
    this.rows = 0;
    return this.columns;
  }
}
