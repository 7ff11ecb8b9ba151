import {finiteTimeUs, numberFrom, wholeAtLeast} from '../../base/parameters.ts';
import {writtenTimeUs} from '../../base/units.ts';
import {containerCold} from './container-cold.ts';
import {platformPart} from './platform.ts';

/** Knative Serving on nodes of a cluster: pods by calls in flight, whole nodes that hold a pod. */
export const knative = platformPart({
  name: 'knative',
  summary: 'Knative Serving: its own autoscaler, pods on whole nodes that open as needed',
  kind: 'published',
  scope: 'cell',
  tries: {target: ['0', '5', '10', '25', '50', '100'], window: ['30s', '60s', '120s', '300s']},
  keeps: 'throughout',
  parameters: {
    target: numberFrom(0, 1e6, "calls in flight a pod is meant for; 0: --concurrency's, or 100 where that is 0", {
      default: '0',
    }),
    utilization: numberFrom(0.01, 1, 'share of the target that is aimed at', {default: '0.7'}),
    window: finiteTimeUs('stable window, 6 s to 1 h', {default: '60s'}),
    grace: finiteTimeUs('time for which the last pod stays after none is wanted', {default: '30s'}),
    min: wholeAtLeast(0, 'pods that every function keeps, min-scale', {default: '0'}),
    max: wholeAtLeast(0, 'pods of a function at most, max-scale; 0: no limit', {default: '0'}),
  },
  create: ({target, utilization, window, grace, min, max}) => ({
    flags: {
      policy: `knative:target=${target},utilization=${utilization},window=${writtenTimeUs(window)},grace=${writtenTimeUs(grace)}`,
      concurrency: '0',
      full: 'queue',
      prices: 'knative',
      cold: containerCold,
    },
    functions: {...(min > 0 && {min}), ...(max > 0 && {max})},
    coldFromTrace: true,
    notes: [
      'nodes are filled by memory alone, and one that holds no pod is not paid for; system pods take no room',
      'no call counts as cold: it waits at the activator, and what a pod takes to start shows in the delays',
    ],
  }),
});
