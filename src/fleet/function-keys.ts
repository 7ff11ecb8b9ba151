import {hashBytes, hashText, mixKeys} from '../base/random.ts';
import type {Workload} from '../workload/workload.ts';

/**
 * A stable 32-bit key of each function's identity (owner, app, name): the key of all its random draws and of its
 * cell. The same function has the same key in any slice or shard of its trace.
 */
export function functionKeys(workload: Workload): Int32Array {
  const {name, app, owner} = workload;
  const appKey = Int32Array.from(app.values, (value) => hashText(value, 1));
  const ownerKey = Int32Array.from(owner.values, (value) => hashText(value, 2));
  const keys = new Int32Array(workload.functions);
  for (let f = 0; f < keys.length; f++) {
    const own = hashBytes(name.bytes, name.offsets[f], name.offsets[f + 1]);
    keys[f] = mixKeys(mixKeys(own, appKey[app.id[f]!]!), ownerKey[owner.id[f]!]!);
  }
  return keys;
}
