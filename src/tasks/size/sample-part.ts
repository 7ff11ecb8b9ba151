import {meanDurationUs} from '../../demand/durations/mean-durations.ts';
import {memoryOf} from '../../fleet/memory.ts';
import {sampleApps} from '../../replay/frontier/app-sample.ts';
import {sharesNothing} from '../../replay/options.ts';
import {replayReport} from '../../replay/report/replay-report.ts';
import {invocationsOf, invocationsTotal, type Workload} from '../../workload/workload.ts';
import {replayWorkload} from '../replay.ts';
import {finds} from './finds.ts';
import {measure} from './measure.ts';
import type {ProbeTask} from './prober.ts';
import type {Ladder} from './search.ts';

/** A part of the functions on the same part of the room. */
export interface SizedPart {
  readonly task: ProbeTask;
  readonly ladder: Omit<Ladder, 'most'>;
  /** What a size of the part comes to for all, and the other way round. */
  readonly forAll: (value: number) => number;
  readonly ofAll: (value: number) => number;
  readonly apps: number;
  readonly ofApps: number;
  readonly invocations: number;
}

/** Fewer hosts than this do not stand for more of them. */
const LEAST_HOSTS = 20;

/**
 * A part of the apps, `share` of them, one of every 1 / share next to each other in order of calls, on that part of the
 * hosts and cells; where slots or memory of few hosts are sized, on that part of their room. Undefined where the rest of the
 * fleet cannot be cut so. Room goes by the time that calls take, which a few long ones may have, and not by their number.
 * Fewer functions share their room less evenly, so a part needs a little more than its part of what all need: it says where
 * to look, and what is found is replayed with all.
 */
export function samplePart(task: ProbeTask, share: number): SizedPart | undefined {
  const {find, given, workload} = task;
  const {fleet, cells, seed} = given.options;
  const sample = sampleApps(workload, share, seed);
  const invocations = invocationsTotal(sample.workload);
  const own = used(sample.workload, task) / used(workload, task);
  // A few hot apps may have most of it.
  if (!(own > 0) || Math.max(own, invocations / sample.ofInvocations) > 0.5) return undefined;
  const fewer = (count: number): number => Math.max(1, Math.round(count * own));
  const isFree = !find.isRoom && sharesNothing(given.options);
  const byHosts = isFree || (find.name !== 'hosts' && fleet.count * own >= LEAST_HOSTS);
  // Slots are planned by function, with tables of all of them.
  if (task.plans !== undefined || (!find.isRoom && !byHosts)) return undefined;
  const ofCells = find.name === 'hosts' || byHosts ? fewer(cells) : cells;
  const tries = find.tries as Partial<Omit<Ladder, 'most'>>;
  const count = byHosts && !isFree ? Math.max(ofCells, fewer(fleet.count)) : fleet.count;
  // Slots of the part are too few to be counted in hosts, and where nothing else is limited it does not show on which they are.
  const bySlots = find.name === 'hosts' && fleet.memoryMib === Number.POSITIVE_INFINITY;
  const options = {...given.options, cells: ofCells, fleet: {...fleet, count: bySlots ? ofCells : count}};
  const inAll = bySlots ? ofCells / own / fleet.slots : byHosts ? 1 : 1 / own;
  return {
    task: {
      ...task,
      find: bySlots ? finds.named('slots') : find,
      workload: sample.workload,
      given: {...given, options},
      seeds: task.seeds.slice(0, 1),
    },
    ladder: {least: find.name === 'hosts' && !bySlots ? ofCells : (tries.least ?? 0), step: tries.step ?? 1},
    forAll: (value) => value * inAll,
    ofAll: (value) => value / inAll,
    apps: sample.apps.length,
    ofApps: sample.of,
    invocations,
  };
}

/** How long calls take in all, us, by their memory where that is sized: in expectation. */
function used(workload: Workload, {find, given: {options}}: ProbeTask): number {
  let sum = 0;
  for (let row = 0; row < workload.functions; row++) {
    const us = meanDurationUs(workload, row);
    const room = find.name === 'memory' ? memoryOf(workload, row, options.defaultMemoryMib) : 1;
    sum += invocationsOf(workload, row) * (Number.isNaN(us) ? options.defaultDurationUs : us) * room;
  }
  return sum;
}

/** What the task's calls use where nothing is limited, in the unit that is sized. */
interface Unlimited {
  /** At most at a time: it surely is enough. */
  readonly peak: number;
  /** On average while a call runs or an instance starts: less is not enough. */
  readonly mean: number;
  /** Flags of the objectives that are missed even so. */
  readonly missed: readonly string[];
}

export async function unlimited(task: ProbeTask): Promise<Unlimited> {
  const {find, workload, place, given, threads} = task;
  const {fleet} = given.options;
  const {ledgers, options} = await replayWorkload(workload, place, {
    policies: [given.policy],
    options: {
      ...given.options,
      cells: 1,
      fleet: {count: 1, slots: Number.POSITIVE_INFINITY, memoryMib: Number.POSITIVE_INFINITY},
    },
    threads,
  });
  const [ledger] = ledgers;
  const {peakSlots, peakMemoryMib, functions} = ledger!;
  const {results} = measure(replayReport(workload, ledgers, options, 0), ledger!, task.objectives);
  const sizes: Readonly<Record<string, number>> = {
    hosts: Math.max(peakSlots / fleet.slots, peakMemoryMib / fleet.memoryMib),
    slots: peakSlots / fleet.count,
    memory: peakMemoryMib / fleet.count,
  };
  const peak = sizes[find.name]!;
  const usedUs = [functions.busyUs, functions.startingUs]
    .flatMap((column) => [...column])
    .reduce((sum, us) => sum + us, 0);
  const share = peakSlots > 0 ? usedUs / (options.untilUs - options.fromUs) / peakSlots : 0;
  return {peak, mean: peak * share, missed: results.filter(({met}) => !met).map(({objective}) => objective)};
}
