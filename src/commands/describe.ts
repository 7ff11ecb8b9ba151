import {BaseCommand} from './flags/base-command.ts';
import {commonFlags, demandFlags, scalingOf, seedFlag, workloadArg} from './flags/common-flags.ts';
import {countFlag} from './flags/value-flags.ts';

export default class Describe extends BaseCommand {
  static override readonly doing = 'describing';
  static override summary = 'What a workload is: rates, classes, triggers, concentration, durations, memory.';
  static override description =
    'Functions are periodic, rare, bursty or steady by their rate and by how much the times between their calls vary.';
  static override examples = [
    '<%= config.bin %> describe w.arrow',
    '<%= config.bin %> ingest calls.csv --out - | <%= config.bin %> describe - --json | jq .classes',
  ];
  static override args = workloadArg;
  static override flags = {
    top: countFlag(0)({default: 10, summary: 'How many functions are listed by calls and by sensitivity.'}),
    ...demandFlags,
    ...seedFlag,
    ...commonFlags,
  };

  async run(): Promise<unknown> {
    const {args, flags} = await this.parse(Describe);
    const {runDescribe} = await import('../tasks/describe/describe.ts');
    const report = await runDescribe({path: args.workload, scaling: scalingOf(flags)}, flags.top, this.listener());
    const {describeText} = await import('../tasks/describe/describe-text.ts');
    return this.present(report, describeText);
  }
}
