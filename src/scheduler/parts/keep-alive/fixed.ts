import {timeUs} from '../../../base/parameters.ts';
import {keepAlivePart} from './keep-alive.ts';

export const fixed = keepAlivePart({
  name: 'fixed',
  summary: 'keep an idle instance for a fixed time, as most platforms do',
  kind: 'published',
  scope: 'function',
  parameters: {ttl: timeUs('time to live of an idle instance', {default: '10m'})},
  sweep: {
    variants: ['30s', '1m', '2m', '5m', '10m', '20m', '1h', '2h', '4h', '12h', '1d'].map((ttl) => `ttl=${ttl}`),
    fleets: 'all',
  },
  create: ({ttl: constantUs}) => ({constantUs, keepAliveUs: () => constantUs}),
});
