import {LazyList} from './json-pieces.ts';
import type {Knobs} from './knobs.ts';
import {dnsLabel} from './names.ts';
import {heldThroughout, type PlatformOptions, type PlatformTarget} from './target.ts';
import type {NamedTimetable} from './timetable.ts';
import {mostSlots} from './timetable.ts';

const PREFIX = 'autoscaling.knative.dev/';
const MIN_SCALE = `${PREFIX}min-scale`;

interface KnativePatch {
  readonly apiVersion: 'serving.knative.dev/v1';
  readonly kind: 'Service';
  readonly metadata: {readonly name: string; readonly namespace: string};
  readonly spec: {
    readonly template: {
      readonly metadata: {readonly annotations: Readonly<Record<string, string>>};
      readonly spec: {readonly containerConcurrency: number};
    };
  };
}

export const knative: PlatformTarget = {
  name: 'knative',
  title: 'Knative',
  summary:
    'merge patches with min-scale, containerConcurrency, and the autoscaler as planned for Knative Services, a JSON list',
  format: 'json',
  names: dnsLabel('Knative service', 63),
  lead: '0',
  followsClock: false,
  notes: (functions) => heldThroughout('min-scale', functions),
  render: (functions, options) => new LazyList(() => knativePatches(functions, options)),
};

/**
 * Merge patches for Knative Services, one each: `kubectl patch ksvc NAME -n NAMESPACE --type merge -p PATCH`, or
 * Kustomize `patches`. The annotation belongs to the revision template, its value is text. A scale follows no clock,
 * so it is the most the plan ever holds; each change of it makes a new revision. `containerConcurrency` is that of the
 * plan, 0 where it has no limit.
 */
function* knativePatches(
  functions: readonly NamedTimetable[],
  {namespace, knobs}: PlatformOptions,
): Generator<KnativePatch> {
  const tuned = knobs?.platform === 'knative' ? autoscaling(knobs) : {};
  for (const {name, timetable, concurrency, most} of functions) {
    yield {
      apiVersion: 'serving.knative.dev/v1',
      kind: 'Service',
      metadata: {name, namespace},
      spec: {
        template: {
          metadata: {
            annotations: {
              [MIN_SCALE]: String(mostSlots(timetable)),
              ...maxScale(most, knobs, mostSlots(timetable)),
              ...tuned,
            },
          },
          spec: {containerConcurrency: Number.isFinite(concurrency) ? concurrency : 0},
        },
      },
    };
  }
}

/** What the autoscaler aims at, as text; a window is whole seconds. */
function autoscaling({target, utilization, windowS}: Knobs): Record<string, string> {
  return {
    ...(target !== undefined && {[`${PREFIX}target`]: String(target)}),
    ...(utilization !== undefined && {
      [`${PREFIX}target-utilization-percentage`]: String(Math.round(100 * utilization)),
    }),
    ...(windowS !== undefined && {[`${PREFIX}window`]: `${Math.round(windowS)}s`}),
  };
}

/** What the plan says of the function, or of all; 0 would be no limit, and less than the least is refused. */
function maxScale(most: number, knobs: Knobs | undefined, minScale: number): Record<string, string> {
  const max = Number.isFinite(most) ? most : knobs?.platform === 'knative' ? knobs.max : undefined;
  return max === undefined ? {} : {[`${PREFIX}max-scale`]: String(Math.max(max, minScale))};
}
