import {Args, Flags, type Interfaces} from '@oclif/core';
import {ExitCode, usageError} from '../base/errors.ts';
import {policies} from '../replay/policies/registry.ts';
import type {WhyRequest} from '../tasks/diff-why/why.ts';
import {BaseCommand} from './flags/base-command.ts';
import {commonFlags, perFlag, seedFlag, tableFlags, threadsFlag} from './flags/common-flags.ts';
import {pricesOf} from './flags/prices.ts';
import {contentionRequest, replayFlags, replayOptions} from './flags/replay-flags.ts';
import {countFlag, valueFlag} from './flags/value-flags.ts';

/** Functions printed unless somebody says how many. */
const PRINTED = 20;

export default class Diff extends BaseCommand {
  static override readonly doing = 'comparing';
  static override summary = 'What changed from one plan, or report, to the next, and why.';
  static override description =
    `Two plan files are compared function by function, two reports (replay --json, plan --json) number by number. A plan
and the report of a replay that followed it: what the plan expected of itself, and what was found.

With --workload both sides are replayed, and every mixture of their demand, prices and policy: dollars by function, and how
much of the change is whose. Plan files are followed; of reports the policy and the sheet are taken, unless --policy and
--prices say otherwise. Every other flag of replay is for both sides.`;
  static override examples = [
    '<%= config.bin %> diff yesterday.arrow today.arrow',
    '<%= config.bin %> diff yesterday.json today.json --exit-code',
    '<%= config.bin %> diff old.json new.json --workload last-week.arrow --workload this-week.arrow --per month',
    '<%= config.bin %> replay w.arrow --policy plan:file=p.arrow --json | <%= config.bin %> diff p.arrow -',
  ];
  static override args = {
    before: Args.string({required: true, description: 'plan file or report (JSON)', ignoreStdin: true}),
    after: Args.string({required: true, description: 'the same, later', ignoreStdin: true}),
  };
  static override flags = {
    'exit-code': Flags.boolean({summary: 'Exit 4 when something changed.'}),
    top: countFlag(0)({helpValue: 'N', summary: `Functions to print. [default: ${PRINTED}; all with --csv, --json]`}),
    ...tableFlags,
    workload: Flags.string({
      multiple: true,
      multipleNonGreedy: true,
      helpValue: 'FILE',
      summary: 'Workload of both sides, or given twice of each: also says why dollars changed.',
    }),
    policy: valueFlag((text, flag) => policies.parse(text, flag))({
      multiple: true,
      multipleNonGreedy: true,
      helpValue: 'POLICY',
      summary: 'What is replayed on both sides, or given twice on each. [default: what the files are of]',
    }),
    ...perFlag,
    ...replayFlags,
    ...seedFlag,
    ...threadsFlag,
    ...commonFlags,
  };

  async run(): Promise<unknown> {
    const {args, flags} = await this.parse(Diff);
    const {runDiff} = await import('../tasks/diff.ts');
    const diff = await runDiff(args.before, args.after, this.whyRequest(flags), this.listener());
    const [{functionsTable, numbersTable, planDiffText, reportDiffText}, {whyText}] = await Promise.all([
      import('../plan/gate/diff-text.ts'),
      import('../tasks/diff-why/why-text.ts'),
    ]);
    const shown = flags.top ?? PRINTED;
    const printed = this.present(diff, {
      text: (of) => {
        const changed = of.kind === 'plan' ? planDiffText(of, shown) : reportDiffText(of.changed, of.prices);
        return of.why ? `${changed}\n${whyText(of.why, shown)}` : changed;
      },
      tables: (of) => [of.kind === 'plan' ? functionsTable(of.changed, shown) : numbersTable(of.changed)],
    });
    if (flags['exit-code'] && !diff.same) process.exitCode = ExitCode.missed;
    return printed;
  }

  /** How both sides are replayed; undefined: nobody asks why. */
  private whyRequest(flags: DiffFlags): WhyRequest | undefined {
    const {workload: workloads, prices} = flags;
    const given = this.texts?.metadata.flags.prices?.setFromDefault !== true;
    if (workloads === undefined) {
      if (given && !this.settings?.from.has('prices'))
        throw usageError('--prices are of replays, and there is no --workload', 'give the workload of each side');
      return undefined;
    }
    const counts = {workload: workloads.length, prices: prices.length, policy: flags.policy?.length ?? 0};
    for (const [name, count] of Object.entries(counts)) {
      if (count > 2) throw usageError(`--${name} is given ${count} times, and there are two sides`, 'give one or two');
    }
    return {
      workloads,
      sheets: given ? prices.map((sheet) => pricesOf({...flags, prices: [sheet]})) : [],
      policies: flags.policy ?? [],
      options: (sheet) => ({...replayOptions({...flags, prices: [sheet]}), prices: sheet}),
      functions: flags.functions,
      contention: contentionRequest(flags),
      threads: flags.threads ?? ('auto' as const),
    };
  }
}

type DiffFlags = Interfaces.InferredFlags<typeof Diff.flags>;
