import {Flags} from '@oclif/core';
import {baselines} from '../forecast/baselines/registry.ts';
import {SHIPPED_MODEL, shippedModels} from '../forecast/shipped-model.ts';
import {BaseCommand} from './flags/base-command.ts';
import {commonFlags, demandFlags, scalingOf, seedFlag, tableFlags, topFlag, workloadArg} from './flags/common-flags.ts';
import {forecasterFlags, minutesFlag} from './flags/forecast-flags.ts';
import {priceFlags, pricesOf} from './flags/prices.ts';
import {replayFlags} from './flags/replay-flags.ts';
import {countFlag, finiteTimeFlag, timeFlag} from './flags/value-flags.ts';

const names = baselines.parts.map(({name, summary}) => `  ${name.padEnd(14)} ${summary}`);

export default class Backtest extends BaseCommand {
  static override readonly doing = 'backtesting';
  static override summary = 'Hold forecasters against what came: calibration, error, and dollars.';
  static override description =
    `Every window is forecast from what came before it, a decision is taken by the newsvendor's rule, and both are scored.
Rate segments go by what a function did in the day before. Models are .onnx files, ${shippedModels.join(' or ')} (which
come with coldfront), or baselines:\n${names.join('\n')}`;
  static override examples = [
    `<%= config.bin %> backtest w.arrow --model ${SHIPPED_MODEL} --model rolling-mean --model iat-histogram`,
    '<%= config.bin %> backtest w.arrow --model m.onnx --importance --delay-usd-per-hour 1',
  ];
  static override args = workloadArg;
  static override flags = {
    model: Flags.string({
      multiple: true,
      multipleNonGreedy: true,
      default: [SHIPPED_MODEL],
      helpValue: 'NAME|FILE',
      summary:
        'A model or baseline, or auto: what is cheapest on the minutes before. Give it several times to compare.',
    }),
    horizon: minutesFlag({default: '1m', summary: 'Window that is forecast and decided on.'}),
    folds: countFlag(1, 1000)({default: 4, summary: 'Stretches that are scored apart.'}),
    from: timeFlag({helpValue: 'TIME', summary: 'Score from this time on. [default: a quarter of the span]'}),
    importance: Flags.boolean({summary: 'What each signal is worth to a model, in dollars: permuted, one by one.'}),
    ...forecasterFlags,
    cold: finiteTimeFlag({default: '500ms', summary: 'Delay of a cold start.'}),
    'default-duration': replayFlags['default-duration'],
    'default-memory': replayFlags['default-memory'],
    ...priceFlags,
    ...tableFlags,
    ...topFlag,
    ...demandFlags,
    ...seedFlag,
    ...commonFlags,
  };

  async run(): Promise<unknown> {
    const {args, flags} = await this.parse(Backtest);
    const {runBacktest} = await import('../tasks/backtest.ts');
    const report = await runBacktest(
      {
        path: args.workload,
        scaling: scalingOf(flags),
        models: flags.model,
        contract: flags.contract,
        windowMinutes: flags.horizon,
        quantiles: flags.quantiles,
        folds: flags.folds,
        fromUs: flags.from,
        prices: pricesOf(flags),
        coldUs: flags.cold,
        defaultDurationUs: flags['default-duration'],
        defaultMemoryMib: flags['default-memory'],
        importance: flags.importance,
        seed: flags.seed,
      },
      this.listener(),
    );
    const {backtestPrinted} = await import('../forecast/backtest/backtest-text.ts');
    return this.present(report, backtestPrinted);
  }
}
