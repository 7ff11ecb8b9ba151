import {Args, Flags} from '@oclif/core';
import {ExitCode, usageError} from '../base/errors.ts';
import {priceNote} from '../cost/sheets.ts';
import {type Objective, objectives} from '../plan/gate/check.ts';
import {BaseCommand} from './flags/base-command.ts';
import {commonFlags, outputFlags, tableFlags, topFlag} from './flags/common-flags.ts';
import {amountFlag, portionFlag} from './flags/value-flags.ts';

export default class Check extends BaseCommand {
  static override summary = 'Hold a report or a plan against objectives: exit 4 and a line for each that is missed.';
  static override description =
    `A replay report is measured, a plan says what it expects of itself. Of a report with several runs all are held
against the objectives, unless --policy names one. What a report does not say is missed.`;
  static override examples = [
    '<%= config.bin %> check report.json --p99-start-ms 200 --max-usd-per-day 100',
    '<%= config.bin %> replay w.arrow --policy plan:file=p.arrow --json | <%= config.bin %> check - --min-warm-share .99',
    '<%= config.bin %> check report.json --p99-start-ms 200 --functions-within 99%',
    '<%= config.bin %> check report.json --max-cold-share 2% --every-team',
    '<%= config.bin %> check p.arrow --max-gap 1e-6',
  ];
  static override args = {
    report: Args.string({required: true, ignoreStdin: true, description: 'report (JSON) or plan file, - for stdin'}),
  };
  static override flags = {
    ...Object.fromEntries(objectives.map((objective) => [objective.flag, limitFlag(objective)])),
    policy: Flags.string({summary: 'The run of this policy alone.'}),
    team: Flags.string({
      multiple: true,
      multipleNonGreedy: true,
      exclusive: ['every-team'],
      summary: 'Objectives of calls are asked of this team; give it several times for more.',
    }),
    'every-team': Flags.boolean({summary: 'The same of every team in the report.'}),
    'functions-within': portionFlag({
      helpValue: 'SHARE',
      summary: 'This share of the functions is to keep --p99-start-ms each, instead of all calls together.',
    }),
    junit: Flags.string({helpValue: 'FILE', summary: 'Also write the results as JUnit XML, for build servers.'}),
    github: Flags.boolean({
      allowNo: true,
      summary: 'Also say on stderr what is missed as annotations. [default: inside a workflow of GitHub Actions]',
    }),
    ...tableFlags,
    ...topFlag,
    ...commonFlags,
    ...outputFlags,
  };

  async run(): Promise<unknown> {
    const {args, flags} = await this.parse(Check);
    const limits = limitsOf(flags);
    if (flags['functions-within'] !== undefined && limits['p99-start-ms'] === undefined) {
      throw usageError('--functions-within is of --p99-start-ms, which is not given', 'add --p99-start-ms');
    }
    const {runCheck} = await import('../tasks/check.ts');
    const teams = flags['every-team'] ? ('all' as const) : flags.team;
    const asked = {teams, functionsWithin: flags['functions-within']};
    const {junit, force} = flags;
    const report = await runCheck({path: args.report, limits, policy: flags.policy, narrowed: asked, junit, force});
    const {checkPrinted, githubLines} = await import('../tasks/check-formats.ts');
    if (flags.github ?? process.env.GITHUB_ACTIONS === 'true') {
      for (const line of githubLines(report, args.report)) process.stderr.write(`${line}\n`);
    }
    const results = report.runs.flatMap((run) => run.objectives);
    this.present(report, checkPrinted);
    const prices = priceNote(report.prices ?? undefined);
    if (prices !== undefined && limits['max-usd-per-day'] !== undefined) this.note(prices);
    if (report.met) this.note(`${results.length} of ${results.length} objectives met`);
    else process.exitCode = ExitCode.missed;
    return report;
  }
}

/** A share may be written as a percentage. */
function limitFlag({what, side, unit}: Objective) {
  const kind = unit === 'share' ? portionFlag : amountFlag;
  return kind({helpValue: 'N', summary: `${what[0]!.toUpperCase()}${what.slice(1)} is ${side} this.`});
}

/** The limits that were given. */
function limitsOf(flags: Readonly<Record<string, unknown>>): Record<string, number> {
  const limits: Record<string, number> = {};
  for (const {flag} of objectives) {
    const limit = flags[flag];
    if (typeof limit === 'number') limits[flag] = limit;
  }
  if (Object.keys(limits).length === 0) {
    throw usageError('there is nothing to check', `give ${objectives.map(({flag}) => `--${flag}`).join(', ')}`);
  }
  return limits;
}
