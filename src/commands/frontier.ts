import {availableParallelism} from 'node:os';
import {Flags} from '@oclif/core';
import {policies} from '../replay/policies/registry.ts';
import {BaseCommand} from './flags/base-command.ts';
import {
  commonFlags,
  demandFlags,
  outputFlags,
  reportFlags,
  scalingOf,
  seedFlag,
  threadsFlag,
  timingFlag,
  workloadArg,
} from './flags/common-flags.ts';
import {contentionRequest, replayFlags, replayOptions} from './flags/replay-flags.ts';
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
    baseline: valueFlag((text, flag) => policies.parse(text, flag))({
      helpValue: 'POLICY',
      summary: 'What you run today: savings are against it. [default: fixed:ttl=10m]',
    }),
    sample: shareFlag({
      helpValue: 'SHARE',
      summary: 'Replay this share of the apps, and say how far off that may be. Of a fleet without limits.',
    }),
    ...reportFlags,
    svg: Flags.string({summary: 'Also draw both trade-offs to this file.'}),
    ...timingFlag('the rate'),
    ...replayFlags,
    ...demandFlags,
    ...shardFlags,
    ...seedFlag,
    ...threadsFlag,
    ...commonFlags,
    ...outputFlags,
  };

  /** What it is asked to do, with every word of it. */
  async asked() {
    const parsed = await this.parse(Frontier);
    const {args, flags} = parsed;
    return {
      parsed,
      request: {
        path: args.workload,
        scaling: scalingOf(flags),
        policies: flags.policy,
        baseline: flags.baseline,
        sample: flags.sample,
        options: replayOptions(flags),
        functions: flags.functions,
        contention: contentionRequest(flags),
        force: flags.force,
        threads: flags.threads ?? availableParallelism(),
      },
    };
  }

  async run(): Promise<unknown> {
    const {parsed, request} = await this.asked();
    const {flags} = parsed;
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
}
