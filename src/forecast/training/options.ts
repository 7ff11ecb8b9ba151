import {defaultQuantiles, horizonsUpTo} from '../horizons.ts';

/** Everything that decides what a training run computes: the same options on the same workload give the same bytes. */
export interface TrainOptions {
  readonly horizons: readonly number[];
  readonly quantiles: readonly number[];
  /** Widths of the two hidden layers. */
  readonly hidden: readonly [number, number];
  readonly epochs: number;
  /** Rows seen in an epoch; each is drawn afresh. */
  readonly rowsPerEpoch: number;
  readonly batchRows: number;
  readonly learningRate: number;
  /** Decoupled weight decay, relative to the learning rate. */
  readonly decay: number;
  /** Weight of the pinball loss beside the log loss. */
  readonly countWeight: number;
  /** Names of the features that are learnt from; left out, all of them. */
  readonly features?: readonly string[] | undefined;
  /** Share of visits to a function that see it thinned or decimated. */
  readonly augment: number;
  /** Share of the span, at its end, that is kept for validation. */
  readonly validationShare: number;
  /** Epochs without a better validation loss after which training stops. */
  readonly patience: number;
  readonly seed: number;
}

export const defaultTrainOptions: TrainOptions = {
  horizons: horizonsUpTo(60),
  quantiles: defaultQuantiles,
  hidden: [192, 96],
  epochs: 100,
  rowsPerEpoch: 262_144,
  batchRows: 1024,
  learningRate: 0.003,
  decay: 0.02,
  countWeight: 0.5,
  augment: 0.5,
  validationShare: 0.15,
  patience: 15,
  seed: 1,
};
