import {Args, Flags} from '@oclif/core';
import {usageError} from '../base/errors.ts';
import {SHIPPED_MODEL} from '../forecast/shipped-model.ts';
import {BaseCommand} from './flags/base-command.ts';
import {artifactFlag, commonFlags, outputFlags, tableFlags, topFlag} from './flags/common-flags.ts';

export default class Model extends BaseCommand {
  static override readonly doing = 'trying the model';
  static override readonly slowWith = ['--try'];
  static override summary = 'Show what a model promises, suggest its contract, or try it on a workload.';
  static override description =
    `The contract lies in the metadata of the .onnx file, or in a file beside it (README, "Models of your own"). What does not
fit ends with exit 3 and says what is missing. --suggest prints a contract for a model without one, with ? where a person
must say what no file tells. --try runs a model on a workload: range, crossing quantiles, whether runs repeat and rows are
independent, time and memory, and forecasts of a few functions beside the last value and the shipped model.`;
  static override examples = [
    '<%= config.bin %> model m.onnx',
    '<%= config.bin %> model m.onnx --suggest --out m.onnx.contract.json',
    '<%= config.bin %> model m.onnx --try w.arrow',
    '<%= config.bin %> model --json',
  ];
  static override args = {
    model: Args.string({
      default: SHIPPED_MODEL,
      ignoreStdin: true,
      description: 'an .onnx file, a contract, or a model that comes with coldfront',
    }),
  };
  static override flags = {
    contract: Flags.string({helpValue: 'FILE', summary: 'Contract of a model that carries none.'}),
    suggest: Flags.boolean({
      exclusive: ['try', 'contract'],
      summary: 'Print a contract, as far as the model tells it.',
    }),
    try: Flags.string({helpValue: 'WORKLOAD', summary: 'Run the model on a workload and look at what it forecasts.'}),
    ...artifactFlag('Contract file, with --suggest,'),
    ...tableFlags,
    ...topFlag,
    ...commonFlags,
    ...outputFlags,
  };

  async run(): Promise<unknown> {
    const {args, flags} = await this.parse(Model);
    if (flags.out !== undefined && !flags.suggest) throw usageError('--out is for the contract of --suggest');
    if (flags.suggest) return this.suggest(args.model, flags);
    if (flags.try !== undefined) return this.try(args.model, flags.contract, flags.try);
    const {showModel} = await import('../tasks/show-model.ts');
    const report = await showModel(args.model, flags.contract);
    const {modelPrinted} = await import('../forecast/model/model-report.ts');
    return this.present(report, modelPrinted);
  }

  /** The contract goes to stdout or to the file; what is left to say goes to stderr. */
  private async suggest(model: string, {force, out}: {force: boolean; out: string | undefined}): Promise<unknown> {
    const {suggestFor, suggestionText} = await import('../tasks/suggest-contract.ts');
    const suggestion = suggestFor({model, out, force});
    for (const line of suggestion.toSay) this.note(line);
    if (out === undefined) return this.present(suggestion.contract, () => suggestionText(suggestion));
    return this.present(suggestion.contract, () => (out === '-' ? '' : `contract: ${out}\n`), out);
  }

  private async try(model: string, contract: string | undefined, workload: string): Promise<unknown> {
    const {tryModel} = await import('../tasks/try-model.ts');
    const {microsecondsPerRow, peakMib, report} = await tryModel(model, contract, workload);
    const {trialText} = await import('../forecast/model/trial-report.ts');
    return this.present(report, (of) => trialText(of, microsecondsPerRow, peakMib));
  }
}
