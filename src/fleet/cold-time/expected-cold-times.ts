import {normalTail} from '../../base/distributions.ts';
import {US_PER_MS} from '../../base/units.ts';
import {int64At, type Workload} from '../../workload/workload.ts';
import {coldModel} from './cold-model.ts';
import type {ColdChoice, ColdTimes, LambdaChoice} from './cold-time.ts';
import {seriesOf} from './lambda.ts';

/** The replay's cold-time model as the planner knows it: means and tails instead of draws. */
export function planColdTimes(choice: ColdChoice, workload: Workload, seed: number): ColdTimes {
  const rows = new Int32Array(workload.functions).map((_, f) => f);
  // Keys are for draws, and nothing is drawn here.
  const model = coldModel(choice, workload, rows, new Int32Array(0), seed);
  const meanUs = new Float64Array(workload.functions).map((_, f) => model.meanUs(f));
  const alike = choice.kind === 'fixed' || choice.kind === 'lognormal' || choice.kind === 'lambda';
  return {meanUs, alike, shareAbove: tailOf(choice, workload, meanUs)};
}

function tailOf(choice: ColdChoice, workload: Workload, meanUs: Float64Array): ColdTimes['shareAbove'] {
  const {arrivals} = workload;
  if (choice.kind === 'lognormal') {
    return (_, us) => (us <= 0 ? 1 : normalTail(Math.log(us / choice.medianUs) / choice.sigma));
  }
  if (choice.kind === 'lambda') return lambdaTail(choice);
  if (choice.kind === 'trace' && arrivals.coldUs) {
    const {values, start, length} = arrivals.coldUs;
    return (f, us) => {
      let above = 0;
      for (let i = start[f]!, end = i + length[f]!; i < end; i++) if (int64At(values, i) > us) above++;
      return length[f] === 0 ? 0 : above / length[f]!;
    };
  }
  return (f, us) => (us < meanUs[f]! ? 1 : 0);
}

/** Shares at which the measured table gives quantiles; below the median it is log-normal. */
const shares = [0.5, 0.9, 0.95, 0.99, 1];

function lambdaTail(choice: LambdaChoice): ColdTimes['shareAbove'] {
  const {sigma, quantilesMs} = seriesOf(choice);
  return (_, us) => {
    const ms = us / US_PER_MS;
    if (ms <= 0) return 1;
    if (ms < quantilesMs[0]!) return normalTail(Math.log(ms / quantilesMs[0]!) / sigma);
    for (let k = 1; k < shares.length; k++) {
      const [low, high] = [quantilesMs[k - 1]!, quantilesMs[k]!];
      if (ms < high) return 1 - shares[k - 1]! - ((ms - low) / (high - low)) * (shares[k]! - shares[k - 1]!);
    }
    return 0;
  };
}
