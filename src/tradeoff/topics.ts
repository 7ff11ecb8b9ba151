import {breakEven} from './break-even/break-even.ts';
import {burst} from './burst/burst.ts';
import type {Inputs} from './input.ts';
import {interference} from './interference/interference.ts';
import {longRunning} from './long-running/long-running.ts';
import {periodic} from './periodic/periodic.ts';
import {pinning} from './pinning/pinning.ts';
import {prediction} from './prediction/prediction.ts';
import {state} from './state/state.ts';
import type {Topic} from './topic.ts';

/** Every topic, in the order of SEED.md. Commands import their own alone: this list is for whoever needs all. */
export const topics = [breakEven, prediction, periodic, interference, pinning, burst, longRunning, state].map(
  // A topic reads only what its own inputs parse; the list forgets which those are.
  (topic) => topic as unknown as Topic<Inputs>,
);
