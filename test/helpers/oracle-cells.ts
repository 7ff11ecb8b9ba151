import {cellsOf} from '../../src/fleet/cells-of.ts';
import {functionKeys} from '../../src/fleet/function-keys.ts';
import type {ReplayOptions} from '../../src/replay/options.ts';
import type {Workload} from '../../src/workload/workload.ts';
import {simulate} from './oracle.ts';
import {plainScenario} from './oracle-scenarios.ts';
import type {OracleCall, OraclePlacement, Outcome, Scenario} from './oracle-types.ts';

/** The oracle takes whole MiB; the workloads' memory comes in halves: its MiB are halves of one. */
export const HALVES = 2;

/**
 * What the oracle makes of a workload in the cells that the fleet is cut into, functions by row of the workload.
 * `calls` are in order of arrival, `fn` is the row.
 */
export function simulateCells(
  workload: Workload,
  calls: readonly OracleCall[],
  options: ReplayOptions,
  ttlUs: number,
): Outcome {
  const {fleet, cells, semantics, placement, maxWaitUs, startsPerHost, startsPerSecond, fromUs, untilUs} = options;
  const keys = functionKeys(workload);
  const dealt = cellsOf(workload, keys, cells, options.defaultDurationUs);
  const host = {slots: fleet.slots, memoryMib: fleet.memoryMib * HALVES};
  const unlimited = !Number.isFinite(fleet.slots) && !Number.isFinite(fleet.memoryMib);
  const outcomes = dealt.map(({rows, part, parts}, cell) => {
    const scenario: Scenario = {
      ...plainScenario,
      calls: [...rows]
        .flatMap((row, fn) =>
          calls
            .filter((call) => call.fn === row)
            .filter((_, n) => (n + (keys[row]! >>> 0)) % parts[fn]! === part[fn])
            .map((call) => ({...call, fn, order: calls.indexOf(call)})),
        )
        .sort((a, b) => a.order - b.order),
      memoryMib: Array.from(rows, (row) => workload.memoryMib[row]! * HALVES),
      // Hosts are dealt in turn; a fleet without limits is the same in every cell.
      hosts: Array.from({length: fleet.count}, () => host).filter((_, h) => unlimited || h % cells === cell),
      ttlUs,
      semantics,
      placement: placement.name as OraclePlacement,
      maxWaitUs,
      startsPerHost,
      startRatePerSecond: startsPerSecond / cells,
      fromUs,
      endUs: untilUs,
    };
    return {rows, outcome: simulate(scenario)};
  });
  const whole = sumOf(outcomes, workload.functions);
  if (unlimited && cells > 1) {
    const levels = outcomes.map(({outcome}) => outcome.levels);
    whole.peakSlots = peakOf(levels, ({slots}) => slots, options);
    whole.peakMemoryMib = peakOf(levels, ({memoryMib}) => memoryMib, options);
  }
  return whole;
}

/** The most that cells have together as a moment with a change is over, or as the counted part begins. */
function peakOf(
  cells: readonly Outcome['levels'][],
  of: (level: Outcome['levels'][number]) => number,
  {fromUs, untilUs}: ReplayOptions,
): number {
  const times = [fromUs, ...cells.flat().map(({timeUs}) => timeUs)].filter((us) => us >= fromUs && us < untilUs);
  const at = (levels: Outcome['levels'], us: number) => levels.findLast(({timeUs}) => timeUs <= us);
  const totalAt = (us: number) =>
    cells.reduce((sum, levels) => {
      const level = at(levels, us);
      return level === undefined ? sum : sum + of(level);
    }, 0);
  return times.reduce((most, us) => Math.max(most, totalAt(us)), 0);
}

const counts = [
  ...([
    'invocations',
    'warm',
    'cold',
    'firstStarts',
    'queued',
    'dropped',
    'throttled',
    'abandoned',
    'stillQueued',
  ] as const),
  ...(['timeouts', 'retried'] as const),
  ...(['evictions', 'expirations', 'prewarms', 'peakSlots', 'peakMemoryMib'] as const),
];
const fates = ['invocations', 'warm', 'cold', 'dropped', 'throttled', 'abandoned', 'stillQueued'] as const;

/** Outcomes of cells added up; `rows` says which functions of the whole theirs are. */
function sumOf(cells: readonly {readonly rows: Int32Array; readonly outcome: Outcome}[], functions: number): Outcome {
  const whole = simulate({...plainScenario, memoryMib: Array.from({length: functions}, () => 0)});
  for (const {rows, outcome} of cells) {
    for (const name of counts) whole[name] += outcome[name];
    for (const name of ['startDelaysUs', 'coldTimesUs', 'queueWaitsUs'] as const) whole[name].push(...outcome[name]);
    for (const state of ['busy', 'idle', 'starting'] as const) {
      whole.slotUs[state] += outcome.slotUs[state];
      whole.mibUs[state] += outcome.mibUs[state];
      outcome.details.forEach(({slotUs}, fn) => {
        whole.details[rows[fn]!]!.slotUs[state] += slotUs[state];
      });
    }
    outcome.details.forEach(({startDelaysUs}, fn) => {
      whole.details[rows[fn]!]!.startDelaysUs.push(...startDelaysUs);
    });
    outcome.functions.forEach((totals, fn) => {
      for (const name of fates) whole.functions[rows[fn]!]![name] += totals[name];
    });
  }
  return whole;
}
