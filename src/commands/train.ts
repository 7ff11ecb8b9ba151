import {Flags} from '@oclif/core';
import {ExitCode, usageError} from '../base/errors.ts';
import {US_PER_MS} from '../base/units.ts';
import {priceSheets} from '../cost/sheets.ts';
import {SHIPPED_MODEL} from '../forecast/shipped-model.ts';
import {BaseCommand} from './flags/base-command.ts';
import {
  commonFlags,
  demandFlags,
  outputFlags,
  scalingOf,
  seedFlag,
  timingFlag,
  workloadArg,
} from './flags/common-flags.ts';
import {trainFlags, trainOptions} from './flags/train-flags.ts';

export default class Train extends BaseCommand {
  static override readonly doing = 'training';
  static override summary = 'Learn a forecaster of every function from a workload, as an ONNX model.';
  static override description =
    `A network forecasts the chance of a call and count quantiles for the next 1, 2, 5, ... minutes from each function's
own past. It is trained by onnxruntime, calibrated on the last minutes, and compared in dollars with every baseline;
where one is surely cheaper it takes over. The same workload, options and machine give the same bytes.
Ctrl-C ends training and keeps the best so far; before the first epoch nothing is written. --checkpoint is saved after every
epoch, and --resume goes on from it to the same bytes. --from goes on from another model on this workload.`;
  static override examples = [
    '<%= config.bin %> train w.arrow --out m.onnx',
    '<%= config.bin %> train w.arrow --out m.onnx --from azure-2019 --epochs 20',
    '<%= config.bin %> train w.arrow --out m.onnx --checkpoint m.ckpt --epochs 200',
    '<%= config.bin %> train w.arrow --out m.onnx --checkpoint m.ckpt --epochs 200 --resume',
  ];
  static override args = workloadArg;
  static override flags = {
    out: Flags.string({char: 'o', required: true, helpValue: 'M.onnx', summary: 'Model file to write, - for stdout.'}),
    from: Flags.string({
      helpValue: 'NAME|FILE',
      summary: `Go on from a model of coldfront train, or from ${SHIPPED_MODEL}: its windows, levels and widths unless given.`,
    }),
    levels: Flags.boolean({
      summary:
        'Learn from every level of concurrency, as replay --policy predictive forecasts them, not from functions as a whole.',
    }),
    checkpoint: Flags.string({helpValue: 'FILE', summary: 'Save the state of training here, every few epochs.'}),
    resume: Flags.boolean({dependsOn: ['checkpoint'], summary: 'Go on from the checkpoint.'}),
    ...timingFlag('the time'),
    ...trainFlags,
    ...demandFlags,
    ...seedFlag,
    ...commonFlags,
    ...outputFlags,
  };

  async run(): Promise<unknown> {
    const {args, flags, metadata} = await this.parse(Train);
    const given = (name: string) => metadata.flags[name]?.setFromDefault !== true;
    if (flags.checkpoint === '-') throw usageError("--checkpoint is '-', must name a file");
    const {runTrain} = await import('../tasks/train.ts');
    const {startFrom} = await import('../tasks/start-training.ts');
    const asked = trainOptions(flags);
    const {options, start} = flags.from === undefined ? {options: asked} : startFrom(flags.from, asked, given);
    const interrupt = new AbortController();
    process.once('SIGINT', () => interrupt.abort());
    const report = await runTrain(
      {
        path: args.workload,
        scaling: scalingOf(flags),
        out: flags.out,
        force: flags.force,
        options,
        levels: flags.levels,
        start,
        prices: priceSheets.seed!.sheet,
        coldUs: 500 * US_PER_MS,
        defaultMemoryMib: 128,
        command: ['coldfront train', ...this.argv].join(' '),
        checkpoint: flags.checkpoint,
        resume: flags.resume,
        signal: interrupt.signal,
      },
      this.listener(flags),
    );
    if (interrupt.signal.aborted) process.exitCode = ExitCode.interrupted;
    if (report === undefined) return;
    const {trainText} = await import('../forecast/train-report.ts');
    return this.present(report, trainText, flags.out);
  }
}
