import {describe, expect, test} from 'vitest';
import {Random} from '../../../src/base/random.ts';
import {callUnit} from '../../../src/fleet/cold-time/cold-time.ts';
import {Cell} from '../../../src/scheduler/core/cell.ts';
import type {CellSetup} from '../../../src/scheduler/core/cell-setup.ts';
import {semanticsPresets} from '../../../src/scheduler/core/semantics.ts';
import type {WindowOfCalls} from '../../../src/scheduler/core/window-of-calls.ts';
import {LaneCell} from '../../../src/scheduler/lanes/lane-cell.ts';
import {suitsLanes} from '../../../src/scheduler/lanes/suits-lanes.ts';
import type {KeepAlive} from '../../../src/scheduler/parts/keep-alive/keep-alive.ts';
import {placements} from '../../../src/scheduler/parts/placement/registry.ts';
import {totalsOf} from '../../helpers/oracle-core.ts';

const {POSITIVE_INFINITY} = Number;

interface Call {
  readonly fn: number;
  readonly atUs: number;
  readonly takesUs: number;
}

interface Scenario {
  readonly functions: number;
  readonly calls: readonly Call[];
  readonly setup: CellSetup;
  readonly keepAlive: KeepAlive;
  /** Ends of windows, ascending, the last one the end of the run; counting starts at one of them. */
  readonly edges: readonly number[];
  readonly fromUs: number;
}

function randomScenario(seed: number): Scenario {
  const random = new Random(seed);
  const pick = <T>(values: readonly T[]): T => values[random.below(values.length)]!;
  // Many functions called now and then, for which there is nearly room: evictions without a queue.
  const roomy = random.below(2) === 0;
  const functions = 1 + random.below(roomy ? 40 : 8);
  const stepUs = pick([1, 1, 1000, 100_000]);
  const span = roomy ? 3000 : pick([30, 300, 3000]);
  const longest = pick(roomy ? [3, 30] : [3, 30, 300]);
  const calls = Array.from({length: random.below(pick([40, 400]))}, () => ({
    // Some functions are called far more often than others.
    fn: Math.floor(functions * random.next() ** pick([1, 3])),
    atUs: random.below(span) * stepUs,
    takesUs: random.below(longest) * stepUs * random.below(2),
  })).sort((a, b) => a.atUs - b.atUs || a.fn - b.fn);
  const endUs = span * stepUs + (random.below(2) ? 0 : random.below(100) * stepUs);
  const edges = [...Array.from({length: random.below(12)}, () => 1 + random.below(endUs)), endUs].sort((a, b) => a - b);
  const ttlUs = pick([1, 5, 50, 500, POSITIVE_INFINITY]) * stepUs;
  const coldUs = pick([0, 1, 7, 70]) * stepUs;
  const drawn = random.below(2) === 0;
  return {
    functions,
    calls,
    edges,
    fromUs: pick([0, 0, pick(edges.filter((edge) => edge < endUs)) ?? 0]),
    keepAlive: {constantUs: ttlUs, keepAliveUs: () => ttlUs},
    setup: {
      memoryMib: Float64Array.from({length: functions}, () => 64 * (1 + random.below(4))),
      hosts: {
        count: roomy ? 1 : 1 + random.below(3),
        slots: roomy ? Math.ceil(functions * 0.6) + 3 : pick([POSITIVE_INFINITY, 1, 2, 5, 20, 60]),
        memoryMib: POSITIVE_INFINITY,
      },
      placement: placements.parse(pick(['first-fit', 'least-loaded'])),
      semantics: {
        ...semanticsPresets.coldfront,
        full: pick(['queue', 'queue', 'drop']),
        evict: pick(['eager', 'patient', 'auto']),
      },
      coldTime: {
        drawUs: (fn, nowUs) => (drawn ? Math.floor(2 * coldUs * callUnit(fn, nowUs, seed)) : coldUs),
        meanUs: () => coldUs,
      },
      meanDurationUs: Float64Array.from({length: functions}, () => pick([0, coldUs, 2 * coldUs]) / 3),
      maxWaitUs: pick([POSITIVE_INFINITY, 20 * stepUs]),
      startsPerHost: POSITIVE_INFINITY,
      startsPerSecond: POSITIVE_INFINITY,
      seed,
    },
  };
}

function batchOf(calls: readonly Call[]) {
  return {
    length: calls.length,
    timeUs: Float64Array.from(calls, (call) => call.atUs),
    fn: Int32Array.from(calls, (call) => call.fn),
    durationUs: Float64Array.from(calls, (call) => call.takesUs),
    coldUs: undefined,
  };
}

