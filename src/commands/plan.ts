import {Flags} from '@oclif/core';
import {BaseCommand} from './flags/base-command.ts';
import {artifactFlag, commonFlags, outputFlags, seedFlag, timingFlag, workloadArg} from './flags/common-flags.ts';
import {planFlags, planSettings} from './flags/plan-flags.ts';
import {countFlag} from './flags/value-flags.ts';

export default class Plan extends BaseCommand {
  static override summary =
    'Decide how many warm slots each function gets in each window, with a proof of how good it is.';
  static override description =
    `Slots go where a further one avoids most cold starts for what it costs, by Lagrangian prices; the dual bound
says what no plan can exceed. Without a budget slots are kept as long as they pay. An infeasible plan ends with exit 4.`;
  static override examples = [
    '<%= config.bin %> plan w.arrow --out p.arrow',
    '<%= config.bin %> plan w.arrow --hosts 10000 --slots 256 --train-until 4h --window 1h --out p.arrow',
    '<%= config.bin %> plan w.arrow --p99-start-ms 200 --json',
    '<%= config.bin %> plan w.arrow --budget-slots 400000 --fair --explain checkout',
  ];
  static override args = workloadArg;
  static override flags = {
    ...artifactFlag('Plan file'),
    explain: Flags.string({
      multiple: true,
      multipleNonGreedy: true,
      helpValue: 'FUNCTION',
      summary: 'Show the whole calculation for this function.',
    }),
    refused: countFlag(0)({default: 10, summary: 'Refused slots to list, most valuable first.'}),
    ...timingFlag('time and memory'),
    ...planFlags,
    ...seedFlag,
    ...commonFlags,
    ...outputFlags,
  };

  async run(): Promise<unknown> {
    const {args, flags} = await this.parse(Plan);
    const {runPlan} = await import('../tasks/plan.ts');
    const {limits, events, teams, forecast} = flags;
    const report = await runPlan(
      {
        path: args.workload,
        out: flags.out,
        force: flags.force,
        settings: planSettings(flags),
        files: {limits, events, teams, forecast},
        explain: flags.explain ?? [],
        refused: flags.refused,
      },
      this.listener(flags),
    );
    const {planText} = await import('../plan/outcome/plan-text.ts');
    return this.present(report, planText, flags.out);
  }
}
