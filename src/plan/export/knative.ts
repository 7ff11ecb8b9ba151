import {LazyList} from './json-pieces.ts';
import {dnsLabel} from './names.ts';
import {heldThroughout, type PlatformTarget} from './target.ts';
import type {NamedTimetable} from './timetable.ts';
import {mostSlots} from './timetable.ts';

const MIN_SCALE = 'autoscaling.knative.dev/min-scale';

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
  summary: 'merge patches with min-scale and containerConcurrency for Knative Services, a JSON list',
  format: 'json',
  names: dnsLabel('Knative service', 63),
  lead: '0',
  followsClock: false,
  notes: (functions) => heldThroughout('min-scale', functions),
  render: (functions, {namespace}) => new LazyList(() => knativePatches(functions, namespace)),
};

/**
 * Merge patches for Knative Services, one each: `kubectl patch ksvc NAME -n NAMESPACE --type merge -p PATCH`, or
 * Kustomize `patches`. The annotation belongs to the revision template, its value is text. A scale follows no clock,
 * so it is the most the plan ever holds; each change of it makes a new revision. `containerConcurrency` is that of the
 * plan, 0 where it has no limit.
 */
function* knativePatches(functions: readonly NamedTimetable[], namespace: string): Generator<KnativePatch> {
  for (const {name, timetable, concurrency} of functions) {
    yield {
      apiVersion: 'serving.knative.dev/v1',
      kind: 'Service',
      metadata: {name, namespace},
      spec: {
        template: {
          metadata: {annotations: {[MIN_SCALE]: String(mostSlots(timetable))}},
          spec: {containerConcurrency: Number.isFinite(concurrency) ? concurrency : 0},
        },
      },
    };
  }
}
