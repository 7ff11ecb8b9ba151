import {Flags} from '@oclif/core';
import {ExitCode, usageError} from '../base/errors.ts';
import {money} from '../base/money.ts';
import type {Period} from '../base/period.ts';
import {tableView} from '../base/report-table.ts';
import {US_PER_MS} from '../base/units.ts';
import {grantedOrders} from '../plan/outcome/granted.ts';
import type {PlanReport} from '../plan/outcome/plan-report.ts';
import {BaseCommand} from './flags/base-command.ts';
import {
  artifactFlag,
  commonFlags,
  demandFlags,
  outputFlags,
  perFlag,
  type ScaleFlags,
  scalingOf,
  scenarioFlag,
  seedFlag,
  tableFlags,
  timingFlag,
  workloadArg,
} from './flags/common-flags.ts';
import {planFlags, planSettings} from './flags/plan-flags.ts';
import {eachSheet} from './flags/prices.ts';
import {baselineFlag, replayOn} from './flags/replay-flags.ts';
import {partText, piecesIn, shardFlags, shareRequest} from './flags/shard-flags.ts';
import {countFlag} from './flags/value-flags.ts';

/** Functions listed for people, and in JSON. */
const TOP = 10;

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
    baseline: baselineFlag({
      default: 'fixed:ttl=10m',
      helpValue: 'POLICY|calibrated',
      summary: 'What you run today: what the plan saves against it; calibrated: as the trace says.',
    }),
    validate: Flags.boolean({
      summary: 'Also plan inside the trace, from what came before, and replay what came after: expected against found.',
    }),
    origins: countFlag(1)({default: 3, summary: 'How many such plans; with --train-until that is the only one.'}),
    refused: countFlag(0)({default: 10, summary: 'Refused slots to list, most valuable first.'}),
    ...perFlag,
    ...timingFlag('time and memory'),
    ...tableFlags,
    sort: Flags.string({
      helpValue: `${grantedOrders.join('|')}|COLUMN[:desc],...`,
      summary: 'By what functions that have slots are sorted, or rows by columns of CSV. [default: gain]',
    }),
    top: countFlag(0)({helpValue: 'N', summary: 'Functions that have slots to list. [default: 10; all with --csv]'}),
    ...planFlags,
    ...shardFlags,
    ...demandFlags,
    ...scenarioFlag,
    ...seedFlag,
    ...commonFlags,
    ...outputFlags,
  };

  async run(): Promise<unknown> {
    const parsed = await this.parse(Plan);
    const {args, flags} = parsed;
    const share = shareRequest({id: 'plan', version: this.config.version, definitions: Plan.flags}, parsed);
    if (share !== undefined && flags.platform !== undefined) {
      throw usageError('--shard shares out plan --validate, and with --platform there is no such', 'leave out --shard');
    }
    if (flags.platform !== undefined) return this.sizePlatform(args.workload, flags.platform.text, flags);
    const {runPlan, runPlanShare} = await import('../tasks/plan.ts');
    const {functions, limits, events, teams, forecast} = flags;
    const pieces = await piecesIn(flags.parts);
    const asked = (own: typeof flags) => ({
      path: args.workload,
      scaling: scalingOf(flags),
      out: flags.out,
      force: flags.force,
      settings: planSettings(own),
      files: {functions, limits, events, teams, forecast},
      explain: flags.explain ?? [],
      refused: flags.refused,
      granted: this.grantedAsked(flags),
      baseline: flags.baseline,
      origins: flags.validate ? flags.origins : 0,
      pieces,
    });
    const sheets = eachSheet(flags);
    if (share !== undefined) {
      if (sheets.length > 1) throw usageError('--shard takes one price sheet', 'give --prices once');
      return this.present(await runPlanShare({...asked(flags), share}, this.listener(flags)), partText, flags.out);
    }
    const planned = (own: typeof flags) => runPlan(asked(own), this.listener(flags));
    if (sheets.length > 1)
      return this.bySheet(
        sheets.map((own) => () => planned(own)),
        flags,
      );
    const report = await planned(flags);
    const {planPrinted} = await import('../plan/outcome/plan-text.ts');
    return this.present(report, planPrinted, flags.out);
  }

  /** Which functions that have slots the report lists; what is sorted by columns, or written for programs, is all of them. */
  private grantedAsked({csv, sort, table, columns, top}: AskedOfTables) {
    const order = grantedOrders.find((name) => name === (sort ?? 'gain'));
    const all = csv || table !== undefined || columns !== undefined || order === undefined;
    // The text of the report has them in this order, and so many.
    if (order !== undefined) tableView.asked = {...tableView.asked, sort: undefined};
    if (!all) tableView.asked = {...tableView.asked, top: undefined};
    return {order: order ?? ('gain' as const), top: all ? Number.POSITIVE_INFINITY : (top ?? TOP)};
  }

  /** A plan under each price sheet, side by side. */
  private async bySheet(runs: readonly (() => Promise<PlanReport>)[], {out}: Sheets): Promise<unknown> {
    if (out !== undefined) throw usageError('--out writes one plan, and --prices is given twice', 'give one sheet');
    const [{runBySheet, sheetsPrinted}, {planText}] = await Promise.all([
      import('../tasks/by-sheet.ts'),
      import('../plan/outcome/plan-text.ts'),
    ]);
    const rowsOf = ({slots, functionsWarm, rest, expected, usdPerDay}: PlanReport) => [
      {
        name: 'plan',
        decision: `${slots} slots, ${functionsWarm} functions, ${rest}`,
        usdPerDay,
        coldShare: expected.coldShare,
      },
    ];
    const report = await runBySheet({runs, rowsOf, text: planText, file: undefined, force: false});
    return this.present(report, sheetsPrinted(planText));
  }

  /** The platform's own settings, instead of slots of a fleet. */
  private async sizePlatform(path: string, platform: string, flags: Sizing): Promise<unknown> {
    const {runPlatformPlan} = await import('../tasks/platform-plan.ts');
    const {platformPlanPrinted} = await import('../tasks/right-size/text.ts');
    money.per = flags.per ?? 'month';
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
        threads: 'auto',
      },
      this.listener(flags),
    );
    const shown = this.present(report, platformPlanPrinted, flags.out);
    if (!report.met) process.exitCode = ExitCode.missed;
    return shown;
  }
}

interface Sheets {
  readonly out: string | undefined;
}

/** Flags of its tables. */
interface AskedOfTables {
  readonly csv: boolean;
  readonly sort: string | undefined;
  readonly table: string | undefined;
  readonly columns: string | undefined;
  readonly top: number | undefined;
}

/** Flags that sizing a platform goes by, besides those of replay. */
interface Sizing extends ScaleFlags {
  readonly out: string | undefined;
  readonly force: boolean;
  readonly timing: boolean;
  readonly functions: string | undefined;
  readonly top: number | undefined;
  readonly sort: string | undefined;
  readonly csv: boolean;
  readonly per: Period | undefined;
  readonly 'p99-start-ms': number | undefined;
}
