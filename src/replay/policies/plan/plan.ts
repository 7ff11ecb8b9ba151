import {text, timeUs} from '../../../base/parameters.ts';
import type {Parameter} from '../../../base/part.ts';
import {formatCount, formatTimeUs} from '../../../base/units.ts';
import {keepAlivePart} from '../../../scheduler/parts/keep-alive/keep-alive.ts';
import {FollowTargets} from '../../../scheduler/parts/keep-alive/targets/follow-targets.ts';
import type {SlotTargets} from '../../../scheduler/parts/keep-alive/targets/slot-targets.ts';
import {readWhole} from '../../../workload/file/file.ts';
import type {PolicyInput} from '../policy.ts';

const anyTime = timeUs('how long instances beyond the plan stay idle; plan: as the file says, else 60s');
const spill: Parameter<number | 'plan'> = {
  ...anyTime,
  default: 'plan',
  parse: (given, what) => (given === 'plan' ? given : anyTime.parse(given, what)),
};

/** Follows a plan file, read once and laid over the replay (see `planTargets`). */
export const plan = keepAlivePart({
  name: 'plan',
  summary: 'follow a plan file: its slots are kept, what is beyond them for the spill time (plan: as the file says)',
  kind: 'ours',
  // Where windows end at one time, room is made before any begins.
  scope: 'cell',
  parameters: {file: text('file', 'plan file'), spill},
  sweep: {variants: [], fleets: 'all'},
  prepare: targetsOf,
  create: (_, {row, part, parts, pool}, targets) => new FollowTargets({targets, row, part, parts}, pool),
});

async function targetsOf(
  {file, spill: spillTime}: {readonly file: string; readonly spill: number | 'plan'},
  {workload, options: {untilUs}, note}: PolicyInput,
): Promise<SlotTargets> {
  const spillUs = spillTime === 'plan' ? undefined : spillTime;
  const place = file === '-' ? 'stdin' : file;
  const {joinPlan, planEndUs, readPlan} = await import('../../../plan/file/plan-file.ts');
  const {planTargets} = await import('./plan-targets.ts');
  const read = readPlan(await readWhole(file), place);
  const planRow = joinPlan(read, workload);
  const known = planRow.reduce((n, f) => n + (f < 0 ? 0 : 1), 0);
  if (known < workload.functions) {
    note(
      `${place} does not know ${formatCount(workload.functions - known)} of ${formatCount(workload.functions)} functions: they get no slots`,
    );
  }
  if (known < read.functions) {
    note(
      `${formatCount(read.functions - known)} of ${formatCount(read.functions)} functions of ${place} are not in the workload`,
    );
  }
  const endUs = planEndUs(read);
  if (endUs < untilUs) {
    note(
      `${place} ends at ${formatTimeUs(endUs)}, the replay at ${formatTimeUs(untilUs)}: after it nothing is kept but spill-over`,
    );
  }
  const origin = Number(read.metadata.get('origin_us') ?? workload.meta.originUs);
  const shiftUs = Number.isSafeInteger(origin) ? origin - workload.meta.originUs : 0;
  return planTargets(read, {planRow, spillUs, shiftUs, untilUs, place});
}
