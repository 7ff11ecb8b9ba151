import {describe, expect, test} from 'vitest';
import {discoveryThreshold} from '../../../src/demand/rhythm/false-discovery.ts';

describe('Benjamini-Hochberg', () => {
  test('their own example: four of fifteen at 5 %', () => {
    const p = [
      0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.324, 0.4262, 0.5719, 0.6528, 0.759, 1,
    ];
    expect(discoveryThreshold(Float64Array.from(p), 0.05)).toBe(0.0095);
  });

  test('believes none of none, and none without evidence', () => {
    expect(discoveryThreshold(new Float64Array(0), 0.05)).toBe(-1);
    expect(discoveryThreshold(Float64Array.from([0.3, 0.9]), 0.05)).toBe(-1);
  });
});
