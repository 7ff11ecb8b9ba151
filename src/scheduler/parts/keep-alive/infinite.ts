import type {KeepAliveSpec} from './keep-alive.ts';

export const infinite: KeepAliveSpec = {
  summary: 'keep every instance for good; only a full fleet takes it away',
  parameters: {},
  create: () => ({constantUs: Number.POSITIVE_INFINITY, keepAliveUs: () => Number.POSITIVE_INFINITY}),
};
