import {formatNumber} from '../../base/format.ts';
import {formatCount} from '../../base/units.ts';
import {functionKeys} from '../../fleet/function-keys.ts';
import {readFunctionSettings} from '../../fleet/settings/read-settings.ts';
import {teamsOf} from '../../fleet/settings/settings-of.ts';
import {openWorkload, readWorkload} from '../../workload/file/file.ts';
import {scaleWorkload} from '../../workload/scale/scale-workload.ts';
import {invocationsTotal, type Workload} from '../../workload/workload.ts';

import type {BurstRequest} from './burst.ts';
import {type Growth, growthFactor} from './growth.ts';

/** How much more or less traffic than the trace's is asked for. */
export interface ScaleRequest {
  /** Of all functions that `by` does not name; 1: as it is. */
  readonly scale: number;
  /** CSV of factors by function, app, owner, team or trigger; undefined: none. */
  readonly by: string | undefined;
  /** All of that grows; undefined: it does not. */
  readonly growth?: Growth | undefined;
  /** All of that times this: headroom. */
  readonly times?: number | undefined;
  /** What comes besides, whatever the rest is scaled by; undefined: nothing. */
  readonly bursts?: readonly BurstRequest[] | undefined;
  readonly seed: number;
}

/** A workload as a command was asked to read it. */
export interface DemandRequest {
  /** Workload file, `-` for stdin. */
  readonly path: string;
  /** What is in it, where it has been read; undefined: it is read. */
  readonly read?: Workload | undefined;
  /** Undefined: the traffic of the trace. */
  readonly scaling?: ScaleRequest | undefined;
  /** What is said of single functions, teams among it; undefined: a team is an owner. */
  readonly functions?: string | undefined;
  /** Of a folder of parts, lists are read page by page: whoever asks for that reads them so. */
  readonly paged?: boolean | undefined;
}

/** Reads the workload and makes its traffic what is asked for; `remark` is told by how much it changed. */
export async function readDemand(
  {path, read, scaling, functions, paged = false}: DemandRequest,
  {remark = () => {}}: {readonly remark?: ((line: string) => void) | undefined} = {},
): Promise<Workload> {
  if (scaling === undefined) return read ?? (paged ? openWorkload(path) : readWorkload(path));
  const workload = read ?? (await readWorkload(path));
  const {bursts, seed} = scaling;
  const scaled = await scaledDemand(workload, scaling, functions, remark);
  if (bursts === undefined) return scaled;
  const {withBursts} = await import('./burst.ts');
  return withBursts(scaled, bursts, seed, remark);
}

async function scaledDemand(
  workload: Workload,
  scaling: ScaleRequest,
  functions: string | undefined,
  remark: (line: string) => void,
): Promise<Workload> {
  const {growth, seed} = scaling;
  const times = (scaling.times ?? 1) * (growth ? growthFactor(growth, workload.meta) : 1);
  const own = await factorsOf(workload, scaling, functions, remark);
  const factor = times === 1 ? own : own.map((its) => its * times);
  if (factor.every((its) => its === 1)) return workload;
  const scaled = scaleWorkload(workload, {factor, key: functionKeys(workload), seed});
  const [before, after] = [invocationsTotal(workload), invocationsTotal(scaled)];
  remark(
    `traffic is scaled: ${formatCount(before)} calls become ${formatCount(after)} (x ${formatNumber(after / before)})`,
  );
  return scaled;
}

/** The factor of each function. */
async function factorsOf(
  workload: Workload,
  {scale, by}: ScaleRequest,
  functions: string | undefined,
  remark: (line: string) => void,
): Promise<Float64Array> {
  if (by === undefined) return new Float64Array(workload.functions).fill(scale);
  const {readScaleTable} = await import('./scale-table.ts');
  const table = await readScaleTable(by);
  const settings =
    functions === undefined ? undefined : await readFunctionSettings([functions], workload, () => undefined);
  return table.factors({...workload, team: teamsOf(workload, settings)}, scale, remark);
}
