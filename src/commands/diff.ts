import {Args, Flags} from '@oclif/core';
import {ExitCode, usageError} from '../base/errors.ts';
import {BaseCommand} from './flags/base-command.ts';
import {commonFlags} from './flags/common-flags.ts';

export default class Diff extends BaseCommand {
  static override summary = 'What changed from one plan, or report, to the next.';
  static override description =
    'Two plan files are compared function by function, two reports (replay --json, plan --json) number by number. A plan\n' +
    'and the report of a replay that followed it: what the plan expected of itself, and what was found.';
  static override examples = [
    '<%= config.bin %> diff yesterday.arrow today.arrow',
    '<%= config.bin %> diff yesterday.json today.json --exit-code',
    '<%= config.bin %> replay w.arrow --policy plan:file=p.arrow --json | <%= config.bin %> diff p.arrow -',
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
    const {readArtifact} = await import('../tasks/read-artifact.ts');
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
    const {diffReports, expectedAgainstFound} = await import('../plan/gate/diff-reports.ts');
    const isPlan = ({facts: [only, ...more]}: typeof before): boolean => only?.label === 'plan' && more.length === 0;
    const changed =
      isPlan(before) && (before.kind === 'plan' || !isPlan(after))
        ? expectedAgainstFound(before.facts[0]!, after.facts)
        : after.kind === 'plan'
          ? undefined
          : diffReports(before.facts, after.facts);
    if (!changed) {
      throw usageError(
        `${args.before} and ${args.after} cannot be compared`,
        'give two plans, two reports, or a plan and the report of a replay that followed it',
      );
    }
    this.log(reportDiffText(changed).trimEnd());
    if (flags['exit-code'] && changed.length > 0) process.exitCode = ExitCode.missed;
    return {schema: 'coldfront.diff/1', kind: 'report', same: changed.length === 0, changed};
  }
}
