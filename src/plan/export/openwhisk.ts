import {groupedBy} from './grouped.ts';
import type {Knobs} from './knobs.ts';
import {heldThroughout, type PlatformTarget} from './target.ts';
import {mostSlots, type NamedTimetable} from './timetable.ts';

/** Memory of actions that the trace does not tell: OpenWhisk's own default. */
const USUAL_MIB = 256;

/** What OpenWhisk's stem cells are configured with, and which functions of the plan find them. */
interface StemCells {
  readonly initialCount: number;
  readonly memory: string;
}

interface StemCellsFor {
  readonly stemCells: readonly StemCells[];
  readonly functions: readonly string[];
}

export const openwhisk: PlatformTarget = {
  name: 'openwhisk',
  title: 'OpenWhisk',
  summary: 'stem cells by memory for the kinds of runtimes.json, an object to merge into each',
  format: 'json',
  names: {what: 'OpenWhisk action', length: 64, clean: (text) => text.replace(/[^a-zA-Z0-9_-]+/g, '_') || '_'},
  lead: '0',
  followsClock: false,
  notes: (functions, {knobs}) =>
    functions.length === 0
      ? []
      : [
          'stem cells are of a kind and an invoker: merge them into the kinds that your functions use',
          ...(knobs?.stemCells === undefined ? heldThroughout('a stem cell', functions) : []),
        ],
  render: (functions, {knobs}): StemCellsFor => ({
    stemCells: cellsOf(functions, knobs),
    functions: functions.map(({name}) => name),
  }),
};

/** As sized for OpenWhisk, or as many as the plan keeps of each size. */
function cellsOf(functions: readonly NamedTimetable[], knobs: Knobs | undefined): StemCells[] {
  if (knobs?.stemCells !== undefined) {
    return knobs.stemCells === 0 ? [] : [{initialCount: knobs.stemCells, memory: `${knobs.stemMib} MB`}];
  }
  return groupedBy(functions, ({own}) => String(Number.isNaN(own.memoryMib) ? USUAL_MIB : own.memoryMib))
    .map((same) => ({
      initialCount: same.reduce((sum, {timetable}) => sum + mostSlots(timetable), 0),
      mib: Number.isNaN(same[0]!.own.memoryMib) ? USUAL_MIB : same[0]!.own.memoryMib,
    }))
    .filter(({initialCount}) => initialCount > 0)
    .sort((a, b) => a.mib - b.mib)
    .map(({initialCount, mib}) => ({initialCount, memory: `${Math.ceil(mib)} MB`}));
}
