import {usageError} from '../../base/errors.ts';
import {awsCron, cronTime, strokeTimes} from './cron.ts';
import {LazyList} from './json-pieces.ts';
import {lambdaName} from './names.ts';
import {type PlatformTarget, servesOneAtATime} from './target.ts';
import type {NamedTimetable} from './timetable.ts';
import {mostSlots, type Timetable} from './timetable.ts';

/** Fixed quota of Application Auto Scaling. */
const MAX_ACTIONS = 200;
/** Quota of scalable targets in a region, until it is raised. */
const MAX_TARGETS = 500;

/** What is so wherever provisioned concurrency is written for AWS. */
export const onAws = {
  names: lambdaName,
  // Allocation begins after a minute or two.
  lead: '2m',
  followsClock: true,
  notes: (functions) => [
    ...(functions.length > MAX_TARGETS
      ? [
          `${functions.length} functions: AWS allows ${MAX_TARGETS} scalable targets in a region until the quota is raised`,
        ]
      : []),
    ...servesOneAtATime('AWS Lambda', functions),
  ],
} satisfies Partial<PlatformTarget>;

export const lambda: PlatformTarget = {
  name: 'lambda',
  title: 'AWS Lambda',
  summary: 'scalable targets and scheduled actions for provisioned concurrency, AWS CLI JSON',
  format: 'json',
  ...onAws,
  render: (functions, {qualifier}) =>
    new LazyList(
      () => lambdaSchedules(functions, qualifier),
      () => checkSchedules(functions, qualifier),
    ),
};

/**
 * Provisioned concurrency by the clock: input for `aws application-autoscaling register-scalable-target` and
 * `put-scheduled-action` (`--cli-input-json`), one of the first and some of the second for each function.
 */
function* lambdaSchedules(functions: readonly NamedTimetable[], qualifier: string): Generator<LambdaSchedule> {
  for (const one of functions) {
    yield {
      function: one.name,
      registerScalableTarget: scalableTarget(one, qualifier),
      putScheduledAction: scheduledActions(one, qualifier),
    };
  }
}

export interface ScalableTarget {
  readonly ServiceNamespace: 'lambda';
  readonly ResourceId: string;
  readonly ScalableDimension: 'lambda:function:ProvisionedConcurrency';
  readonly MinCapacity: number;
  readonly MaxCapacity: number;
}

export interface ScheduledAction {
  readonly ServiceNamespace: 'lambda';
  readonly ResourceId: string;
  readonly ScalableDimension: 'lambda:function:ProvisionedConcurrency';
  readonly ScheduledActionName: string;
  readonly Schedule: string;
  readonly Timezone: 'UTC';
  /** Both alike: a minimum alone never scales in. 0 and 0 turn provisioned concurrency off. */
  readonly ScalableTargetAction: {readonly MinCapacity: number; readonly MaxCapacity: number};
}

/** A function's scalable target, to register first, and its scheduled actions. */
interface LambdaSchedule {
  readonly function: string;
  readonly registerScalableTarget: ScalableTarget;
  readonly putScheduledAction: readonly ScheduledAction[];
}

/** Refuses a qualifier that cannot have provisioned concurrency, and functions that change too often: usage errors. */
export function checkSchedules(functions: readonly NamedTimetable[], qualifier: string): void {
  checkQualifier(qualifier);
  for (const {name, timetable} of functions) {
    const changes = countChanges(timetable);
    if (changes <= MAX_ACTIONS) continue;
    throw usageError(
      `function '${name}' changes ${changes} times, AWS allows ${MAX_ACTIONS} scheduled actions a function`,
      'plan with longer windows, such as --window 15m or 1h',
    );
  }
}

/** What a function's provisioned concurrency is registered as. */
export function scalableTarget({name, timetable}: NamedTimetable, qualifier: string): ScalableTarget {
  return {...resourceOf(name, qualifier), MinCapacity: 0, MaxCapacity: mostSlots(timetable)};
}

/** What is done to it by the clock. */
export function scheduledActions({name, timetable}: NamedTimetable, qualifier: string): ScheduledAction[] {
  const resource = resourceOf(name, qualifier);
  return changesOf(timetable).map(({schedule, slots}, i) => ({
    ...resource,
    ScheduledActionName: `cf-${String(i).padStart(3, '0')}-${slots}`,
    Schedule: schedule,
    Timezone: 'UTC',
    ScalableTargetAction: {MinCapacity: slots, MaxCapacity: slots},
  }));
}

function resourceOf(name: string, qualifier: string) {
  return {
    ServiceNamespace: 'lambda',
    ResourceId: `function:${name}:${qualifier}`,
    ScalableDimension: 'lambda:function:ProvisionedConcurrency',
  } as const;
}

/** How many moments `changesOf` gives. */
function countChanges({steps, strokes}: Timetable): number {
  return Math.max(1, steps.length + 2 * strokes.length);
}

/** The moments at which the capacity is set, and to what. A capacity that never changes is set once a day. */
export function changesOf({steps, strokes, periodMinutes}: Timetable): {schedule: string; slots: number}[] {
  const changes = steps.map(({minute, slots}) => ({
    schedule: periodMinutes === 0 ? atExpression(minute) : awsCron(cronTime(minute, periodMinutes)),
    slots,
  }));
  // Strokes stand alone: a function that has some has no other slots, or the same all day.
  for (const one of strokes) {
    const {start, end} = strokeTimes(one);
    changes.push({schedule: awsCron(start), slots: one.slots}, {schedule: awsCron(end), slots: 0});
  }
  // A function without slots is told so, in case an earlier plan gave it some.
  return changes.length > 0 ? changes : [{schedule: awsCron(cronTime(0, 1440)), slots: 0}];
}

/** `at(2026-01-05T06:00:00)`, UTC, without a zone. */
function atExpression(minute: number): string {
  return `at(${new Date(minute * 60_000).toISOString().slice(0, 19)})`;
}

/** Refuses what cannot carry provisioned concurrency: $LATEST, or no alias or version at all. */
function checkQualifier(qualifier: string): void {
  if (!/^[a-zA-Z0-9_-]{1,128}$/.test(qualifier)) {
    throw usageError(
      `--qualifier is '${qualifier}', must be an alias or a version`,
      'provisioned concurrency does not exist for $LATEST',
    );
  }
}
