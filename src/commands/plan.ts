import {availableParallelism} from 'node:os';
import {Flags} from '@oclif/core';
import {ExitCode} from '../base/errors.ts';
import {US_PER_MS} from '../base/units.ts';
import {policies} from '../replay/policies/registry.ts';
import {BaseCommand} from './flags/base-command.ts';
import {
  artifactFlag,
  commonFlags,
  demandFlags,
  outputFlags,
  type ScaleFlags,
  scalingOf,
  seedFlag,
  timingFlag,
  workloadArg,
} from './flags/common-flags.ts';
import {planFlags, planSettings} from './flags/plan-flags.ts';
import {replayOn} from './flags/replay-flags.ts';
import {countFlag, valueFlag} from './flags/value-flags.ts';

export default class Plan extends BaseCommand {
  static override readonly doing = 'planning';
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
    baseline: valueFlag((text, flag) => policies.parse(text, flag))({
      default: 'fixed:ttl=10m',
      helpValue: 'POLICY',
      summary: 'What runs without a plan: what it cost is told beside.',
    }),
    validate: Flags.boolean({
      summary: 'Also plan inside the trace, from what came before, and replay what came after: expected against found.',
    }),
    origins: countFlag(1)({default: 3, summary: 'How many such plans; with --train-until that is the only one.'}),
    refused: countFlag(0)({default: 10, summary: 'Refused slots to list, most valuable first.'}),
    ...timingFlag('time and memory'),
    ...planFlags,
    ...demandFlags,
    ...seedFlag,
    ...commonFlags,
    ...outputFlags,
  };

  async run(): Promise<unknown> {
    const {args, flags} = await this.parse(Plan);
    if (flags.platform !== undefined) return this.sizePlatform(args.workload, flags.platform.text, flags);
    const {runPlan} = await import('../tasks/plan.ts');
    const {functions, limits, events, teams, forecast} = flags;
    const report = await runPlan(
      {
        path: args.workload,
        scaling: scalingOf(flags),
        out: flags.out,
        force: flags.force,
        settings: planSettings(flags),
        files: {functions, limits, events, teams, forecast},
        explain: flags.explain ?? [],
        refused: flags.refused,
        baseline: flags.baseline,
        origins: flags.validate ? flags.origins : 0,
      },
      this.listener(flags),
    );
    const {planText} = await import('../plan/outcome/plan-text.ts');
    return this.present(report, planText, flags.out);
  }

  /** The platform's own settings, instead of slots of a fleet. */
  private async sizePlatform(path: string, platform: string, flags: Sizing): Promise<unknown> {
    const {runPlatformPlan} = await import('../tasks/platform-plan.ts');
    const {platformPlanText} = await import('../tasks/right-size/text.ts');
    const p99Ms = flags['p99-start-ms'];
    const report = await runPlatformPlan(
      {
        path,
        scaling: scalingOf(flags),
        out: flags.out,
        force: flags.force,
        platform,
        on: (text) => replayOn(text, this.texts!, this.settings!.flagless.isolation),
        functions: flags.functions,
        p99StartUs: p99Ms === undefined ? undefined : p99Ms * US_PER_MS,
        threads: availableParallelism(),
      },
      this.listener(flags),
    );
    const shown = this.present(report, platformPlanText, flags.out);
    if (!report.met) process.exitCode = ExitCode.missed;
    return shown;
  }
}

/** Flags that sizing a platform goes by, besides those of replay. */
interface Sizing extends ScaleFlags {
  readonly out: string | undefined;
  readonly force: boolean;
  readonly timing: boolean;
  readonly functions: string | undefined;
  readonly 'p99-start-ms': number | undefined;
}
