import {Args, Flags} from '@oclif/core';
import {usageError} from '../base/errors.ts';
import {parseTimeUs} from '../base/units.ts';
import {baselines} from '../forecast/baselines/registry.ts';
import {SHIPPED_MODEL} from '../forecast/shipped-model.ts';
import {BaseCommand, commonFlags, seedFlag} from './flags/base-command.ts';
import {forecasterFlags} from './flags/forecast-flags.ts';
import {loadPrices} from './flags/prices.ts';
import {replayFlags, withOverrides} from './flags/replay-flags.ts';

const names = baselines.parts.map(({name, summary}) => `  ${name.padEnd(14)} ${summary}`);

export default class Backtest extends BaseCommand {
  static override summary = 'Hold forecasters against what came: calibration, error, and dollars.';
  static override description =
    `Every window is forecast from what came before it, a decision is taken by the newsvendor's rule, and both are scored.
Rate segments go by what a function did in the day before. Models are .onnx files, ${SHIPPED_MODEL} (comes with
coldfront), or baselines:\n${names.join('\n')}`;
  static override examples = [
    `<%= config.bin %> backtest w.arrow --model ${SHIPPED_MODEL} --model rolling-mean --model iat-histogram`,
    '<%= config.bin %> backtest w.arrow --model m.onnx --importance --delay-usd-per-hour 1',
  ];
  static override args = {workload: Args.string({required: true, description: 'workload file, - for stdin'})};
  static override flags = {
    model: Flags.string({
      multiple: true,
      multipleNonGreedy: true,
      default: [SHIPPED_MODEL],
      helpValue: 'NAME|FILE',
      summary: 'A model or baseline; give it several times to compare.',
    }),
    horizon: Flags.string({default: '1m', summary: 'Window that is forecast and decided on.'}),
    folds: Flags.integer({min: 1, max: 1000, default: 4, summary: 'Stretches that are scored apart.'}),
    from: Flags.string({helpValue: 'TIME', summary: 'Score from this time on. [default: a quarter of the span]'}),
    importance: Flags.boolean({summary: 'What each signal is worth to a model, in dollars: permuted, one by one.'}),
    ...forecasterFlags,
    cold: Flags.string({default: '500ms', summary: 'Delay of a cold start.'}),
    'default-duration': replayFlags['default-duration'],
    prices: replayFlags.prices,
    'warm-usd-per-slot-day': replayFlags['warm-usd-per-slot-day'],
    'warm-usd-per-gb-second': replayFlags['warm-usd-per-gb-second'],
    'delay-usd-per-hour': replayFlags['delay-usd-per-hour'],
    ...seedFlag,
    ...commonFlags,
  };

  async run(): Promise<unknown> {
    const {args, flags} = await this.parse(Backtest);
    const {runBacktest} = await import('../tasks/backtest.ts');
    const clear = this.interactive ? () => process.stderr.write('\r\x1b[K') : () => true;
    const report = await runBacktest({
      ...flags,
      path: args.workload,
      models: flags.model,
      prices: withOverrides(loadPrices(flags.prices), flags),
      coldUs: finite(parseTimeUs(flags.cold, '--cold'), '--cold'),
      defaultDurationMs:
        finite(parseTimeUs(flags['default-duration'], '--default-duration'), '--default-duration') / 1000,
      progress: this.interactive ? (line) => process.stderr.write(`\r\x1b[K${line}`) : undefined,
    });
    clear();
    const {backtestText} = await import('../forecast/backtest/backtest-text.ts');
    if (!this.jsonEnabled()) process.stdout.write(backtestText(report));
    return report;
  }
}

function finite(us: number, flag: string): number {
  if (!Number.isFinite(us)) throw usageError(`${flag} must end`);
  return us;
}