/** The calls in [lowUs, highUs) as a window: by function, loaded one by one. */
function windowOf(calls: readonly Call[], lowUs: number, highUs: number): WindowOfCalls {
  const fn = Int32Array.from(new Set(calls.map((call) => call.fn))).sort();
  return {
    lowUs,
    highUs,
    functions: fn.length,
    fn,
    rows: 0,
    arrivalUs: new Int32Array(calls.length),
    durationUs: new Float64Array(calls.length),
    coldUs: undefined,
    has: () => true,
    load(k) {
      const own = calls.filter((call) => call.fn === fn[k]);
      for (const call of own) {
        this.arrivalUs[this.rows] = call.atUs - lowUs;
        this.durationUs[this.rows++] = call.takesUs;
      }
      return own.length;
    },
  };
}

function windowsOf({calls, edges}: Scenario): {lowUs: number; highUs: number; calls: Call[]}[] {
  return [0, ...edges]
    .slice(0, -1)
    .map((lowUs, k) => ({lowUs, highUs: edges[k]!}))
    .map(({lowUs, highUs}) => ({
      lowUs,
      highUs,
      calls: calls.filter(({atUs}) => atUs >= lowUs && atUs < highUs),
    }));
}

function byEvents(scenario: Scenario): Cell {
  const cell = new Cell(scenario.setup);
  cell.use(scenario.keepAlive);
  for (const {lowUs, calls} of windowsOf(scenario)) {
    if (lowUs === scenario.fromUs && lowUs > 0) cell.beginCounting(lowUs);
    cell.run(batchOf(calls));
  }
  cell.finish(scenario.edges.at(-1)!);
  return cell;
}

/** The same by lanes; with what the lanes served and what the cell had to. */
function byLanes(scenario: Scenario): {cell: Cell; windows: {lanes: number; cell: number; evictions: number}} {
  const cell = new Cell(scenario.setup);
  cell.use(scenario.keepAlive);
  const endUs = scenario.edges.at(-1)!;
  const lanes = new LaneCell(cell, scenario.setup, scenario.keepAlive.constantUs!, endUs);
  const windows = {lanes: 0, cell: 0, evictions: 0};
  for (const {lowUs, highUs, calls} of windowsOf(scenario)) {
    if (lowUs === scenario.fromUs && lowUs > 0) lanes.beginCounting(lowUs);
    if (lowUs === highUs) continue;
    const before = cell.fleet.evictions;
    if (lanes.run(windowOf(calls, lowUs, highUs))) {
      windows.lanes++;
      windows.evictions += cell.fleet.evictions - before;
    } else {
      cell.run(batchOf(calls));
      lanes.served(highUs);
      windows.cell++;
    }
  }
  lanes.finish(endUs);
  return {cell, windows};
}

const outcomeOf = (cell: Cell) => ({
  ...totalsOf(cell),
  delays: cell.tally.startDelay.toJSON(),
  delaysByFunction: cell.tally.delays.columns(),
});

describe('lanes', () => {
  test('give the outcome of the cell to the last unit, fleets full and empty, whatever the windows', () => {
    const served = {lanes: 0, cell: 0, evictions: 0, expirations: 0};
    for (let seed = 0; seed < 1500; seed++) {
      const scenario = randomScenario(seed);
      const expected = byEvents(scenario);
      const {cell, windows} = byLanes(scenario);
      expect(outcomeOf(cell), `seed ${seed}`).toEqual(outcomeOf(expected));
      served.lanes += windows.lanes;
      served.cell += windows.cell;
      served.evictions += windows.evictions;
      served.expirations += cell.tally.expirations;
    }
    // Both ways were taken often, and so were the turns between them.
    expect(served.lanes).toBeGreaterThan(5000);
    expect(served.cell).toBeGreaterThan(1000);
    expect(served.evictions).toBeGreaterThan(300);
    expect(served.expirations).toBeGreaterThan(5000);
  });

  test('are used only where functions share nothing but room', () => {
    const {setup, keepAlive} = randomScenario(1);
    const suits = (
      changed: Partial<CellSetup>,
      policy: Pick<KeepAlive, 'constantUs'> = keepAlive,
      scope: 'function' | 'cell' = 'function',
    ) => suitsLanes({...setup, ...changed}, {scope}, policy);
    expect(suits({})).toBe(true);
    expect(suits({hosts: {count: 3, slots: 4, memoryMib: 1000}})).toBe(false);
    expect(suits({startsPerHost: 2})).toBe(false);
    expect(suits({startsPerSecond: 2})).toBe(false);
    expect(suits({semantics: semanticsPresets.simfaas})).toBe(false);
    expect(suits({semantics: {...setup.semantics, ttlInclusive: true}})).toBe(false);
    expect(suits({}, {})).toBe(false);
    expect(suits({}, {constantUs: 0})).toBe(false);
    expect(suits({}, keepAlive, 'cell')).toBe(false);
  });
});
