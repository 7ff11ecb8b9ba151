import {expect, test} from 'vitest';
import {tQuantile975} from '../../src/base/student.ts';

test.each([
  [1, 12.7062],
  [5, 2.57058],
  [6, 2.44691],
  [9, 2.26216],
  [30, 2.04227],
  [1000, 1.96234],
])('with %i degrees of freedom it is %d, as tables have it', (degrees, quantile) => {
  expect(Math.abs(tQuantile975(degrees) / quantile - 1)).toBeLessThan(1e-3);
});
