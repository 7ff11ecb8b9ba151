import {Random} from '../../base/random.ts';
import {features, writeFeatures} from '../features/features.ts';
import {type Signal, signals} from '../features/group.ts';
import {CallHistory} from '../history.ts';
import {loadModel} from '../model/load-model.ts';
import {type FeatureEdit, ModelForecaster} from '../model/model-forecaster.ts';
import {type BacktestTask, backtest} from './backtest.ts';

/** Rows whose features are handed out at random. */
const DONORS = 4096;

/** What a signal is worth: dollars a day that decisions lose when the model sees a stranger's in its place. */
export interface SignalWorth {
  readonly signal: Signal;
  readonly description: string;
  readonly usdPerDay: number;
  /** That, as a share of the model's regret with all signals. */
  readonly shareOfRegret: number;
}

/**
 * Permutation importance in dollars (Breiman 2001; Fisher et al., JMLR 2019): each signal's features are replaced, row
 * by row, by those of a random other function and minute, and the backtest is run again. Highest first.
 */
export async function signalWorth(
  task: BacktestTask,
  modelPath: string,
  contract: string | undefined,
  seed: number,
): Promise<SignalWorth[]> {
  const model = loadModel(modelPath, contract);
  const run = async (edit?: FeatureEdit) => {
    const forecaster = await ModelForecaster.open(modelPath, model, {horizons: [task.windowMinutes], edit});
    const score = await backtest(task, forecaster);
    await forecaster.close();
    return score;
  };
  const whole = await run();
  const donors = donorRows(task, seed);
  const worth: SignalWorth[] = [];
  for (const signal of Object.keys(signals) as Signal[]) {
    const columns = features.flatMap((feature, column) => (feature.signal === signal ? [column] : []));
    const random = new Random(seed);
    const without = await run((row, at) => {
      const donor = random.below(DONORS) * features.length;
      for (const column of columns) row[at + column] = donors[donor + column]!;
    });
    const usdPerDay = without.usdPerDay - whole.usdPerDay;
    const shareOfRegret = usdPerDay / whole.regretUsdPerDay;
    worth.push({signal, description: signals[signal], usdPerDay, shareOfRegret});
  }
  return worth.sort((a, b) => b.usdPerDay - a.usdPerDay);
}

/** Features of random functions at random minutes of the folds. */
function donorRows({folds, series}: BacktestTask, seed: number): Float32Array {
  const random = new Random(seed + 1);
  const history = new CallHistory(series.span, series.clock);
  const rows = new Float32Array(DONORS * features.length);
  const from = folds[0]!.fromMinute;
  const called = Array.from({length: series.rows}, (_, f) => f).filter((f) => {
    return series.length[f]! > 0 && series.minute[series.start[f]!]! < series.span - 1;
  });
  for (let row = 0; called.length > 0 && row < DONORS; row++) {
    history.load(series, called[random.below(called.length)]!);
    const first = Math.max(from, history.firstMinute() + 1);
    history.seek(first + random.below(series.span - first));
    writeFeatures(history, rows, row * features.length);
  }
  return rows;
}
