import {describe, expect, test} from 'vitest';
import {draw32, mix32, Random} from '../../../src/base/random.ts';
import {LaneKernel} from '../../../src/scheduler/lanes/lane-kernel.ts';
import {LevelCount, type Levels} from '../../../src/scheduler/lanes/level-count.ts';

interface Window {
  readonly lengthUs: number;
  readonly arrivalUs: Int32Array;
  readonly durationUs: Float64Array;
  /** Finishes of earlier calls. */
  readonly earlier: readonly number[];
}

/** What became of `idle` instances, the k-th of them called -1 - k: a stack, event by event. Undefined: one is missing. */
function stackAfter(window: Window, idle: number) {
  const stack = Array.from({length: idle}, (_, k) => -1 - k);
  const taken: number[] = [];
  const finishes = [...window.earlier];
  const order = Array.from(window.arrivalUs.keys()).sort(
    (a, b) => window.arrivalUs[a]! - window.arrivalUs[b]! || a - b,
  );
  const finishBy = (atUs: number): void => {
    finishes.sort((a, b) => a - b);
    while (finishes.length > 0 && finishes[0]! <= atUs) stack.push(finishes.shift()!);
  };
  for (const k of order) {
    const atUs = window.arrivalUs[k]!;
    finishBy(atUs);
    const took = stack.pop();
    if (took === undefined) return undefined;
    if (took < 0) taken.push(atUs);
    finishes.push(atUs + window.durationUs[k]!);
  }
  finishBy(window.lengthUs - 1);
  return {stack, taken, beyond: finishes.sort((a, b) => a - b)};
}

function told({level, pushed, pushedAt, taken, takenAt, beyond, beyondAt, sumUs}: Levels) {
  return {
    level,
    pushed: [...pushedAt.subarray(1, pushed + 1)],
    taken: [...takenAt.subarray(0, taken)],
    beyond: [...beyondAt.subarray(0, beyond)],
    sumUs,
  };
}

function count(levels: LevelCount, window: Window, idle: number, takings: boolean): boolean {
  const {arrivalUs, durationUs, lengthUs, earlier} = window;
  const finishAt = new Int32Array(arrivalUs.length + earlier.length);
  finishAt.set(earlier);
  return levels.run(arrivalUs, durationUs, arrivalUs.length, lengthUs, finishAt, earlier.length, idle, takings);
}

function randomWindow(random: Random): Window {
  const pick = <T>(values: readonly T[]): T => values[random.below(values.length)]!;
  const lengthUs = pick([10, 300, 1e5, 937_500, 6e7]);
  const calls = random.below(pick([40, 400, 3000]));
  // Now and then all within a moment, or at few times.
  const [span, step] = [pick([lengthUs, lengthUs, 1 + Math.floor(lengthUs / 100)]), pick([1, 1, 7])];
  const longest = Math.ceil(lengthUs / pick([1, 10, 100]));
  return {
    lengthUs,
    arrivalUs: Int32Array.from({length: calls}, () => Math.floor(random.below(span) / step) * step),
    durationUs: Float64Array.from({length: calls}, () => (random.below(5) === 0 ? 0 : random.below(longest))),
    earlier: Array.from({length: random.below(30)}, () => random.below(lengthUs)),
  };
}

describe('counting a window', () => {
  test('tells what a stack walked event by event has in the end, and what was taken of it', () => {
    const random = new Random(11);
    const levels = new LevelCount();
    let [decided, missing] = [0, 0];
    for (let round = 0; round < 1500; round++) {
      const window = randomWindow(random);
      const idle = 1 + random.below(random.below(2) ? 4 : window.arrivalUs.length + 4);
      const takings = random.below(2) === 1;
      const expected = stackAfter(window, idle);
      const counted = count(levels, window, idle, takings);
      expect(counted, `round ${round}`).toBe(expected !== undefined);
      if (expected === undefined) {
        missing++;
        continue;
      }
      decided++;
      const found = told(levels);
      const {stack, taken, beyond} = expected;
      expect(found.level).toBe(stack.length);
      // Below what was pushed lies what was idle before, untouched.
      expect(found.pushed.reverse()).toEqual(stack.filter((since) => since >= 0));
      expect(found.taken).toEqual(takings ? taken : []);
      expect([...found.beyond].sort((a, b) => a - b)).toEqual(beyond);
      expect(found.sumUs).toBe(window.durationUs.reduce((sum, us) => sum + us, 0));
    }
    expect(Math.min(decided, missing)).toBeGreaterThan(200);
  });
});

