import {Args, Flags} from '@oclif/core';
import {ExitCode} from '../base/errors.ts';
import {BaseCommand} from './flags/base-command.ts';
import {commonFlags} from './flags/common-flags.ts';
import {countFlag} from './flags/value-flags.ts';

export default class Diff extends BaseCommand {
  static override readonly doing = 'comparing';
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
    top: countFlag(0)({default: 20, helpValue: 'N', summary: 'Functions to print; --json has all.'}),
    ...commonFlags,
  };

  async run(): Promise<unknown> {
    const {args, flags} = await this.parse(Diff);
    const {runDiff} = await import('../tasks/diff.ts');
    const diff = await runDiff(args.before, args.after);
    const {planDiffText, reportDiffText} = await import('../plan/gate/diff-text.ts');
    this.log(
      (diff.kind === 'plan' ? planDiffText(diff, flags.top) : reportDiffText(diff.changed, diff.prices)).trimEnd(),
    );
    if (flags['exit-code'] && !diff.same) process.exitCode = ExitCode.missed;
    return diff;
  }
}
