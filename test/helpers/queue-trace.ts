import {readFileSync} from 'node:fs';
import {QuantileSketch} from '../../src/base/sketch.ts';
import {Cell} from '../../src/scheduler/core/cell.ts';
import type {CellSetup} from '../../src/scheduler/core/cell-setup.ts';
import {semanticsPresets} from '../../src/scheduler/core/semantics.ts';
import {placements} from '../../src/scheduler/parts/placement/registry.ts';
import {goldenDirectory} from './oracle-golden.ts';

/** What became of a function's calls, microseconds; the names are those of the golden files. */
export interface Served {
  readonly served: number;
  readonly abandoned: number;
  readonly wait_us: number;
  readonly max_wait_us: number;
  readonly in_service_us: number;
  readonly last_finish_us: number;
}

const {POSITIVE_INFINITY} = Number;

/**
 * Replays `function,arrival_us,duration_us` of fixtures/golden on one host of so many slots, on which starts take no time
 * and instances are kept for good; by function.
 */
export function serveTrace(
  trace: string,
  slots: number,
  more: (names: readonly string[], memoryMib: Float64Array) => Partial<CellSetup>,
): Record<string, Served> {
  const calls = readFileSync(new URL(`${trace}.csv`, goldenDirectory), 'utf8')
    .trim()
    .split('\n')
    .slice(1);
  const column = (k: number) => calls.map((line) => line.split(',')[k]!);
  const names = [...new Set(column(0))];
  const memoryMib = new Float64Array(names.length);
  const cell = new Cell({
    memoryMib,
    hosts: {count: 1, slots, memoryMib: POSITIVE_INFINITY},
    placement: placements.parse('first-fit'),
    semantics: semanticsPresets.coldfront,
    coldTime: {drawUs: () => 0, meanUs: () => 0},
    maxWaitUs: POSITIVE_INFINITY,
    startsPerHost: POSITIVE_INFINITY,
    startsPerSecond: POSITIVE_INFINITY,
    seed: 1,
    ...more(names, memoryMib),
  });
  const served = names.map(() => 0);
  const lastUs = names.map(() => 0);
  cell.use({
    keepAliveUs: () => POSITIVE_INFINITY,
    onFinish(fn, nowUs) {
      served[fn]! += 1;
      lastUs[fn] = nowUs;
    },
  });
  cell.run({
    length: calls.length,
    timeUs: Float64Array.from(column(1), Number),
    fn: Int32Array.from(column(0), (name) => names.indexOf(name)),
    durationUs: Float64Array.from(column(2), Number),
    coldUs: undefined,
  });
  cell.finish(1e12);
  const {busyUs} = cell.account.totals();
  const rows = names.map((name, fn): [string, Served] => {
    const delays = new QuantileSketch();
    cell.tally.delays.addTo(delays, fn);
    return [
      name,
      {
        served: served[fn]!,
        abandoned: cell.tally.byFunction.abandoned[fn]!,
        wait_us: delays.sum,
        max_wait_us: delays.max,
        in_service_us: busyUs[fn]!,
        last_finish_us: lastUs[fn]!,
      },
    ];
  });
  return Object.fromEntries(rows);
}
