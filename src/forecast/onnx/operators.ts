import {inputError} from '../../base/errors.ts';
import type {OnnxInfo} from './inspect.ts';

/** Operators that answer differently each time: forecasts must be the same for the same workload. */
const random = ['RandomNormal', 'RandomNormalLike', 'RandomUniform', 'RandomUniformLike', 'Multinomial', 'Bernoulli'];

/** Operators whose time or memory is not bounded by the size of the file: numbers within it decide. */
const unbounded = [
  ...['Loop', 'Scan', 'If', 'SequenceMap'],
  ...['ConstantOfShape', 'Expand', 'Tile', 'Range', 'Pad', 'Resize', 'Upsample', 'EyeLike', 'OneHot', 'CenterCropPad'],
];

/** Ends with bad input where a model holds operators that no forecast can be trusted to. */
export function refuseOperators(path: string, {operators}: OnnxInfo): void {
  const found = operators.filter((operator) => random.includes(operator));
  if (found.length === 0) return;
  throw inputError(
    path,
    `draws random numbers (${found.join(', ')}), so its forecasts would differ from run to run`,
    'export it in evaluation mode',
  );
}

/** The operators of a model that may take any time and memory. */
export function unboundedOperators({operators}: OnnxInfo): string[] {
  return operators.filter((operator) => unbounded.includes(operator));
}
