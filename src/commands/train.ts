import {Args, Flags} from '@oclif/core';
import {ExitCode, usageError} from '../base/errors.ts';
import {parseTimeUs} from '../base/units.ts';
import {BaseCommand, commonFlags, outputFlags, seedFlag} from './flags/base-command.ts';
import {loadPrices} from './flags/prices.ts';
import {trainFlags, trainOptions} from './flags/train-flags.ts';

export default class Train extends BaseCommand {
  static override summary = 'Learn a forecaster of every function from a workload, as an ONNX model.';
  static override description =
    `A network forecasts the chance of a call and count quantiles for the next 1, 2, 5, ... minutes from each function's
own past. It is trained by onnxruntime, calibrated on the last minutes, and compared in dollars with every baseline;
where one is surely cheaper it takes over. The same workload, options and machine give the same bytes.
Ctrl-C ends training and keeps the best so far.`;
  static override examples = [
    '<%= config.bin %> train w.arrow --out m.onnx',
    '<%= config.bin %> train w.arrow --out m.onnx --checkpoint m.ckpt --epochs 200',
    '<%= config.bin %> train w.arrow --out m.onnx --checkpoint m.ckpt --epochs 200 --resume',
  ];
  static override args = {workload: Args.string({required: true, description: 'workload file, - for stdin'})};
  static override flags = {
    out: Flags.string({char: 'o', required: true, helpValue: 'M.onnx', summary: 'Model file to write, - for stdout.'}),
    checkpoint: Flags.string({helpValue: 'FILE', summary: 'Save the state of training here, every few epochs.'}),
    resume: Flags.boolean({dependsOn: ['checkpoint'], summary: 'Go on from the checkpoint.'}),
    timing: Flags.boolean({summary: 'Print the time on stderr.'}),
    ...trainFlags,
    ...seedFlag,
    ...commonFlags,
    ...outputFlags,
  };

  async run(): Promise<unknown> {
    const {args, flags} = await this.parse(Train);
    if (flags.checkpoint === '-') throw usageError("--checkpoint is '-', must name a file");
    const {runTrain} = await import('../tasks/train.ts');
    const interrupt = new AbortController();
    process.once('SIGINT', () => interrupt.abort());
    const startedMs = performance.now();
    const report = await runTrain({
      path: args.workload,
      out: flags.out,
      force: flags.force,
      options: trainOptions(flags),
      prices: loadPrices('seed'),
      coldUs: parseTimeUs('500ms', '--cold'),
      command: ['coldfront train', ...this.argv].join(' '),
      checkpoint: flags.checkpoint,
      resume: flags.resume,
      draw: this.interactive ? (line) => process.stderr.write(`\r\x1b[K${line}`) : undefined,
      signal: interrupt.signal,
    });
    if (this.interactive) process.stderr.write('\r\x1b[K');
    if (flags.timing) this.note(`trained in ${((performance.now() - startedMs) / 1000).toFixed(1)} s`);
    if (interrupt.signal.aborted) process.exitCode = ExitCode.interrupted;
    const {trainText} = await import('../forecast/train-report.ts');
    if (flags.out === '-') this.note(this.jsonEnabled() ? JSON.stringify(report) : trainText(report));
    else if (!this.jsonEnabled()) process.stdout.write(trainText(report));
    return flags.out === '-' ? undefined : report;
  }
}
