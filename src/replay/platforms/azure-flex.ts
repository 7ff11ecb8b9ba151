import {finiteTimeUs, wholeAtLeast} from '../../base/parameters.ts';
import {writtenTimeUs} from '../../base/units.ts';
import {containerCold} from './container-cold.ts';
import {platformPart} from './platform.ts';

/** Azure Functions, Flex Consumption: every function has instances of its own, those called over http share their app's. */
export const azureFlex = platformPart({
  name: 'azure-flex',
  summary: 'Azure Functions Flex Consumption: http functions of an app share instances, min is always-ready',
  kind: 'published',
  scope: 'cell',
  tries: {http: ['1', '4', '16', '32']},
  keeps: 'throughout',
  parameters: {
    http: wholeAtLeast(1, 'calls over http that an instance serves at once', {default: '16'}),
    max: wholeAtLeast(1, 'instances of a group at most', {default: '1000'}),
    'keep-alive': finiteTimeUs('how long idle instances stay', {default: '10m'}),
  },
  create: ({http, max, 'keep-alive': keepAliveUs}) => ({
    flags: {
      policy: `fixed:ttl=${writtenTimeUs(keepAliveUs)}`,
      concurrency: '1',
      full: 'queue',
      prices: 'azure-flex',
      cold: containerCold,
    },
    functions: {max},
    httpPlaces: http,
    coldFromTrace: true,
    notes: [
      `idle instances stay for ${writtenTimeUs(keepAliveUs)}: Azure promises no time`,
      'http functions of an app are one group, whose instances have the memory of the largest; the others have their own',
      `an instance serves ${http} calls over http at once, as is usual at 2 GB (recalled), of others one unless --concurrency says more`,
    ],
  }),
});