describe('the kernel', () => {
  test('draws and tells what its twin tells of the same draws', () => {
    const random = new Random(12);
    const kernel = LaneKernel.take();
    const twin = new LevelCount();
    let decided = 0;
    for (let round = 0; round < 800; round++) {
      const minuteUs = 70_000 + random.below(59_930_001);
      const stretches = random.below(3) === 0 ? 64 : 1 + random.below(4);
      const first = random.below(65 - stretches);
      const edge = (stretch: number) => Math.floor((stretch * minuteUs) / 64);
      const lengthUs = edge(first + stretches) - edge(first);
      const table = durations(random);
      const drawer = kernel.addTable(table);
      const earlier = Int32Array.from({length: random.below(40)}, () => random.below(lengthUs));
      const drawn: {at: number; takes: number}[] = [];
      const most = Math.ceil((round % 20 === 0 ? 8000 : 600) / stretches);
      const counts = Array.from({length: stretches}, () => random.below(most));
      kernel.begin(
        counts.reduce((sum, n) => sum + n, 0),
        lengthUs,
        earlier,
        earlier.length,
      );
      const [timeA, timeB, durationA, durationB] = [random.bits(), random.bits(), random.bits(), random.bits()];
      kernel.dealt.set(counts, first);
      kernel.draw(timeA, timeB, durationA, durationB, first, first + stretches, minuteUs, drawer);
      for (const [at, n] of counts.entries()) {
        const stretch = first + at;
        const lowUs = edge(stretch) - edge(first);
        const widthUs = edge(stretch + 1) - edge(stretch);
        const keyOf = (base: number) => mix32(base + Math.imul(stretch + 1, 0x9e3779b1));
        for (let j = 0; j < n; j++) {
          const timeUs = lowUs + Math.floor((draw32(keyOf(timeA), timeB, j) * widthUs) / 2 ** 32);
          drawn.push({at: timeUs, takes: takenBy(table, draw32(keyOf(durationA), durationB, j))});
        }
      }
      const window = {
        lengthUs,
        arrivalUs: Int32Array.from(drawn, ({at}) => at),
        durationUs: Float64Array.from(drawn, ({takes}) => takes),
        earlier: [...earlier],
      };
      const idle = 1 + random.below(random.below(2) ? 5 : drawn.length + 1);
      const takings = random.below(2) === 1;
      const counted = count(twin, window, idle, takings);
      expect(kernel.settle(idle, takings), `round ${round}`).toBe(counted);
      if (!counted) continue;
      decided++;
      expect(told(kernel)).toEqual(told(twin));
    }
    expect(decided).toBeGreaterThan(200);
  });
});

/** Lines of 100 pieces, some of them at 0, in single precision. */
function durations(random: Random): Float32Array {
  const slope = random.below(3) * random.below(3000);
  const least = random.below(2) * random.below(100_000);
  return Float32Array.from({length: 200}, (_, k) => (k % 2 === 0 ? least + (k / 2) * slope + 0.5 : slope / 2 ** 24));
}

function takenBy(table: Float32Array, bits: number): number {
  const percent = Math.floor((bits * 100) / 2 ** 32);
  const part = Math.floor((bits * 100 - percent * 2 ** 32) / 256);
  return Math.trunc(Math.fround(table[2 * percent]! + Math.fround(table[2 * percent + 1]! * part)));
}
