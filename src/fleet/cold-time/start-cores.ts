import {usageError} from '../../base/errors.ts';
import type {Choice, Parameter} from '../../base/part.ts';
import {readPositive} from '../../base/readers.ts';
import type {ColdTimeModel} from './cold-time.ts';

const startCores: Parameter<number> = {
  default: 'all',
  type: 'number above 0, or all',
  summary: 'cores that starts on one host share: k at once take max(1, k / startCores) times as long',
  parse: (text, what) => (text === 'all' ? Number.POSITIVE_INFINITY : readPositive(text, what)),
};

/** The model with what every model has: the cores of a host that its starts share; `all`: they do not feel each other. */
export function withStartCores(model: ColdTimeModel): ColdTimeModel {
  return {...model, parameters: {...model.parameters, startCores}};
}

/** The cores that starts on one host share; undefined: they do not feel each other. */
export function startCoresOf({values}: Choice): number | undefined {
  const cores = values.startCores as number;
  return cores < Number.POSITIVE_INFINITY ? cores : undefined;
}

/** A model that is given for single functions says nothing of hosts. */
export function refuseStartCores(choice: Choice): void {
  if (startCoresOf(choice) === undefined) return;
  throw usageError(
    `cold is '${choice.text}' of single functions, and startCores is of hosts`,
    'give startCores with --cold',
  );
}
