import {US_PER_MINUTE} from '../base/units.ts';
import type {MinuteSeries} from '../demand/calls/minute-series.ts';
import {memoryOf} from '../fleet/memory.ts';
import type {FunctionCosts} from '../forecast/backtest/costs.ts';
import {levelChunks} from '../replay/policies/predictive/level-chunks.ts';
import type {Workload} from '../workload/workload.ts';
import {type DollarTerms, replayOptions} from './backtest-dollars.ts';

/**
 * Every level of every function's concurrency as a series of its own, as the policy `predictive` forecasts them, and what
 * decisions about each are priced with: a level needs one instance in a minute that calls it.
 */
export function levelRows(workload: Workload, terms: DollarTerms): {series: MinuteSeries; costs: FunctionCosts} {
  const untilMinute = workload.meta.spanUs / US_PER_MINUTE;
  const options = replayOptions(terms, [{fromMinute: 0, untilMinute}]);
  const parts: MinuteSeries[] = [];
  const memoryMib: number[] = [];
  for (const {levels, rows} of levelChunks(workload, options)) {
    parts.push(levels.series);
    rows.forEach((row, fn) => {
      const memory = memoryOf(workload, row, terms.defaultMemoryMib);
      for (let r = levels.firstRow[fn]!; r < levels.firstRow[fn + 1]!; r++) memoryMib.push(memory);
    });
  }
  const {coldUs, prices} = terms;
  const costs = {
    prices,
    coldUs,
    memoryMib: Float64Array.from(memoryMib),
    holdMinutes: new Float64Array(memoryMib.length),
  };
  return {series: joined(parts), costs};
}

/** Series one after the other; all have the same span and clock. */
function joined(parts: readonly MinuteSeries[]): MinuteSeries {
  const sum = (of: (part: MinuteSeries) => number) => parts.reduce((total, part) => total + of(part), 0);
  const rows = sum((part) => part.rows);
  const entries = sum((part) => part.minute.length);
  const series = {
    rows,
    span: Math.max(...parts.map(({span}) => span)),
    minute: new Uint32Array(entries),
    count: new Float64Array(entries),
    start: new Float64Array(rows),
    length: new Float64Array(rows),
    trigger: new Uint8Array(rows),
    clock: parts[0]!.clock,
  };
  let [row, at] = [0, 0];
  for (const part of parts) {
    series.minute.set(part.minute, at);
    series.count.set(part.count, at);
    series.length.set(part.length, row);
    series.trigger.set(part.trigger, row);
    for (let r = 0; r < part.rows; r++) series.start[row + r] = part.start[r]! + at;
    row += part.rows;
    at += part.minute.length;
  }
  return {...series, countStart: series.start};
}
