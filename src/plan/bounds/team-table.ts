import type {RowProblem} from '../../files/rows.ts';
import {TableCells} from '../../files/table-cells.ts';
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
 * Reads a table of teams: `owner[,team][,weight]`. Owners of the same team share its weight; an owner that is not
 * listed is a team by itself, of weight 1.
 */
export class TeamTable {
  private readonly cells: TableCells;
  private readonly workload: Workload;
  private readonly teamOf = new Map<string, string>(); // by owner
  private readonly weightOf = new Map<string, number>(); // by team

  constructor(place: string, header: readonly string[], workload: Workload) {
    this.cells = new TableCells(place, header, ['owner', 'team', 'weight'], ['owner']);
    this.workload = workload;
  }

  take(row: readonly string[]): RowProblem | undefined {
    const {cells} = this;
    const owner = cells.text(row, 'owner');
    const team = cells.text(row, 'team') || owner;
    const weight = cells.number(row, 'weight');
    if (weight !== undefined && !(weight > 0 && weight < Number.POSITIVE_INFINITY)) {
      return cells.problem(row, 'weight', 'a number above 0');
    }
    const known = this.weightOf.get(team);
    if (weight !== undefined && known !== undefined && known !== weight) {
      return cells.problem(row, 'weight', `${known}, as given for team '${team}' before`);
    }
    this.teamOf.set(owner, team);
    if (weight !== undefined) this.weightOf.set(team, weight);
    return undefined;
  }

  teams(): Teams {
    const {owner} = this.workload;
    const names: string[] = [];
    const ids = new Map<string, number>();
    const teamOfOwner = owner.values.map((name) => {
      const team = this.teamOf.get(name) ?? name;
      const id = ids.get(team) ?? names.push(team) - 1;
      ids.set(team, id);
      return id;
    });
    return {
      count: names.length,
      of: owner.id.map((id) => teamOfOwner[id]!),
      names,
      weights: Float64Array.from(names, (team) => this.weightOf.get(team) ?? 1),
    };
  }
}
