import type {Workload} from '../workload/workload.ts';

/** Who a row of a table is about: a function's name recurs across apps and owners. */
export function functionRow(workload: Workload, f: number): {function: string; app: string; owner: string} {
  const {name, app, owner} = workload;
  return {function: name.at(f), app: app.values[app.id[f]!] ?? '', owner: owner.values[owner.id[f]!] ?? ''};
}

/** Columns of `functionRow`. */
export const functionColumns = [
  {key: 'function', unit: '', head: 'function'},
  {key: 'app', unit: '', head: 'app'},
  {key: 'owner', unit: '', head: 'owner'},
] as const;

/** The functions in order of falling `score`; equal scores in order of rows. */
export function rowsByScore(score: Float64Array): Uint32Array {
  return Uint32Array.from(score, (_, f) => f).sort((a, b) => score[b]! - score[a]! || a - b);
}
