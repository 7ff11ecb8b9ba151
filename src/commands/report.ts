import {Flags} from '@oclif/core';
import {shellWord} from '../base/text.ts';
import {policies} from '../replay/policies/registry.ts';
import {BaseCommand} from './flags/base-command.ts';
import {commonFlags, outputFlags, seedFlag, threadsFlag, timingFlag} from './flags/common-flags.ts';
import {contentionRequest, replayFlags, replayOptions} from './flags/replay-flags.ts';
import {shareFlag, valueFlag} from './flags/value-flags.ts';

const runGroup = {helpGroup: 'RUN'};
const policyOf = (text: string, flag: string) => policies.parse(text, flag);

export default class Report extends BaseCommand {
  static override readonly doing = 'making the page';
  static override readonly tellsDollars = 'a page';
  static override summary = 'Write a page that people can read: one file, no network, pictures and all.';
  static override description =
    'INPUT: reports (--json) of replay, frontier, plan and others, plan and forecast files, timelines, tables of functions, ' +
    'calls or payers as replay writes them, and the workload, which says what came of a forecast. With --run what is missing ' +
    'is made: the sweep, a replay, a plan tried inside the trace, a forecast.';
  static override examples = [
    '<%= config.bin %> report --run w.arrow --out report.html',
    '<%= config.bin %> report replay.json frontier.json plan.json timeline.csv functions.csv --out report.html',
  ];
  static override strict = false;
  static override enableJsonFlag = false;
  static override usage = 'report INPUT... --out R.html [--run W]';
  static override flags = {
    out: Flags.string({char: 'o', required: true, helpValue: 'R.html', summary: 'Page to write, - for stdout.'}),
    title: Flags.string({default: 'Capacity report', summary: 'What the page is called.'}),
    run: Flags.string({helpValue: 'W', summary: 'Make from this workload what the inputs lack.', ...runGroup}),
    policy: valueFlag(policyOf)({
      multiple: true,
      multipleNonGreedy: true,
      summary: 'Show these in detail. [default: the baseline and what the sweep advises]',
      ...runGroup,
    }),
    baseline: valueFlag(policyOf)({
      helpValue: 'POLICY',
      summary: 'What you run today: savings are against it. [default: fixed:ttl=10m]',
      ...runGroup,
    }),
    sample: shareFlag({helpValue: 'SHARE', summary: 'Sweep over this share of the apps.', ...runGroup}),
    model: Flags.string({default: 'rolling-mean', helpValue: 'NAME|FILE', summary: 'Who forecasts.', ...runGroup}),
    ...timingFlag('the rate'),
    ...replayFlags,
    ...seedFlag,
    ...threadsFlag,
    ...commonFlags,
    ...outputFlags,
  };

  async run(): Promise<void> {
    const {argv, flags, raw} = await this.parse(Report);
    const {runReport} = await import('../tasks/report/report.ts');
    const given = raw.flatMap((token) =>
      token.type === 'flag' && (Object.hasOwn(replayFlags, token.flag) || token.flag === 'seed')
        ? [` --${token.flag}${token.input === 'true' ? '' : ` ${shellWord(String(token.input))}`}`]
        : [],
    );
    const run =
      flags.run === undefined
        ? undefined
        : {
            path: flags.run,
            policies: flags.policy,
            baseline: flags.baseline,
            sample: flags.sample,
            model: flags.model,
            options: replayOptions(flags),
            functions: flags.functions,
            contention: contentionRequest(flags),
            threads: flags.threads ?? ('auto' as const),
            near: flags.out === '-' ? '-' : `${flags.out}.csv`,
            given: given.join(''),
          };
    await runReport(
      {
        inputs: argv as string[],
        run,
        out: flags.out,
        force: flags.force,
        title: flags.title,
        command: `coldfront report ${this.argv.map(shellWord).join(' ')}`,
        version: this.config.version,
      },
      this.listener(flags),
    );
  }
}
