import {formatSeconds} from '../../base/format.ts';
import type {Compared} from '../../tradeoff/compared.ts';
import type {inputs, LongRunning} from '../../tradeoff/long-running/inputs.ts';
import type {SimulatedCore} from './core.ts';
import {failing, underTimeout} from './long-jobs.ts';
import {drains, placements, slotTime} from './long-on-hosts.ts';
import type {Simulation} from './simulation.ts';

/** E4 in the core: a job that is cut, in slices, on hosts that fail, and what long calls mean for hosts and short ones. */
export const longRunningSimulation: Simulation<typeof inputs> = {run};

async function run(values: LongRunning, core: SimulatedCore): Promise<{setup: string; rows: Compared[]}> {
  const rows = [
    ...(await slotTime(values, core)),
    ...(await underTimeout(values, core)),
    ...(await failing(values, core)),
    ...(await drains(values, core)),
    ...(await placements(values, core)),
  ];
  return {
    setup:
      'Poisson calls, short ones exponential, each in an instance of its own. A job under --timeout and in slices; jobs on hosts of one ' +
      'slot that fail at random, lose their work and are back at once; long jobs alone on hosts of --slots, dealt at random, that are ' +
      `restarted wave after wave; and long jobs beside short calls of ${formatSeconds(values.jobSeconds / 50)} on hosts of 24 slots by placement.`,
    rows,
  };
}
