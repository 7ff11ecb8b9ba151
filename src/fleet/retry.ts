import {finiteTimeUs, wholeAtLeast} from '../base/parameters.ts';
import {parseValues} from '../base/part.ts';

/** When a call that failed is tried again. */
export interface Retry {
  /** Attempts at most, the first included. */
  readonly attempts: number;
  /** From the failure to the next attempt. */
  readonly afterUs: number;
}

const parameters = {
  attempts: wholeAtLeast(1, 'Attempts at most, the first included.', {default: '3'}),
  after: finiteTimeUs('From the failure to the next attempt.', {default: '1s'}),
} as const;

/** `attempts=3,after=1s`. */
export function readRetry(text: string, what: string): Retry {
  const {attempts, after} = parseValues(text, parameters, {name: what, what, said: `${what} is '${text}'`});
  return {attempts, afterUs: after};
}
