import {finiteTimeUs, numberFrom, sizeMib, wholeAtLeast} from '../../base/parameters.ts';
import {writtenTimeUs} from '../../base/units.ts';
import {containerCold} from './container-cold.ts';
import {platformPart} from './platform.ts';

/**
 * Apache OpenWhisk: invokers with a pool of memory each, on whole nodes. A container serves one action, is paused soon
 * after a call, and removed after ten minutes; stem cells, containers without an action, make a cold start shorter.
 */
export const openwhisk = platformPart({
  name: 'openwhisk',
  summary: 'Apache OpenWhisk: a memory pool an invoker, stem cells, containers that are paused and reused',
  kind: 'published',
  scope: 'cell',
  tries: {'stem-cells': ['0', '1', '2', '4', '8'], 'keep-alive': ['1m', '5m', '10m', '20m']},
  keeps: 'never',
  parameters: {
    'stem-cells': wholeAtLeast(0, 'containers without an action on each invoker', {default: '2'}),
    'stem-memory': sizeMib('their memory: they serve functions of that size alone', {default: '256MiB'}),
    init: numberFrom(0, 1, 'share of a cold time that loading the action takes', {default: '0.5'}),
    'pause-grace': finiteTimeUs('idle for longer, a container is paused', {default: '50ms'}),
    resume: finiteTimeUs('what a paused container takes to go on', {default: '20ms'}),
    'keep-alive': finiteTimeUs('how long idle containers stay', {default: '10m'}),
  },
  create: (values) => ({
    flags: {
      policy: `fixed:ttl=${writtenTimeUs(values['keep-alive'])}`,
      concurrency: '1',
      full: 'queue',
      prices: 'knative',
      cold: containerCold,
    },
    coldFromTrace: true,
    containers: {
      stemCells: values['stem-cells'],
      stemMib: values['stem-memory'],
      initShare: values.init,
      pauseGraceUs: values['pause-grace'],
      resumeUs: values.resume,
    },
    notes: [
      'an invoker has all memory of its node for containers, --hosts and --memory say otherwise',
      `a function of ${values['stem-memory']} MiB finds a stem cell: the trace knows no kinds of runtime`,
      'how long a paused container takes to go on, and which part of a start is loading, are assumed',
    ],
  }),
});
