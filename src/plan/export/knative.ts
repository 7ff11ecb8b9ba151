import type {NamedTimetable} from './timetable.ts';
import {mostSlots} from './timetable.ts';

const MIN_SCALE = 'autoscaling.knative.dev/min-scale';

export interface KnativePatch {
  readonly apiVersion: 'serving.knative.dev/v1';
  readonly kind: 'Service';
  readonly metadata: {readonly name: string; readonly namespace: string};
  readonly spec: {readonly template: {readonly metadata: {readonly annotations: Readonly<Record<string, string>>}}};
}

/**
 * Merge patches for Knative Services, one each: `kubectl patch ksvc NAME -n NAMESPACE --type merge -p PATCH`, or
 * Kustomize `patches`. The annotation belongs to the revision template, its value is text. A scale follows no clock,
 * so it is the most the plan ever holds; each change of it makes a new revision.
 */
export function knativePatches(functions: readonly NamedTimetable[], namespace: string): KnativePatch[] {
  return functions.map(({name, timetable}) => ({
    apiVersion: 'serving.knative.dev/v1',
    kind: 'Service',
    metadata: {name, namespace},
    spec: {template: {metadata: {annotations: {[MIN_SCALE]: String(mostSlots(timetable))}}}},
  }));
}
