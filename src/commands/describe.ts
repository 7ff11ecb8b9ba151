import {Args, Flags} from '@oclif/core';
import {BaseCommand, commonFlags} from './flags/base-command.ts';

export default class Describe extends BaseCommand {
  static override summary = 'What a workload is: rates, classes, triggers, concentration, durations, memory.';
  static override description =
    'Functions are periodic, rare, bursty or steady by their rate and by how much the times between their calls vary.';
  static override examples = [
    '<%= config.bin %> describe w.arrow',
    '<%= config.bin %> ingest calls.csv --out - | <%= config.bin %> describe - --json | jq .classes',
  ];
  static override args = {
    workload: Args.string({required: true, ignoreStdin: true, description: 'workload file, - for stdin'}),
  };
  static override flags = {
    top: Flags.integer({default: 10, min: 0, summary: 'How many functions are listed by calls and by sensitivity.'}),
    ...commonFlags,
  };

  async run(): Promise<unknown> {
    const {args, flags} = await this.parse(Describe);
    const {readWorkload} = await import('../workload/file/file.ts');
    const {describeReport} = await import('../tasks/describe/describe-report.ts');
    const report = describeReport(await readWorkload(args.workload), flags.top);
    if (!this.jsonEnabled()) {
      const {describeText} = await import('../tasks/describe/describe-text.ts');
      process.stdout.write(describeText(report));
    }
    return report;
  }
}
