import {Args, Flags} from '@oclif/core';
import {SHIPPED_MODEL} from '../forecast/shipped-model.ts';
import {BaseCommand} from './flags/base-command.ts';
import {commonFlags} from './flags/common-flags.ts';

export default class Model extends BaseCommand {
  static override summary = 'Show what a model promises: its contract, and whether it fits.';
  static override description =
    'The contract lies in the metadata of the .onnx file, or in a file beside it. What does not fit ends with exit 3 and says what is missing.';
  static override examples = ['<%= config.bin %> model m.onnx', '<%= config.bin %> model --json'];
  static override args = {
    model: Args.string({
      default: SHIPPED_MODEL,
      ignoreStdin: true,
      description: 'an .onnx file, or the model that comes with coldfront',
    }),
  };
  static override flags = {
    contract: Flags.string({helpValue: 'FILE', summary: 'Contract of a model that carries none.'}),
    ...commonFlags,
  };

  async run(): Promise<unknown> {
    const {args, flags} = await this.parse(Model);
    const {showModel} = await import('../tasks/show-model.ts');
    const report = await showModel(args.model, flags.contract);
    const {modelText} = await import('../forecast/model/model-report.ts');
    return this.present(report, modelText);
  }
}
