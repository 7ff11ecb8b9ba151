import {Args, Flags} from '@oclif/core';
import {ExitCode, usageError} from '../base/errors.ts';
import {BaseCommand, commonFlags} from './shared/base-command.ts';

export default class Diff extends BaseCommand {
  static override summary = 'What changed from one plan, or report, to the next.';
  static override description =
    'Two plan files are compared function by function, two reports (replay --json, plan --json) number by number.';
  static override examples = [
    '<%= config.bin %> diff yesterday.arrow today.arrow',
    '<%= config.bin %> diff yesterday.json today.json --exit-code',
  ];
  static override args = {
    before: Args.string({required: true, description: 'plan file or report (JSON)', ignoreStdin: true}),
    after: Args.string({required: true, description: 'the same, later', ignoreStdin: true}),
  };
  static override flags = {
    'exit-code': Flags.boolean({summary: 'Exit 4 when something changed.'}),
    top: Flags.integer({default: 20, min: 0, helpValue: 'N', summary: 'Functions to print; --json has all.'}),
    ...commonFlags,
  };

  async run(): Promise<unknown> {
    const {args, flags} = await this.parse(Diff);
    const {readArtifact} = await import('./shared/read-artifact.ts');
    const before = await readArtifact(args.before);
    const after = await readArtifact(args.after);
    const {planDiffText, reportDiffText} = await import('../plan/gate/diff-text.ts');
    if (before.kind === 'plan' && after.kind === 'plan') {
      const {diffPlans} = await import('../plan/gate/diff-plans.ts');
      const diff = diffPlans(before.plan, after.plan);
      this.log(planDiffText(diff, flags.top).trimEnd());
      if (flags['exit-code'] && !diff.same) process.exitCode = ExitCode.missed;
      return {schema: 'coldfront.diff/1', kind: 'plan', ...diff};
    }
    if (before.kind !== after.kind) {
      throw usageError(
        `${args.before} is a ${before.kind} and ${args.after} is a ${after.kind}: they cannot be compared`,
        'give two plan files, or the JSON of two reports',
      );
    }
    const {diffReports} = await import('../plan/gate/diff-reports.ts');
    const changed = diffReports(before.facts, after.facts);
    this.log(reportDiffText(changed).trimEnd());
    if (flags['exit-code'] && changed.length > 0) process.exitCode = ExitCode.missed;
    return {schema: 'coldfront.diff/1', kind: 'report', same: changed.length === 0, changed};
  }
}
