import {Flags, type Interfaces} from '@oclif/core';
import type {FrontierReport} from '../replay/frontier/frontier-report.ts';
import {policies} from '../replay/policies/registry.ts';
import {BaseCommand} from './flags/base-command.ts';
import {perFlag, reportFlags, scalingOf, timingFlag, workloadArg} from './flags/common-flags.ts';
import {eachSheet} from './flags/prices.ts';
import {baselineFlag, contentionRequest, replayingFlags, replayOptions} from './flags/replay-flags.ts';
import {partText, shardFlags, shareRequest} from './flags/shard-flags.ts';
import {shareFlag, valueFlag} from './flags/value-flags.ts';

export default class Frontier extends BaseCommand {
  static override readonly doing = 'sweeping';
  static override summary =
    'Sweep policies and their parameters: which are worth having, and how far from the optimum.';
  static override description =
    'Replays every policy of the literature over a range of parameters, our own and the clairvoyant bounds, and marks ' +
    'those that no other beats: in dollars and p99 start delay, and in idle memory and cold share.';
  static override examples = [
    '<%= config.bin %> frontier w.arrow --svg frontier.svg',
    '<%= config.bin %> frontier w.arrow --policy fixed:ttl=10m --policy adaptive --delay-usd-per-hour 1 --json',
  ];
  static override args = workloadArg;
  static override flags = {
    policy: valueFlag((text, flag) => policies.parse(text, flag))({
      multiple: true,
      multipleNonGreedy: true,
      summary: 'Sweep these instead of the usual ones.',
    }),
    baseline: baselineFlag({
      helpValue: 'POLICY|calibrated',
      summary: 'What you run today: savings are against it; calibrated: as the trace says. [default: fixed:ttl=10m]',
    }),
    sample: shareFlag({
      helpValue: 'SHARE',
      summary: 'Replay this share of the apps, and say how far off that may be. Of a fleet without limits.',
    }),
    ...reportFlags,
    ...perFlag,
    svg: Flags.string({summary: 'Also draw both trade-offs to this file.'}),
    ...timingFlag('the rate'),
    ...replayingFlags,
    ...shardFlags,
  };

  /** What it is asked to do, with every word of it. */
  async asked() {
    const parsed = await this.parse(Frontier);
    return {parsed, request: requestOf(parsed)};
  }

  async run(): Promise<unknown> {
    const parsed = await this.parse(Frontier);
    const {flags} = parsed;
    if (flags.prices.length > 1 && flags.shard === undefined) return this.bySheet(parsed);
    const request = requestOf(parsed);
    const {runFrontier, runFrontierShare} = await import('../tasks/frontier.ts');
    const share = shareRequest({id: 'frontier', version: this.config.version, definitions: Frontier.flags}, parsed);
    if (share !== undefined) {
      return this.present(await runFrontierShare({...request, share}, this.listener(flags)), partText, flags.out);
    }
    const file = this.reportFile(flags);
    const parts = flags.parts && new (await import('../tasks/shard/part.ts')).Parts(flags.parts);
    const report = await runFrontier({...request, svg: flags.svg, report: file, parts}, this.listener(flags));
    return file ? undefined : report;
  }
  /** The same under each price sheet; the picture is of the first. */
  private async bySheet(parsed: Read): Promise<unknown> {
    const {flags} = parsed;
    const [{runFrontier}, {runBySheet}, {frontierText}] = await Promise.all([
      import('../tasks/frontier.ts'),
      import('../tasks/by-sheet.ts'),
      import('../replay/frontier/frontier-text.ts'),
    ]);
    const file = this.reportFile(flags);
    const runs = eachSheet(flags).map((own, k) => {
      const request = {...requestOf({...parsed, flags: own}), svg: k === 0 ? flags.svg : undefined};
      return () => runFrontier({...request, report: undefined, parts: undefined}, this.listener(flags));
    });
    const rowsOf = ({rows}: FrontierReport) =>
      rows.map(({policy: name, usdPerDay, coldShare}) => ({name, usdPerDay, coldShare}));
    const report = await runBySheet({runs, rowsOf, text: frontierText, file, force: flags.force});
    return file ? undefined : report;
  }
}

interface Read {
  readonly args: {readonly workload: string};
  readonly flags: Interfaces.InferredFlags<typeof Frontier.flags>;
}

/** What is to be done, as the flags say it. */
function requestOf({args, flags}: Read) {
  return {
    path: args.workload,
    scaling: scalingOf(flags),
    policies: flags.policy,
    baseline: flags.baseline,
    sample: flags.sample,
    options: replayOptions(flags),
    functions: flags.functions,
    contention: contentionRequest(flags),
    force: flags.force,
    threads: flags.threads ?? ('auto' as const),
  };
}
