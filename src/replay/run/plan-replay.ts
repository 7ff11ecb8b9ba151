import {usageError} from '../../base/errors.ts';
import {functionKeys} from '../../fleet/function-keys.ts';
import {teamsOf} from '../../fleet/settings/settings-of.ts';
import type {Workload} from '../../workload/workload.ts';
import {cellWorkload} from '../calls/cell-workload.ts';
import {refuseCrowdedMinutes} from '../calls/crowded-minutes.ts';
import {longFromUs, onClock, type ReplayOptions} from '../options.ts';
import type {PolicyChoice} from '../policies/policy.ts';
import {batchRows, checkBatch, withPool} from './batch-pool.ts';
import {checkFaults, checkRestart} from './cell-faults.ts';
import {asynchronousRows} from './cell-limits.ts';
import {checkSessions} from './cell-sessions.ts';
import {cellsOfPolicies} from './parts.ts';
import {type NumberedQuota, nothingAsked, type ReplayPlan} from './replay-plan.ts';

/** What the tasks of a replay share, and how its fleet is cut for each policy: the same on every machine. */
export function planReplay(
  workload: Workload,
  policies: readonly PolicyChoice[],
  options: ReplayOptions,
  asked = nothingAsked,
): ReplayPlan {
  const {fleet, cells} = options;
  const limited = fleet.slots !== Number.POSITIVE_INFINITY || fleet.memoryMib !== Number.POSITIVE_INFINITY;
  if (limited && fleet.count < cells) {
    throw usageError(
      `--cells is ${cells} but there are ${fleet.count} hosts, a cell needs at least one`,
      'use fewer cells or more hosts',
    );
  }
  if (cells > 1 && options.servedBy !== undefined) {
    throw usageError(
      `--cells is ${cells}, which deals functions to cells one by one, and here functions of an app share instances`,
      'leave out --cells',
    );
  }
  checkFaults(options);
  checkSessions(workload, options);
  checkRestart(options);
  checkBatch(options, asked.timeline !== undefined);
  const pool = batchRows(workload, options);
  refuseCrowdedMinutes(workload, cells, options.untilUs);
  const key = functionKeys(workload);
  const teams = teamsOf(workload, options.settings);
  return {
    workload: cellWorkload(workload),
    cells: cellsOfPolicies(workload, key, policies, options).map((dealt) => (pool ? withPool(dealt, pool) : dealt)),
    pool,
    wholePeaks: !limited,
    key,
    team: teams.id,
    quotas: quotasOf(teams.values, options),
    asynchronous: asynchronousRows(workload, options),
    policies,
    options: {...onClock(options), longUs: longFromUs(options)},
    asked,
  };
}

/** Teams that the workload does not have share nothing. */
function quotasOf(teams: readonly string[], {settings}: ReplayOptions): NumberedQuota[] {
  return (settings?.quotas ?? []).flatMap(({team, reserved, max}) => {
    const number = teams.indexOf(team);
    const none = {
      reserved: Number.isNaN(reserved) ? 0 : reserved,
      max: Number.isNaN(max) ? Number.POSITIVE_INFINITY : max,
    };
    return number < 0 ? [] : [{team: number, ...none}];
  });
}
