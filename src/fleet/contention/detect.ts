import {usageError} from '../../base/errors.ts';
import {finiteTimeUs, text} from '../../base/parameters.ts';
import {parseValues} from '../../base/part.ts';
import {US_PER_MINUTE} from '../../base/units.ts';

/** What counts as slowed down by neighbours, and from what it is learned what is usual. */
export interface DetectRule {
  /** A minute of a function counts in which its calls took longer by so much than they would have alone, as a share. */
  readonly slower: number;
  /** What is usual is learned anew from each stretch of so many minutes for the next; undefined: a day, or half the span. */
  readonly learnMinutes: number | undefined;
}

const parameters = {
  slower: text('share', 'How much longer calls take in a minute that counts as slowed down.', {
    default: '10%',
    bare: true,
  }),
  learn: finiteTimeUs('What is usual is learned from each stretch of this length for the next.', {default: '0s'}),
} as const;

/** `10%`, `slower=10%,learn=1d`. */
export function readDetect(given: string, what: string): DetectRule {
  const said = `${what} is '${given}'`;
  const {slower, learn} = parseValues(given, parameters, {name: what, what, said});
  if (learn % US_PER_MINUTE !== 0) throw usageError(`${said}: learn must be whole minutes`);
  return {slower: readSlower(slower, said), learnMinutes: learn === 0 ? undefined : learn / US_PER_MINUTE};
}

function readSlower(given: string, said: string): number {
  const share = /^(\d+(?:\.\d+)?)%$/.exec(given);
  if (share !== null && Number(share[1]) > 0) return Number(share[1]) / 100;
  throw usageError(`${said}: slower is '${given}', must be a share above 0 such as 10%`);
}
