import {Utf8Column} from '../columns.ts';
import type {LabelColumn, Workload} from '../workload.ts';

type Columns = Pick<Workload, 'functions' | 'name' | 'app' | 'owner' | 'trigger' | 'memoryMib' | 'duration'>;

/** Columns of functions [from, to), as views where that can be; labels that they do not have are left out. */
export function functionRange(columns: Columns, from: number, to: number): Columns {
  const {functions, name, app, owner, trigger, memoryMib, duration} = columns;
  if (from === 0 && to === functions) return {functions, name, app, owner, trigger, memoryMib, duration};
  const {meanMs, minMs, maxMs, levels, percentileMs} = duration;
  const cut = (values: Float64Array): Float64Array => values.subarray(from, to);
  return {
    functions: to - from,
    name: new Utf8Column(name.bytes, name.offsets.subarray(from, to + 1)),
    ...{app: labelRange(app, from, to), owner: labelRange(owner, from, to), trigger: labelRange(trigger, from, to)},
    memoryMib: cut(memoryMib),
    duration: {
      ...{meanMs: cut(meanMs), minMs: cut(minMs), maxMs: cut(maxMs), levels},
      percentileMs: percentileMs.subarray(from * levels.length, to * levels.length),
    },
  };
}

/** In order of first appearance. */
function labelRange({id, values}: LabelColumn, from: number, to: number): LabelColumn {
  const own = new Map<number, number>();
  const ids = Int32Array.from(id.subarray(from, to), (label) => {
    const known = own.get(label);
    if (known !== undefined) return known;
    own.set(label, own.size);
    return own.size - 1;
  });
  return {id: ids, values: [...own.keys()].map((label) => values[label]!)};
}
