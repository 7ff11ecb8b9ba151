import {csvLine} from '../../base/text.ts';
import type {Workload} from '../../workload/workload.ts';
import {type Ledger, unservedOf} from '../ledger.ts';

export const perFunctionHeader = csvLine(['policy', 'function', 'invocations', 'warm', 'cold', 'dropped']);

/**
 * `--per-function`: a line a policy and function that was called in the counted part. A function name that recurs is
 * written `owner/app/function`. Calls that left a queue unserved and those still waiting are in `invocations` alone.
 */
export function* perFunctionLines(workload: Workload, ledgers: readonly Ledger[]): Generator<string> {
  const seen = new Set<string>();
  const recurring = new Set<string>();
  for (let row = 0; row < workload.functions; row++) {
    const name = workload.name.at(row);
    if (seen.has(name)) recurring.add(name);
    seen.add(name);
  }
  for (const {policy, functions} of ledgers) {
    for (let row = 0; row < workload.functions; row++) {
      const calls = functions.calls[row]!;
      if (calls === 0) continue;
      const cold = functions.cold[row]!;
      const dropped = functions.dropped[row]!;
      const warm = calls - cold - unservedOf(functions, row);
      yield csvLine([policy, labelOf(workload, row, recurring), calls, warm, cold, dropped]);
    }
  }
}

function labelOf(workload: Workload, row: number, recurring: ReadonlySet<string>): string {
  const name = workload.name.at(row);
  if (!recurring.has(name)) return name;
  const {owner, app} = workload;
  return `${owner.values[owner.id[row]!]}/${app.values[app.id[row]!]}/${name}`;
}
