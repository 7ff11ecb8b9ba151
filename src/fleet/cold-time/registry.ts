import {type Choice, Registry} from '../../base/part.ts';
import type {Workload} from '../../workload/workload.ts';
import type {ColdContext, ColdTimeLaw, ColdTimeModel} from './cold-time.ts';
import {empirical} from './empirical.ts';
import {fixed} from './fixed.ts';
import {fromTrace} from './from-trace.ts';
import {lambda} from './lambda.ts';
import {lognormal} from './lognormal.ts';
import {maxMinusAverage} from './max-minus-average.ts';
import {withStartCores} from './start-cores.ts';

/** `--cold` by name. */
export const coldTimes = new Registry<ColdTimeModel>(
  {flag: '--cold', one: 'cold-time model', many: 'cold-time models'},
  [fixed, lognormal, lambda, fromTrace, empirical, maxMinusAverage].map(withStartCores),
);

/** The chosen model for those functions. */
export function createColdTime(choice: Choice, context: ColdContext): ColdTimeLaw {
  return coldTimes.named(choice.name).create(choice.values, context);
}

/** Ends with exit 3 when the workload, named `place` in the message, lacks what the chosen model reads. */
export function checkColdTime(choice: Choice, columns: Pick<Workload, 'duration' | 'arrivals'>, place: string): void {
  coldTimes.named(choice.name).checkColumns?.(columns, place);
}
