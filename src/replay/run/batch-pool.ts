import {usageError} from '../../base/errors.ts';
import {meanDurationUs} from '../../demand/durations/mean-durations.ts';
import {type BatchPool, hostsOfPool} from '../../fleet/batch.ts';
import type {CellFunctions} from '../../fleet/cells.ts';
import {coldTimes} from '../../fleet/cold-time/registry.ts';
import type {FunctionSettings} from '../../fleet/settings/columns.ts';
import {placements} from '../../scheduler/parts/placement/registry.ts';
import type {Workload} from '../../workload/workload.ts';
import type {ReplayOptions} from '../options.ts';

/** 1: its calls go to the batch pool, by its class or by what they are expected to take; undefined: there is none. [row] */
export function batchRows(workload: Workload, options: ReplayOptions): Uint8Array | undefined {
  const {batch, settings, defaultDurationUs} = options;
  if (batch === undefined) return undefined;
  const classId = batch.className === undefined ? undefined : classOf(batch.className, settings);
  return Uint8Array.from({length: workload.functions}, (_, row) => {
    if (classId !== undefined && settings!.labels.class!.id[row] === classId) return 1;
    if (batch.fromUs === undefined) return 0;
    const us = meanDurationUs(workload, row);
    return (Number.isNaN(us) ? defaultDurationUs : us) >= batch.fromUs ? 1 : 0;
  });
}

function classOf(name: string, settings: FunctionSettings | undefined): number {
  const id = settings?.labels.class?.values.indexOf(name) ?? -1;
  if (id >= 0) return id;
  throw usageError(`batch is of class '${name}', and --functions says that of no function`, 'give it a class column');
}

/** The cells without what goes to the pool, and the pool's behind them. */
export function withPool(cells: readonly CellFunctions[], pool: Uint8Array): CellFunctions[] {
  const rows = Int32Array.from(pool, (_, row) => row).filter((row) => pool[row] === 1);
  const rest = cells.map(({rows: all, part, parts}): CellFunctions => {
    const kept = Int32Array.from(all, (_, k) => k).filter((k) => pool[all[k]!] === 0);
    return {
      rows: kept.map((k) => all[k]!),
      part: kept.map((k) => part[k]!),
      parts: kept.map((k) => parts[k]!),
    };
  });
  return [...rest, {rows, part: new Int32Array(rows.length), parts: new Int32Array(rows.length).fill(1)}];
}

/** The options of the pool's cell: hosts, starts and rules of its own. */
export function poolOptions(options: ReplayOptions, batch: BatchPool): ReplayOptions {
  const {fleet, settings, faults, seed, cells} = options;
  return {
    ...options,
    fleet: hostsOfPool(batch, fleet),
    cells: 1,
    placement: placements.parse('lifetime'),
    cold: coldTimes.parse(`fixed:${batch.startUs}us`, 'batch:start'),
    settings: settings && withoutRules(settings),
    startsPerHost: Number.POSITIVE_INFINITY,
    startsPerSecond: Number.POSITIVE_INFINITY,
    startBurst: undefined,
    startsPerFunction: false,
    checkpoint: undefined,
    timeoutUs: undefined,
    restart: undefined,
    contention: undefined,
    faults: faults?.filter((fault) => fault.kind === 'mtbf' && fault.what === 'hosts'),
    seed: seed + cells,
  };
}

/** Jobs start as the pool does and run in one go. */
function withoutRules({numbers, labels, quotas}: FunctionSettings): FunctionSettings {
  const {timeout: _, ...ownNumbers} = numbers;
  const {cold: __, ...ownLabels} = labels;
  return {numbers: ownNumbers, labels: ownLabels, quotas};
}

/** Dollars of a pool in the counted part: all memory of its hosts, used or not. */
export function poolUsd(batch: BatchPool, {fleet, fromUs, untilUs}: ReplayOptions): number {
  const {count, memoryMib} = hostsOfPool(batch, fleet);
  return ((count * memoryMib) / 1024) * ((untilUs - fromUs) / 3.6e9) * batch.usdPerGbHour;
}

/** Exit 2 where a pool does not fit the fleet or what else is asked for. */
export function checkBatch({batch, fleet}: ReplayOptions, timeline: boolean): void {
  if (batch === undefined) return;
  hostsOfPool(batch, fleet);
  if (fleet.count === Number.POSITIVE_INFINITY) {
    throw usageError('batch stands beside a number of hosts, and here they open as they are needed', 'give --hosts');
  }
  if (timeline) {
    throw usageError(
      'batch is paid for whether it is used or not, and --timeline shares dollars out by use',
      'leave out one',
    );
  }
}
