import type {StepContract} from './contract.ts';
import {type Axis, dimensionsOf, parseLayout, strideOf} from './layout.ts';
import {numbersOf} from './tensors.ts';

/** What an output says. */
export type Meaning = 'mean' | 'active' | 'quantiles' | 'dispersion' | 'sd';

/** An output of a model that the contract names. */
export interface OutputShape {
  readonly name: string;
  readonly meaning: Meaning;
  readonly axes: readonly Axis[];
  readonly steps: number;
  /** Levels that it holds, and the place of its first one among the model's. */
  readonly levels: number;
  readonly firstLevel: number;
  /** The model file that gives it; undefined: the model itself. */
  readonly file: string | undefined;
  /** Whether its values are counts that the contract's transform is to be undone for. */
  readonly counts: boolean;
}

/** The outputs that a contract names. */
export function outputShapes({horizonSteps: steps, outputs}: StepContract): OutputShape[] {
  const {active, mean, parameters, quantiles} = outputs;
  const shapes: OutputShape[] = [];
  const add = (meaning: Meaning, name: string, layout: string, more: Partial<OutputShape> = {}) => {
    const axes = parseLayout(layout)!;
    shapes.push({name, meaning, axes, steps, levels: 1, firstLevel: 0, file: undefined, counts: false, ...more});
  };
  if (mean !== undefined) add('mean', mean.name, mean.layout, {counts: true});
  if (parameters !== undefined) {
    const {layout, names} = parameters;
    if (mean === undefined) add('mean', names.mean!, layout);
    if (names.dispersion !== undefined) add('dispersion', names.dispersion, layout);
    if (names.sd !== undefined) add('sd', names.sd, layout);
  }
  if (active !== undefined) add('active', active.name, active.layout);
  if (quantiles === undefined) return shapes;
  if ('files' in quantiles) {
    quantiles.files.forEach(({file, name}, q) => {
      add('quantiles', name, 'rows,steps', {file, firstLevel: q, counts: true});
    });
  } else add('quantiles', quantiles.name, quantiles.layout, {levels: quantiles.levels.length, counts: true});
  return shapes;
}

/** Values of one output of one batch, by row, step and level. */
export class OutputValues {
  readonly shape: OutputShape;
  private values: ArrayLike<number> = [];
  private rowStride = 0;
  private stepStride = 0;
  private levelStride = 0;

  constructor(shape: OutputShape) {
    this.shape = shape;
  }

  /** Takes what the runtime gave for `rows` rows. Returns what is wrong with it, or undefined. */
  take(data: unknown, dimensions: readonly number[], rows: number): string | undefined {
    const {axes, levels, name, steps} = this.shape;
    const values = numbersOf(data);
    if (values === undefined) return `output '${name}' is neither float32, float64 nor a whole type`;
    const wanted = dimensionsOf(axes, {steps, quantiles: levels}, rows);
    if (!sameLayout(dimensions, wanted)) {
      return `output '${name}' is [${dimensions.join(', ')}] for ${rows} rows, the contract makes it [${wanted.join(', ')}] (${axes.join(',')})`;
    }
    this.values = values;
    this.rowStride = strideOf(axes, wanted, 'rows');
    this.stepStride = strideOf(axes, wanted, 'steps');
    this.levelStride = strideOf(axes, wanted, 'quantiles');
    return undefined;
  }

  at(row: number, step: number, level: number): number {
    return this.values[row * this.rowStride + step * this.stepStride + level * this.levelStride]!;
  }
}

/** Whether two shapes are the same but for sides of length one and inner sides that were made one. */
function sameLayout(given: readonly number[], wanted: readonly number[]): boolean {
  const plain = (sizes: readonly number[]) => sizes.filter((size) => size !== 1);
  const [a, b] = [plain(given), plain(wanted)];
  if (a.length === b.length) return a.every((size, i) => size === b[i]);
  const product = (sizes: readonly number[]) => sizes.reduce((all, size) => all * size, 1);
  return a.length <= 2 && given[0] === wanted[0] && product(given) === product(wanted);
}
