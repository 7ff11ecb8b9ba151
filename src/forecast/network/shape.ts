/** The sizes of the forecasting network: two hidden layers, a probability head and a quantile head. */
export interface NetworkShape {
  readonly features: number;
  readonly hidden: readonly [number, number];
  /** Horizons forecast at once: columns of the probability head. */
  readonly horizons: number;
  /** Quantile levels per horizon; the quantile head has `horizons * quantiles.length` columns, horizon by horizon. */
  readonly quantiles: readonly number[];
}

/** A block of the parameter vector. */
export interface ParameterBlock {
  readonly name: string;
  readonly shape: readonly number[];
  readonly offset: number;
  readonly size: number;
}

/**
 * The layout of all weights and biases in one flat vector, so that Adam is nine nodes instead of nine per block
 * and a checkpoint is three arrays.
 */
export function parameterBlocks(shape: NetworkShape): ParameterBlock[] {
  const [first, second] = shape.hidden;
  const counts = shape.horizons * shape.quantiles.length;
  const sizes: [string, number[]][] = [
    ['w1', [shape.features, first]],
    ['b1', [first]],
    ['w2', [first, second]],
    ['b2', [second]],
    ['wActive', [second, shape.horizons]],
    ['bActive', [shape.horizons]],
    ['wCount', [second, counts]],
    ['bCount', [counts]],
  ];
  let offset = 0;
  return sizes.map(([name, dimensions]) => {
    const size = dimensions.reduce((product, n) => product * n, 1);
    const block = {name, shape: dimensions, offset, size};
    offset += size;
    return block;
  });
}

export function parameterCount(shape: NetworkShape): number {
  return parameterBlocks(shape).reduce((sum, block) => sum + block.size, 0);
}
