import {writtenTimeUs} from '../../base/units.ts';
import type {Surprises} from './surprises.ts';

/** What becomes of instances beyond the planned slots. */
export type Rest = KeptRest | FollowedRest;

/**
 * They are kept idle for a fixed time of each function, so what they do follows from the demand. `none` keeps them for
 * no time at all, `fixed:ttl=10m` for ten minutes each, `keep` for times that the plan carries.
 */
export interface KeptRest {
  readonly kind: 'kept';
  /** The policy as a user writes it. */
  readonly name: string;
  /** How long an idle instance stays; 0: its call over, it goes. Infinity: for good. [function] */
  readonly keepAliveUs: Float64Array;
  /** The same of functions that the plan does not know. */
  readonly otherKeepAliveUs: number;
  /** The times are the solver's to choose together with the slots, those given being what it would suggest without. */
  readonly chosen: boolean;
  /** What no curve expects, where times are to be chosen; undefined: nothing. */
  readonly surprises: Surprises | undefined;
}

/** The rest that keeps every function for the same time; 0: `none`. */
export function keptFor(us: number, functions: number): KeptRest {
  return {
    kind: 'kept',
    name: us === 0 ? 'none' : `fixed:ttl=${writtenTimeUs(us)}`,
    keepAliveUs: new Float64Array(functions).fill(us),
    otherKeepAliveUs: us,
    chosen: false,
    surprises: undefined,
  };
}

/**
 * They follow a policy whose doings have no closed form (adaptive, predictive): what it does alone, without any slot,
 * was measured by replaying the history under it.
 */
export interface FollowedRest {
  readonly kind: 'followed';
  /** The policy as a user writes it. */
  readonly name: string;
  /**
   * Of the cold starts that unloading after each call would have, the share that the policy leaves; at most 1. NaN:
   * history has no call of the function, the median of the others stands for it. [function]
   */
  readonly coldShareLeft: Float64Array;
  /** Instances that the policy keeps idle, the mean over the history; 0: none. NaN as above. [function] */
  readonly idleInstances: Float64Array;
}
