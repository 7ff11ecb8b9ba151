import {oneOf, timeUs, wholeAtLeast} from '../../base/parameters.ts';
import {writtenTimeUs} from '../../base/units.ts';
import {containerCold} from './container-cold.ts';
import {platformPart} from './platform.ts';

/** Google Cloud Run: an instance serves 80 calls at once; calls that a service's maximum keeps waiting give up after 10 s. */
export const cloudRun = platformPart({
  name: 'cloud-run',
  summary: 'Google Cloud Run: 80 calls an instance, minimum and maximum instances, billed by request or by instance',
  kind: 'published',
  scope: 'cell',
  tries: {concurrency: ['10', '20', '40', '80']},
  keeps: 'throughout',
  parameters: {
    concurrency: wholeAtLeast(0, 'calls that an instance serves at once; 0: no limit', {default: '80'}),
    billing: oneOf(['request', 'instance'], 'what is paid for', {default: 'request'}),
    min: wholeAtLeast(0, 'instances that every function keeps', {default: '0'}),
    max: wholeAtLeast(1, 'instances of a function at most', {default: '100'}),
    'keep-alive': timeUs('how long idle instances stay', {default: '15m'}),
  },
  create: ({concurrency, billing, min, max, 'keep-alive': keepAliveUs}) => ({
    flags: {
      policy: `fixed:ttl=${writtenTimeUs(keepAliveUs)}`,
      concurrency: String(concurrency),
      full: 'queue',
      'max-wait': '10s',
      prices: `cloud-run-${billing}`,
      cold: containerCold,
    },
    functions: {...(min > 0 && {min}), max},
    coldFromTrace: true,
    notes: [
      `idle instances stay for ${writtenTimeUs(keepAliveUs)}, which is the most that Google says`,
      'a call that finds every place taken opens an instance at once; the CPU load of instances is not known and does not count',
      'an instance has one vCPU unless --functions says otherwise',
    ],
  }),
});
