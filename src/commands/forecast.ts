import {Args, Flags} from '@oclif/core';
import {SHIPPED_MODEL} from '../forecast/shipped-model.ts';
import {BaseCommand, commonFlags, outputFlags, threadsFlag} from './flags/base-command.ts';
import {forecasterFlags} from './flags/forecast-flags.ts';

export default class Forecast extends BaseCommand {
  static override summary = 'Forecast every function: the chance of a call, and how many, in the minutes ahead.';
  static override description =
    'Looks at the past only. Writes a row a function with, for each window, the chance of at least one call and count quantiles.';
  static override examples = [
    '<%= config.bin %> forecast w.arrow --out f.arrow',
    '<%= config.bin %> forecast w.arrow --model m.onnx --horizon 10m --json',
    '<%= config.bin %> forecast w.arrow --model iat-histogram --at 4h',
  ];
  static override args = {workload: Args.string({required: true, description: 'workload file, - for stdin'})};
  static override flags = {
    model: Flags.string({
      default: SHIPPED_MODEL,
      helpValue: 'NAME|FILE',
      summary: 'An .onnx file, a baseline, or the model that comes with coldfront.',
    }),
    out: Flags.string({char: 'o', helpValue: 'FILE', summary: 'Forecast file to write, - for stdout.'}),
    at: Flags.string({helpValue: 'TIME', summary: 'Forecast as of this time of the span. [default: its end]'}),
    horizon: Flags.string({helpValue: 'TIME', summary: 'Only this window. [default: all that the model forecasts]'}),
    top: Flags.integer({min: 0, default: 10, summary: 'Functions to list, likeliest first.'}),
    timing: Flags.boolean({summary: 'Print the time on stderr.'}),
    ...forecasterFlags,
    ...threadsFlag,
    ...commonFlags,
    ...outputFlags,
  };

  async run(): Promise<unknown> {
    const {args, flags} = await this.parse(Forecast);
    const {runForecast} = await import('../tasks/forecast.ts');
    const report = await runForecast({
      ...flags,
      path: args.workload,
      note: flags.timing ? (line) => process.stderr.write(`${line}\n`) : undefined,
    });
    const {forecastText} = await import('../forecast/forecast-report.ts');
    const text = this.jsonEnabled() ? `${JSON.stringify(report, undefined, 2)}\n` : forecastText(report);
    if (flags.out !== '-') {
      if (!this.jsonEnabled()) process.stdout.write(text);
      return report;
    }
    // The forecast has stdout to itself.
    if (!flags.quiet) process.stderr.write(text);
    return undefined;
  }
}
