import {Flags} from '@oclif/core';
import {SHIPPED_MODEL} from '../forecast/shipped-model.ts';
import {BaseCommand} from './flags/base-command.ts';
import {
  artifactFlag,
  commonFlags,
  demandFlags,
  outputFlags,
  scalingOf,
  seedFlag,
  tableFlags,
  threadsFlag,
  timingFlag,
  workloadArg,
} from './flags/common-flags.ts';
import {forecasterFlags, minutesFlag} from './flags/forecast-flags.ts';
import {partText, piecesIn, shardFlags, shareRequest} from './flags/shard-flags.ts';
import {countFlag, timeFlag} from './flags/value-flags.ts';

/** Functions listed unless somebody says how many. */
const LISTED = 10;

export default class Forecast extends BaseCommand {
  static override readonly doing = 'forecasting';
  static override summary = 'Forecast every function: the chance of a call, and how many, in the minutes ahead.';
  static override description =
    'Looks at the past only. Writes a row a function with, for each window, the chance of at least one call and count quantiles.';
  static override examples = [
    '<%= config.bin %> forecast w.arrow --out f.arrow',
    '<%= config.bin %> forecast w.arrow --model m.onnx --horizon 10m --json',
    '<%= config.bin %> forecast w.arrow --model iat-histogram --at 4h',
  ];
  static override args = workloadArg;
  static override flags = {
    model: Flags.string({
      default: SHIPPED_MODEL,
      helpValue: 'NAME|FILE',
      summary: 'An .onnx file, a baseline, or a model that comes with coldfront.',
    }),
    ...artifactFlag('Forecast file'),
    at: timeFlag({helpValue: 'TIME', summary: 'Forecast as of this time of the span. [default: its end]'}),
    horizon: minutesFlag({helpValue: 'TIME', summary: 'Only this window. [default: all that the model forecasts]'}),
    top: countFlag(0)({
      helpValue: 'N',
      summary: `Functions to list, likeliest first. [default: ${LISTED}; all with --csv]`,
    }),
    ...tableFlags,
    ...timingFlag('the time'),
    ...forecasterFlags,
    ...shardFlags,
    ...threadsFlag,
    ...demandFlags,
    ...seedFlag,
    ...commonFlags,
    ...outputFlags,
  };

  async run(): Promise<unknown> {
    const parsed = await this.parse(Forecast);
    const {args, flags} = parsed;
    const {runForecast, runForecastShare} = await import('../tasks/forecast.ts');
    // What is sorted or written for programs is all of them.
    const all = flags.csv || flags.sort !== undefined || flags.table !== undefined;
    const top = flags.top ?? LISTED;
    const request = {
      path: args.workload,
      scaling: scalingOf(flags),
      model: flags.model,
      contract: flags.contract,
      atUs: flags.at,
      windowMinutes: flags.horizon,
      quantiles: flags.quantiles,
      threads: flags.threads,
      force: flags.force,
      top: all ? Number.POSITIVE_INFINITY : top,
    };
    const share = shareRequest({id: 'forecast', version: this.config.version, definitions: Forecast.flags}, parsed);
    if (share !== undefined) {
      return this.present(await runForecastShare({...request, share}, this.listener(flags)), partText, flags.out);
    }
    const pieces = await piecesIn(flags.parts);
    const report = await runForecast({...request, out: flags.out, pieces}, this.listener(flags));
    const {forecastPrinted} = await import('../forecast/forecast-report.ts');
    return this.present(report, forecastPrinted(top), flags.out);
  }
}
