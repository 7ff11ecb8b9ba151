import {Args} from '@oclif/core';
import {policies} from '../replay/policies/registry.ts';
import {BaseCommand} from './flags/base-command.ts';
import {perFlag, reportFlags, scalingOf, workloadArg} from './flags/common-flags.ts';
import {planFlags, plannedAs} from './flags/plan-flags.ts';
import {contentionRequest, replayingFlags, replayOptions} from './flags/replay-flags.ts';
import {valueFlag} from './flags/value-flags.ts';

export default class Explain extends BaseCommand {
  static override readonly doing = 'explaining';
  static override summary =
    'One function on one screen: rate, rhythm, gaps, durations, cold starts by policy, and what the plan gives it.';
  static override description =
    'Policies are replayed on its calls alone, without limits; the plan is that of the whole workload.';
  static override examples = [
    '<%= config.bin %> explain w.arrow checkout',
    '<%= config.bin %> explain w.arrow 4f0f5d --policy none --policy fixed:ttl=1h --json',
  ];
  static override args = {
    ...workloadArg,
    function: Args.string({required: true, description: 'its name, the beginning of it, or owner/app/name'}),
  };
  static override flags = {
    policy: valueFlag((text, flag) => policies.parse(text, flag))({
      multiple: true,
      multipleNonGreedy: true,
      default: ['none', 'fixed:ttl=1m', 'fixed:ttl=10m', 'fixed:ttl=1h', 'adaptive', 'infinite'],
      helpValue: 'POLICY',
      summary: 'Policies that it is replayed under.',
    }),
    ...reportFlags,
    ...perFlag,
    'train-until': planFlags['train-until'],
    window: planFlags.window,
    'budget-slots': planFlags['budget-slots'],
    rest: planFlags.rest,
    trials: planFlags.trials,
    ...replayingFlags,
  };

  async run(): Promise<unknown> {
    const {args, flags} = await this.parse(Explain);
    const {runExplain} = await import('../tasks/explain/explain.ts');
    const file = this.reportFile(flags);
    const report = await runExplain(
      {
        path: args.workload,
        name: args.function,
        scaling: scalingOf(flags),
        policies: flags.policy,
        options: replayOptions(flags),
        functions: flags.functions,
        contention: contentionRequest(flags),
        planSettings: plannedAs(this.texts!),
        report: file,
        force: flags.force,
        threads: flags.threads ?? ('auto' as const),
      },
      this.listener(),
    );
    return file ? undefined : report;
  }
}
