import {cronTime, fiveFields, strokeTimes} from './cron.ts';
import {LazyList} from './json-pieces.ts';
import {dnsLabel, shortened} from './names.ts';
import type {PlatformTarget} from './target.ts';
import type {NamedTimetable} from './timetable.ts';
import {floorSlots, mostSlots, requireRecurring, type Timetable} from './timetable.ts';

/** What KEDA caps a workload at when nobody says more. */
const DEFAULT_MAX_REPLICAS = 100;
const SUFFIX = '-warm';
/** KEDA puts `keda-hpa-` before the ScaledObject's name and wants the whole within 63 characters. */
const OBJECT_NAME_LENGTH = 54;

interface CronTrigger {
  readonly type: 'cron';
  readonly metadata: {
    readonly timezone: string;
    readonly start: string;
    readonly end: string;
    readonly desiredReplicas: string;
  };
}

export const keda: PlatformTarget = {
  name: 'keda',
  title: 'KEDA',
  summary: 'ScaledObjects with cron triggers, a Kubernetes List',
  format: 'json',
  names: dnsLabel('Kubernetes workload', 63),
  lead: '0',
  followsClock: true,
  render: (functions, {namespace}) => kedaList(functions, namespace),
};

/**
 * A ScaledObject for each function with slots in one Kubernetes List: JSON, which is YAML too. `kubectl apply -f`, with
 * `--prune` to take back what an earlier plan gave: KEDA cannot be told to want no replicas.
 */
function kedaList(functions: readonly NamedTimetable[], namespace: string) {
  const items = new LazyList(function* () {
    for (const one of functions) if (mostSlots(one.timetable) > 0) yield scaledObject(one, namespace);
  });
  return {apiVersion: 'v1', kind: 'List', items};
}

function scaledObject({name, timetable}: NamedTimetable, namespace: string) {
  requireRecurring(timetable, "KEDA's cron scaler");
  const floor = floorSlots(timetable);
  return {
    apiVersion: 'keda.sh/v1alpha1',
    kind: 'ScaledObject',
    metadata: {name: shortened(name, OBJECT_NAME_LENGTH - SUFFIX.length) + SUFFIX, namespace},
    spec: {
      scaleTargetRef: {name},
      minReplicaCount: floor,
      maxReplicaCount: Math.max(DEFAULT_MAX_REPLICAS, mostSlots(timetable)),
      // A scale-down would otherwise wait five minutes behind the plan.
      advanced: {horizontalPodAutoscalerConfig: {behavior: {scaleDown: {stabilizationWindowSeconds: 0}}}},
      triggers: triggersOf(timetable, floor),
    },
  };
}

/** A trigger for each stretch above the floor. Several may be active: the autoscaler takes the largest. */
function triggersOf({steps, strokes, periodMinutes}: Timetable, floor: number): CronTrigger[] {
  const triggers: CronTrigger[] = [];
  steps.forEach(({minute, slots}, i) => {
    if (slots <= floor) return;
    const next = steps[(i + 1) % steps.length]!;
    triggers.push(
      trigger(fiveFields(cronTime(minute, periodMinutes)), fiveFields(cronTime(next.minute, periodMinutes)), slots),
    );
  });
  for (const one of strokes) {
    if (one.slots <= floor) continue;
    const {start, end} = strokeTimes(one);
    triggers.push(trigger(fiveFields(start), fiveFields(end), one.slots));
  }
  // A ScaledObject needs one at least; it says once more what the floor says.
  return triggers.length > 0 ? triggers : [trigger('0 0 * * *', '59 23 * * *', floor)];
}

function trigger(start: string, end: string, slots: number): CronTrigger {
  return {type: 'cron', metadata: {timezone: 'Etc/UTC', start, end, desiredReplicas: String(slots)}};
}
