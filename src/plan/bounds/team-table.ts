import type {FunctionSettings} from '../../fleet/settings/columns.ts';
import {teamsOf} from '../../fleet/settings/settings-of.ts';
import type {Workload} from '../../workload/workload.ts';
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
  return {count: values.length, of: id, names: values, weights};
}
