import {formatCount, formatTimeUs} from '../../base/units.ts';
import type {Demand} from '../demand/demand.ts';
import {type Constraint, groupsByWindow, type Parts} from './constraints.ts';

/** Teams with what each may have at most. */
export interface TeamMost extends Parts {
  readonly names: readonly string[];
  /** Slots; Infinity: no limit. [team] */
  readonly most: Float64Array;
}

/** No team keeps more slots in any window than its quota lets it use at once; none where no team has such a limit. */
export function quotaConstraints(demand: Demand, teams: TeamMost | undefined): Constraint[] {
  if (teams === undefined) return [];
  const {count, names, most} = teams;
  const {windows, functions} = demand;
  const groups = groupsByWindow(demand, teams);
  const windowOf = (g: number): string =>
    windows.startUs.length > 1 ? ` in the window from ${formatTimeUs(windows.startUs[Math.floor(g / count)]!)}` : '';
  return [
    {
      name: 'slots',
      usePerSlot: new Float64Array(functions).fill(1),
      usePerIdleSecond: new Float64Array(functions),
      groups,
      limit: Float64Array.from({length: groups.count}, (_, g) => most[g % count]!),
      describe: (g) => `${windowOf(g)} for team '${names[g % count]}'`,
      format: formatCount,
    },
  ];
}
