import type {KeepAliveSpec} from './keep-alive.ts';

export const none: KeepAliveSpec = {
  summary: 'destroy every instance at its finish: every call is cold',
  parameters: {},
  create: () => ({constantUs: 0, keepAliveUs: () => 0}),
};
