import {text, timeUs} from '../../../base/parameters.ts';
import type {Parameter} from '../../../base/part.ts';
import {formatCount, formatTimeUs} from '../../../base/units.ts';
import {placesOf, UNLIMITED_PLACES} from '../../../fleet/settings/places.ts';
import {keepAlivePart} from '../../../scheduler/parts/keep-alive/keep-alive.ts';
import {FollowTargets} from '../../../scheduler/parts/keep-alive/targets/follow-targets.ts';
import {TargetsOverRest} from '../../../scheduler/parts/keep-alive/targets/targets-over-rest.ts';
import {readWhole} from '../../../workload/file/file.ts';
import type {PolicyInput} from '../policy.ts';
import type {Followed} from './followed-plan.ts';
import {prepareRest, restPolicy} from './rest-policies.ts';

const anyTime = timeUs('how long instances beyond the plan stay idle; plan: as the file says, else 60s');
const spill: Parameter<number | 'plan'> = {
  ...anyTime,
  default: 'plan',
  parse: (given, what) => (given === 'plan' ? given : anyTime.parse(given, what)),
};

/** Follows a plan file, read once and laid over the replay (see `planTargets`), on top of the rest that it names. */
export const plan = keepAlivePart({
  name: 'plan',
  summary: 'follow a plan file: its slots are kept, what is beyond them as the file says, or for the spill time',
  kind: 'ours',
  // Where windows end at one time, room is made before any begins.
  scope: 'cell',
  parameters: {file: text('file', 'plan file'), spill},
  sweep: {variants: [], fleets: 'all'},
  prepare: followedOf,
  create: (_, context, {targets, rest}) => {
    const {row, part, parts, pool, originUs} = context;
    const ofCell = {targets, row, part, parts, originUs};
    return rest
      ? new TargetsOverRest(ofCell, context, (restPool) => restPolicy(rest, {...context, pool: restPool}))
      : new FollowTargets(ofCell, pool);
  },
});

async function followedOf(
  {file, spill: spillTime}: {readonly file: string; readonly spill: number | 'plan'},
  input: PolicyInput,
): Promise<Followed> {
  const {workload, options, note} = input;
  const {untilUs} = options;
  const spillUs = spillTime === 'plan' ? undefined : spillTime;
  const place = file === '-' ? 'stdin' : file;
  const {joinPlan, planEndUs, readPlan} = await import('../../../plan/file/plan-file.ts');
  const {followedPlan} = await import('./followed-plan.ts');
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
  const placed = placesOf(options.concurrency, options.settings, Int32Array.from(planRow.keys()));
  const other = planRow.findIndex((f, row) => f >= 0 && read.concurrency[f] !== unbounded(placed?.[row] ?? 1));
  if (other >= 0) {
    const texts = [read.concurrency[planRow[other]!]!, placed?.[other] ?? 1].map((n) =>
      String(n < UNLIMITED_PLACES ? n : 0),
    );
    note(
      `${place} is for --concurrency ${texts[0]}, the replay has ${texts[1]} ('${workload.name.at(other)}' for one): slots then serve more or fewer calls`,
    );
  }
  const endUs = planEndUs(read);
  // A plan without slots has no end.
  if (endUs > 0 && endUs < untilUs) {
    note(
      `${place} ends at ${formatTimeUs(endUs)}, the replay at ${formatTimeUs(untilUs)}: after it ${read.rest === undefined ? 'nothing is kept but spill-over' : `all is left to ${read.rest}`}`,
    );
  }
  const rest = spillUs === undefined && read.rest !== undefined ? await prepareRest(read.rest, input) : undefined;
  return followedPlan(read, {...input, place, rest, spillUs});
}

function unbounded(places: number): number {
  return places === UNLIMITED_PLACES ? Number.POSITIVE_INFINITY : places;
}
