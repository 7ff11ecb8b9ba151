import {parseTimeUs} from '../../../base/units.ts';
import type {KeepAliveSpec} from './keep-alive.ts';

export const fixed: KeepAliveSpec = {
  summary: 'keep an idle instance for a fixed time, as most platforms do',
  parameters: {ttl: {default: '10m', summary: 'time to live of an idle instance'}},
  create: ({ttl}) => {
    const constantUs = parseTimeUs(ttl!, 'fixed:ttl');
    return {constantUs, keepAliveUs: () => constantUs};
  },
};
