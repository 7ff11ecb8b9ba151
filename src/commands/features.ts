import {Flags} from '@oclif/core';
import {usageError} from '../base/errors.ts';
import {channelRule} from '../forecast/steps/channels.ts';
import {stepContract} from '../forecast/steps/contract.ts';
import {BaseCommand} from './flags/base-command.ts';
import {commonFlags, demandFlags, outputFlags, scalingOf, seedFlag, workloadArg} from './flags/common-flags.ts';
import {minutesFlag} from './flags/forecast-flags.ts';
import {countFlag, numberFlag, valueFlag} from './flags/value-flags.ts';

/** Steps looked back at, at most. */
const MAX_LAG = 100_000;

const channels = valueFlag((text, flag) => {
  const names = text.split(',').map((part) => part.trim());
  const stranger = names.find((name) => !channelRule.knows(name));
  if (stranger === undefined) return names;
  throw usageError(`${flag} is '${text}', each ${channelRule.text}`);
});
const steps = valueFlag((text, flag) => {
  const lags = text.split(',').map((part) => (/^\s*\d+\s*$/.test(part) ? Number(part) : 0));
  if (lags.every((lag) => lag >= 1 && lag <= MAX_LAG)) return lags;
  throw usageError(`${flag} is '${text}', must be whole steps from 1 to ${MAX_LAG}, such as 1,2,60`);
});

const usualLags = [1, 2, 3, 5, 10, 30, 60, 1440];
const stepsUpTo = (window: number) => Array.from({length: window}, (_, step) => step + 1);

export default class Features extends BaseCommand {
  static override readonly doing = 'collecting';
  static override summary = 'Write the rows that a model is fed, and what came after each, to train a model anywhere.';
  static override description =
    `A row a function and minute: function, app, at_minute (of the span; what comes before it is known), split (train or test, by time), the columns of the
input as a model takes them, and with --targets the calls of each step ahead, y_1, y_2, ... The report has the input of
the contract of a model over these columns. Parquet, or CSV where the name ends in .csv. README, "Models of your own".`;
  static override examples = [
    '<%= config.bin %> features w.arrow --kind series --window 60 --targets --horizon 10m --out rows.parquet',
    '<%= config.bin %> features w.arrow --kind lags --lags 1,2,3,5,10,60,1440 --targets --out rows.parquet',
  ];
  static override args = workloadArg;
  static override flags = {
    out: Flags.string({char: 'o', required: true, helpValue: 'X.parquet', summary: 'Table to write, - for stdout.'}),
    kind: Flags.string({
      options: ['features', 'series', 'lags'],
      default: 'features',
      summary: "coldfront's own features, the last steps, or chosen lags and the calendar.",
    }),
    window: countFlag(
      1,
      MAX_LAG,
    )({summary: 'Steps looked back at: all of them, by --kind series or lags. [default: 60, or --lags]'}),
    lags: steps({
      helpValue: 'STEPS',
      summary: 'Steps back of --kind lags, 1 the last. [default: 1,2,3,5,10,30,60,1440]',
    }),
    calendar: channels({
      helpValue: 'NAMES',
      summary: 'Calendar columns of --kind lags. [default: minute,hour,weekday]',
    }),
    step: minutesFlag({default: '1m', summary: 'Length of a step.'}),
    targets: Flags.boolean({summary: 'Tell the calls of the steps ahead.'}),
    horizon: minutesFlag({helpValue: 'TIME', summary: 'How far ahead targets lie. [default: one step]'}),
    rows: countFlag(1)({default: 1_000_000, summary: 'Rows at most, drawn by chance from all function-minutes.'}),
    'train-share': numberFlag(
      'above 0 and at most 1',
      (share) => share > 0 && share <= 1,
    )({default: '0.8', summary: 'Share of the span, from its beginning, to train on.'}),
    ...demandFlags,
    ...seedFlag,
    ...commonFlags,
    ...outputFlags,
  };

  async run(): Promise<unknown> {
    const {args, flags} = await this.parse(Features);
    const horizon = flags.horizon ?? flags.step;
    if (horizon % flags.step !== 0)
      throw usageError(`--horizon is ${horizon} min, must be whole steps of ${flags.step} min`);
    if (flags.window !== undefined && (flags.kind === 'features' || flags.lags !== undefined)) {
      throw usageError('--window is for --kind series, or for --kind lags without --lags');
    }
    if ((flags.lags ?? flags.calendar) !== undefined && flags.kind !== 'lags') {
      throw usageError('--lags and --calendar are for --kind lags');
    }
    const common = {kind: flags.kind, name: 'x', stepMinutes: flags.step};
    const input = {
      series: {...common, layout: 'rows,time', window: flags.window ?? 60, transform: 'none'},
      lags: {
        ...common,
        lags: flags.lags ?? (flags.window === undefined ? usualLags : stepsUpTo(flags.window)),
        calendar: flags.calendar ?? ['minute', 'hour', 'weekday'],
      },
      features: common,
    }[flags.kind];
    const contract = stepContract(
      {schema: 'coldfront.model/2', input, outputs: {mean: {name: 'y'}}, horizonSteps: horizon / flags.step},
      (message) => usageError(`--${message.replace(/^input\./, '')}`),
    );
    const {runFeatures} = await import('../tasks/features.ts');
    const report = await runFeatures(
      {
        path: args.workload,
        scaling: scalingOf(flags),
        out: flags.out,
        force: flags.force,
        contract,
        targets: flags.targets,
        rows: flags.rows,
        trainShare: flags['train-share'],
        seed: flags.seed,
      },
      this.listener(),
    );
    const {datasetText} = await import('../forecast/dataset/dataset-report.ts');
    return this.present(report, datasetText, flags.out);
  }
}
