import type {FunctionSettings} from '../../fleet/settings/columns.ts';
import {teamsOf} from '../../fleet/settings/settings-of.ts';
import type {Workload} from '../../workload/workload.ts';
import type {TeamMost} from './quota-constraint.ts';
import type {Teams} from './team-shares.ts';

/** Every owner is a team, all of the same weight. */
export function ownersAsTeams({owner}: Workload): Teams {
  return {
    count: owner.values.length,
    of: owner.id,
    names: owner.values,
    weights: new Float64Array(owner.values.length).fill(1),
  };
}

/**
 * The teams that settings of single functions name: who has none is of its owner's, and a team of which no weight is told
 * has weight 1.
 */
export function teamsBy(workload: Workload, settings: FunctionSettings): Teams {
  const {id, values} = teamsOf(workload, settings);
  const weights = new Float64Array(values.length).fill(1);
  settings.numbers.weight?.forEach((weight, row) => {
    if (!Number.isNaN(weight)) weights[id[row]!] = weight;
  });
  const reserved = quotaColumn(values, settings, 'reserved', 0);
  return {count: values.length, of: id, names: values, weights, reserved};
}

/** What teams may keep at most; undefined: none has a limit. */
export function teamLimitsBy(workload: Workload, settings: FunctionSettings): TeamMost | undefined {
  const {id, values} = teamsOf(workload, settings);
  const most = quotaColumn(values, settings, 'max', Number.POSITIVE_INFINITY);
  return most && {count: values.length, of: id, names: values, most};
}

/** Undefined where no team has that quota. [team] */
function quotaColumn(
  teams: readonly string[],
  {quotas}: FunctionSettings,
  name: 'reserved' | 'max',
  none: number,
): Float64Array | undefined {
  const column = Float64Array.from(teams, (team) => {
    const given = quotas.findLast((quota) => quota.team === team)?.[name] ?? Number.NaN;
    return Number.isNaN(given) ? none : given;
  });
  return column.every((value) => value === none) ? undefined : column;
}
