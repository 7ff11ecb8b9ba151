import {describe, expect, test} from 'vitest';
import {Random} from '../../../../src/base/random.ts';
import {QuantileSketch} from '../../../../src/base/sketch.ts';
import {Cell} from '../../../../src/scheduler/core/cell.ts';
import {semanticsPresets} from '../../../../src/scheduler/core/semantics.ts';
import {placements} from '../../../../src/scheduler/parts/placement/registry.ts';
import {alike} from '../../../../src/scheduler/parts/queue/call-classes.ts';
import {queues} from '../../../../src/scheduler/parts/queue/registry.ts';

const {POSITIVE_INFINITY} = Number;

interface Call {
  readonly fn: number;
  readonly atUs: number;
  readonly takesUs: number;
}

interface Fair {
  readonly queue: string;
  readonly slots: number;
  readonly team: readonly number[]; // [function]
  readonly weight: readonly number[]; // [team]
  readonly costUs: readonly number[]; // [function]
}

/** Serves the calls; with the functions in the order in which their calls finish. */
function serve({queue, slots, team, weight, costUs}: Fair, calls: readonly Call[]) {
  const memoryMib = new Float64Array(team.length);
  const teams = Int32Array.from(team);
  const cell = new Cell({
    memoryMib,
    hosts: {count: 1, slots, memoryMib: POSITIVE_INFINITY},
    placement: placements.parse('first-fit'),
    semantics: semanticsPresets.coldfront,
    coldTime: {drawUs: () => 0, meanUs: () => 0},
    maxWaitUs: POSITIVE_INFINITY,
    queue: {
      choice: queues.parse(queue),
      coalesce: false,
      classes: {
        ...alike(memoryMib),
        team: teams,
        weight: Float64Array.from(weight),
        costUs: Float64Array.from(costUs),
      },
    },
    startsPerHost: POSITIVE_INFINITY,
    startsPerSecond: POSITIVE_INFINITY,
    seed: 1,
  });
  const finished: number[] = [];
  cell.use({
    keepAliveUs: () => POSITIVE_INFINITY,
    onFinish(fn) {
      finished.push(fn);
    },
  });
  const sorted = calls.toSorted((a, b) => a.atUs - b.atUs || a.fn - b.fn);
  cell.run({
    length: sorted.length,
    timeUs: Float64Array.from(sorted, ({atUs}) => atUs),
    fn: Int32Array.from(sorted, ({fn}) => fn),
    durationUs: Float64Array.from(sorted, ({takesUs}) => takesUs),
    coldUs: undefined,
  });
  cell.finish(1e12);
  return {cell, finished};
}

/** How far apart two teams that both wait ever get within any stretch of that time, in cost by weight. */
function lagOf(fair: Fair, calls: readonly Call[], finished: readonly number[], a: number, b: number): number {
  const left = fair.weight.map((_, team) => calls.filter(({fn}) => fair.team[fn] === team).length);
  let ahead = 0;
  let [least, most] = [0, 0];
  // The first to finish began before anybody waited.
  left[fair.team[finished[0]!]!]! -= 1;
  for (const fn of finished.slice(1)) {
    const team = fair.team[fn]!;
    left[team]! -= 1;
    if (left[a] === 0 || left[b] === 0) break;
    if (team === a) ahead += fair.costUs[fn]! / fair.weight[a]!;
    if (team === b) ahead -= fair.costUs[fn]! / fair.weight[b]!;
    least = Math.min(least, ahead);
    most = Math.max(most, ahead);
  }
  return most - least;
}

describe('two teams that wait for one slot are never further apart than', () => {
  const l = (fair: Fair, team: number) =>
    Math.max(...fair.costUs.filter((_, fn) => fair.team[fn] === team)) / fair.weight[team]!;
  const rows: [string, string, (fair: Fair, a: number, b: number) => number][] = [
    ['a call of each by its weight, under sfq', 'sfq', (fair, a, b) => l(fair, a) + l(fair, b)],
    [
      'that and T on either side, under mqfq-sticky',
      'mqfq-sticky:t=5us,keep=0',
      (fair, a, b) => l(fair, a) + l(fair, b) + 10,
    ],
    ['a call of each and three quanta, under drr', 'drr:quantum=8us', (fair, a, b) => l(fair, a) + l(fair, b) + 24],
  ];
  test.each(rows)('%s', (_, queue, boundOf) => {
    let widest = 0;
    for (let seed = 0; seed < 300; seed++) {
      const random = new Random(seed);
      const teams = 2 + random.below(3);
      const team = Array.from({length: teams * 2}, (_, fn) => fn % teams);
      const fair: Fair = {
        queue,
        slots: 1,
        team,
        weight: Array.from({length: teams}, () => [0.5, 1, 2, 4][random.below(4)]!),
        costUs: team.map(() => 1 + random.below(8)),
      };
      const calls = Array.from({length: 120}, () => {
        const fn = random.below(team.length);
        return {fn, atUs: 0, takesUs: fair.costUs[fn]!};
      });
      const {finished} = serve(fair, calls);
      expect(finished).toHaveLength(calls.length);
      for (let b = 1; b < teams; b++) {
        const lag = lagOf(fair, calls, finished, 0, b);
        expect(lag, `seed ${seed}`).toBeLessThanOrEqual(boundOf(fair, 0, b) + 1e-9);
        widest = Math.max(widest, lag / boundOf(fair, 0, b));
      }
    }
    // The bound is no idle one.
    expect(widest).toBeGreaterThan(0.5);
  });
});

describe('a greedy team', () => {
  const longestUs = 100_000;
  const modest = (fn: number, seed: number) => {
    const random = new Random(seed + fn);
    let atUs = 0;
    return Array.from({length: 2000}, () => {
      atUs += Math.round(-Math.log(1 - random.next()) * 50_000);
      return {fn, atUs, takesUs: Math.round(longestUs * random.next())};
    });
  };
  // Two hundred calls at once, and again every second: twice what the fleet can serve.
  const greedy = Array.from({length: 20_000}, (_, k) => ({fn: 2, atUs: 1e6 * Math.floor(k / 200), takesUs: longestUs}));
  const fair = (queue: string): Fair => ({
    queue,
    slots: 10,
    team: [0, 1, 2],
    weight: [1, 1, 1],
    costUs: [longestUs / 2, longestUs / 2, longestUs],
  });
  const p99 = (queue: string, calls: readonly Call[]) => {
    const {tally} = serve(fair(queue), calls).cell;
    const waits = new QuantileSketch();
    tally.delays.addTo(waits, 0);
    return waits.count === 0 ? 0 : waits.quantile(0.99);
  };

  test.each(['sfq', 'mqfq-sticky', 'drr'])(
    'raises the 99th percentile of nobody else by more than three of the longest calls, under %s',
    (queue) => {
      const others = [...modest(0, 1), ...modest(1, 1)];
      const alone = p99(queue, modest(0, 1));
      expect(alone).toBeLessThan(longestUs);
      expect(p99(queue, [...others, ...greedy])).toBeLessThanOrEqual(alone + 3 * longestUs);
      // First come, first served makes them wait for all of its calls.
      expect(p99('fifo', [...others, ...greedy])).toBeGreaterThan(alone + 10 * longestUs);
    },
  );

  test('neither makes nor loses a call: what arrives is served, under every order', () => {
    const calls = [...modest(0, 1), ...modest(1, 1), ...greedy];
    for (const {name} of queues.parts) {
      const {cell, finished} = serve(fair(name), calls);
      expect(finished.length, name).toBe(calls.length);
      expect(cell.tally.warm + cell.tally.cold, name).toBe(calls.length);
    }
  });
});
