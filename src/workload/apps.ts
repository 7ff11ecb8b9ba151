import type {Workload} from './workload.ts';

/**
 * A number for each function's app, from 0 in order of appearance, and how many there are. An app is a pair (owner,
 * app): names of apps alone may recur under several owners.
 */
export function appsOf({functions, app, owner}: Pick<Workload, 'functions' | 'app' | 'owner'>): {
  app: Int32Array;
  count: number;
} {
  const seen = new Map<number, number>();
  const owners = owner.values.length;
  const ids = Int32Array.from({length: functions}, (_, f) => {
    const pair = app.id[f]! * owners + owner.id[f]!;
    const known = seen.get(pair);
    if (known !== undefined) return known;
    seen.set(pair, seen.size);
    return seen.size - 1;
  });
  return {app: ids, count: seen.size};
}
