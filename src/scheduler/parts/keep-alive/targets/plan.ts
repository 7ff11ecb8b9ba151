import type {KeepAliveSpec} from '../keep-alive.ts';
import {FollowTargets} from './follow-targets.ts';

/** Follows a plan file. The file is read, and `spill` with it, by whoever starts the replay: see `planTargets`. */
export const plan: KeepAliveSpec = {
  summary: 'follow a plan file: its slots are kept, what is beyond them for the spill time (plan: as the file says)',
  parameters: {
    file: {default: '', summary: 'plan file'},
    spill: {default: 'plan', summary: 'how long instances beyond the plan stay idle; plan: as the file says, else 60s'},
  },
  create: (_, {targets, pool}) => {
    if (targets === undefined) throw new Error('the policy plan was given no targets');
    return new FollowTargets(targets, pool);
  },
};
