import {LazyList} from './json-pieces.ts';
import {dnsLabel} from './names.ts';
import {heldThroughout, type PlatformOptions, type PlatformTarget} from './target.ts';
import {mostSlots, type NamedTimetable} from './timetable.ts';

/** Replicas that OpenFaaS takes for granted as most; as many as the least would switch its scaling off. */
const USUAL_MAX = 20;
const LABEL = 'com.openfaas.scale.';

interface FaasFunction {
  readonly apiVersion: 'openfaas.com/v1';
  readonly kind: 'Function';
  readonly metadata: {readonly name: string; readonly namespace: string};
  readonly spec: {readonly name: string; readonly labels: Readonly<Record<string, string>>};
}

export const openfaas: PlatformTarget = {
  name: 'openfaas',
  title: 'OpenFaaS',
  summary: 'merge patches with scale labels for Functions of OpenFaaS, a JSON list',
  format: 'json',
  names: dnsLabel('OpenFaaS function', 63),
  lead: '0',
  followsClock: false,
  notes: (functions) => heldThroughout('scale.min', functions),
  render: (functions, options) => new LazyList(() => patches(functions, options)),
};

/** Labels, not annotations; the least is 1, and what may go to zero says so apart. */
function* patches(functions: readonly NamedTimetable[], {namespace, knobs}: PlatformOptions): Generator<FaasFunction> {
  for (const {name, timetable, concurrency, most} of functions) {
    const slots = mostSlots(timetable);
    const min = Math.max(1, slots);
    const max = Math.max(Number.isFinite(most) ? most : (knobs?.max ?? USUAL_MAX), min + 1);
    const target = knobs?.target ?? concurrency;
    yield {
      apiVersion: 'openfaas.com/v1',
      kind: 'Function',
      metadata: {name, namespace},
      spec: {
        name,
        labels: {
          [`${LABEL}min`]: String(min),
          [`${LABEL}max`]: String(max),
          [`${LABEL}zero`]: String(slots === 0),
          [`${LABEL}type`]: 'capacity',
          ...(Number.isFinite(target) && {[`${LABEL}target`]: String(target)}),
        },
      },
    };
  }
}
