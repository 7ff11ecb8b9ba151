import {sampleApps} from '../../replay/frontier/app-sample.ts';
import {sharesNothing} from '../../replay/options.ts';
import {invocationsTotal} from '../../workload/workload.ts';
import {replayWorkload} from '../replay.ts';
import type {ProbeTask} from './prober.ts';
import type {Ladder} from './search.ts';

/** A part of the functions on the same part of the room. */
export interface SizedPart {
  readonly task: ProbeTask;
  readonly ladder: Omit<Ladder, 'most'>;
  readonly share: number;
  /** What a size of the part comes to for all. */
  readonly forAll: (value: number) => number;
  readonly apps: number;
  readonly ofApps: number;
  readonly invocations: number;
}

/** Fewer hosts than this do not stand for more of them. */
const LEAST_HOSTS = 20;

/**
 * A part of the apps, `share` of them, one of every 1 / share next to each other in order of calls, on that part of the
 * hosts and cells; where slots or memory of few hosts are sized, on that part of their room. Undefined where the rest of the
 * fleet cannot be cut so. Fewer functions share their room less evenly, so a part needs a little more than its part of what all
 * need: it says where to look, and what is found is replayed with all.
 */
export function samplePart(task: ProbeTask, share: number): SizedPart | undefined {
  const {find, given, workload} = task;
  const {fleet, cells, seed} = given.options;
  const sample = sampleApps(workload, share, seed);
  const invocations = invocationsTotal(sample.workload);
  // A few hot apps may have most of the calls.
  const own = invocations / sample.ofInvocations;
  if (own <= 0 || own > 0.5) return undefined;
  const fewer = (count: number): number => Math.max(1, Math.round(count * own));
  const isFree = !find.isRoom && sharesNothing(given.options);
  const byHosts = isFree || (find.name !== 'hosts' && fleet.count * own >= LEAST_HOSTS);
  // Slots are planned by function, with tables of all of them.
  if (task.plans !== undefined || (!find.isRoom && !byHosts)) return undefined;
  const ofCells = find.name === 'hosts' || byHosts ? fewer(cells) : cells;
  const tries = find.tries as Partial<Omit<Ladder, 'most'>>;
  const options = {
    ...given.options,
    cells: ofCells,
    fleet: byHosts && !isFree ? {...fleet, count: Math.max(ofCells, fewer(fleet.count))} : fleet,
  };
  return {
    task: {...task, workload: sample.workload, given: {...given, options}, seeds: task.seeds.slice(0, 1)},
    ladder: {least: find.name === 'hosts' ? ofCells : (tries.least ?? 0), step: tries.step ?? 1},
    share: byHosts ? 1 : own,
    forAll: byHosts ? (value) => value : (value) => value / own,
    apps: sample.apps.length,
    ofApps: sample.of,
    invocations,
  };
}

/** What the task's calls use at most where nothing is limited, in the unit that is sized: it surely meets, or nothing does. */
export async function peakSize({find, workload, place, given: {options, policy}, threads}: ProbeTask): Promise<number> {
  const {fleet} = options;
  const {ledgers} = await replayWorkload(workload, place, {
    policies: [policy],
    options: {
      ...options,
      cells: 1,
      fleet: {count: 1, slots: Number.POSITIVE_INFINITY, memoryMib: Number.POSITIVE_INFINITY},
    },
    threads,
  });
  const {peakSlots, peakMemoryMib} = ledgers[0]!;
  const sizes: Readonly<Record<string, number>> = {
    hosts: Math.max(peakSlots / fleet.slots, peakMemoryMib / fleet.memoryMib),
    slots: peakSlots / fleet.count,
    memory: peakMemoryMib / fleet.count,
  };
  return Math.ceil(sizes[find.name]!);
}
