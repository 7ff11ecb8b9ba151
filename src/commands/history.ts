import {Args, Flags} from '@oclif/core';
import {usageError} from '../base/errors.ts';
import {BaseCommand} from './flags/base-command.ts';
import {commonFlags, outputFlags, reportFlags} from './flags/common-flags.ts';

export default class History extends BaseCommand {
  static override summary = 'Nightly reports as a trend: dollars, delay and cold starts by run, a row a report.';
  static override description =
    'Reports (replay --json, plan --json) and plan files in the order given, the oldest first; runs are paired by their policy.';
  static override examples = [
    '<%= config.bin %> history reports/*.json',
    '<%= config.bin %> history mon.json tue.json wed.json --policy adaptive --csv',
  ];
  // More of them follow the first.
  static override strict = false;
  static override args = {
    report: Args.string({required: true, description: 'reports (JSON) or plan files, the oldest first'}),
  };
  static override flags = {
    policy: Flags.string({helpValue: 'POLICY', summary: 'The run of this policy alone.'}),
    ...reportFlags,
    ...commonFlags,
    ...outputFlags,
  };

  async run(): Promise<unknown> {
    const {argv, flags} = await this.parse(History);
    const paths = argv as string[];
    // Where any number of files may follow oclif takes a flag that is none for one of them.
    const stranger = paths.find((path) => /^-./.test(path));
    if (stranger !== undefined) throw usageError(`Nonexistent flag: ${stranger}`, 'coldfront history --help');
    const {runHistory} = await import('../tasks/history/history.ts');
    const file = this.reportFile(flags);
    const report = await runHistory({
      paths,
      policy: flags.policy,
      report: file,
      force: flags.force,
    });
    return file ? undefined : report;
  }
}
