import {Args, Flags} from '@oclif/core';
import {ExitCode, usageError} from '../base/errors.ts';
import {checkFacts, objectives} from '../plan/gate/check.ts';
import {BaseCommand} from './flags/base-command.ts';
import {commonFlags} from './flags/common-flags.ts';

export default class Check extends BaseCommand {
  static override summary = 'Hold a report or a plan against objectives: exit 4 and a line for each that is missed.';
  static override description =
    `A replay report is measured, a plan says what it expects of itself. Of a report with several runs all are held
against the objectives, unless --policy names one. What a report does not say is missed.`;
  static override examples = [
    '<%= config.bin %> check report.json --p99-start-ms 200 --max-usd-per-day 100',
    '<%= config.bin %> replay w.arrow --policy plan:file=p.arrow --json | <%= config.bin %> check - --min-warm-share .99',
    '<%= config.bin %> check p.arrow --max-gap 1e-6',
  ];
  static override args = {
    report: Args.string({required: true, description: 'report (JSON) or plan file, - for stdin'}),
  };
  static override flags = {
    ...Object.fromEntries(
      objectives.map(({flag, what, side}) => [
        flag,
        Flags.string({helpValue: 'N', summary: `${what[0]!.toUpperCase()}${what.slice(1)} is ${side} this.`}),
      ]),
    ),
    policy: Flags.string({summary: 'The run of this policy alone.'}),
    ...commonFlags,
  };

  async run(): Promise<unknown> {
    const {args, flags} = await this.parse(Check);
    const limits = limitsOf(flags);
    const {readArtifact} = await import('../tasks/read-artifact.ts');
    const {chooseRuns} = await import('../plan/gate/facts.ts');
    const {facts} = await readArtifact(args.report);
    const runs = chooseRuns(facts, flags.policy, args.report).map((run) => ({
      run: run.label,
      objectives: checkFacts(run, limits),
    }));
    const results = runs.flatMap((run) => run.objectives);
    const missed = results.filter(({met}) => !met);
    for (const {text} of missed) this.log(text);
    if (missed.length > 0) process.exitCode = ExitCode.missed;
    else this.note(`${results.length} of ${results.length} objectives met`);
    return {schema: 'coldfront.check/1', met: missed.length === 0, runs};
  }
}

/** The objectives that were given, as numbers; a share may be written as a percentage. */
function limitsOf(flags: Readonly<Record<string, unknown>>): Record<string, number> {
  const limits: Record<string, number> = {};
  for (const {flag} of objectives) {
    const text = flags[flag];
    if (typeof text !== 'string') continue;
    const percent = /^(.*)%$/.exec(text.trim());
    const value = percent ? Number(percent[1]) / 100 : Number(text);
    if (text.trim() === '' || !Number.isFinite(value) || value < 0 || (percent && !flag.endsWith('-share'))) {
      throw usageError(`--${flag} is '${text}', must be a number >= 0`);
    }
    limits[flag] = value;
  }
  if (Object.keys(limits).length === 0) {
    throw usageError('there is nothing to check', `give ${objectives.map(({flag}) => `--${flag}`).join(', ')}`);
  }
  return limits;
}
