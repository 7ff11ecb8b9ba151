import {inputError} from '../../base/errors.ts';

/** Policies that a plan may leave to decide what happens beyond its slots. */
export const followedRests = ['adaptive', 'predictive'] as const;
export type FollowedRestName = (typeof followedRests)[number];

/**
 * What the metadata of a plan file say of the rest: a policy, or undefined where its rows and `spill_us` say how long
 * each function's instances beyond its slots stay. `place` names the file in messages.
 */
export function restOf(metadata: ReadonlyMap<string, string>, place: string): FollowedRestName | undefined {
  const rest = metadata.get('rest');
  if (rest === undefined || /^(keep|none|fixed:ttl=.+)$/.test(rest)) return undefined;
  const followed = followedRests.find((name) => name === rest);
  if (followed) return followed;
  throw inputError(
    place,
    `rest is '${rest}', must be keep, none, fixed:ttl=TIME or one of ${followedRests.join(', ')}`,
    'make the plan anew with: coldfront plan w.arrow --out p.arrow',
  );
}
