import {availableParallelism} from 'node:os';
import {Args, Flags} from '@oclif/core';
import {parsePolicy} from '../scheduler/parts/keep-alive/registry.ts';
import {BaseCommand, commonFlags, outputFlags, seedFlag, threadsFlag} from './flags/base-command.ts';
import {loadPrices} from './flags/prices.ts';
import {replayFlags, replayOptions, withOverrides} from './flags/replay-flags.ts';

export default class Frontier extends BaseCommand {
  static override summary =
    'Sweep policies and their parameters: which are worth having, and how far from the optimum.';
  static override description =
    'Replays every policy of the literature over a range of parameters, our own and the clairvoyant bounds, and marks ' +
    'those that no other beats: in dollars and p99 start delay, and in idle memory and cold share.';
  static override examples = [
    '<%= config.bin %> frontier w.arrow --svg frontier.svg',
    '<%= config.bin %> frontier w.arrow --policy fixed:ttl=10m --policy adaptive --delay-usd-per-hour 1 --json',
  ];
  static override args = {
    workload: Args.string({required: true, ignoreStdin: true, description: 'workload file, - for stdin'}),
  };
  static override flags = {
    policy: Flags.string({multiple: true, summary: 'Sweep these instead of the usual ones.'}),
    csv: Flags.boolean({summary: 'One CSV line a policy.', exclusive: ['json']}),
    out: Flags.string({char: 'o', default: '-', summary: 'Where the report goes.'}),
    svg: Flags.string({summary: 'Also draw both trade-offs to this file.'}),
    timing: Flags.boolean({summary: 'Print the rate on stderr.'}),
    ...replayFlags,
    ...seedFlag,
    ...threadsFlag,
    ...commonFlags,
    ...outputFlags,
  };

  async run(): Promise<unknown> {
    const {args, flags} = await this.parse(Frontier);
    for (const policy of flags.policy ?? []) parsePolicy(policy);
    const prices = withOverrides(loadPrices(flags.prices), flags);
    const {runFrontier} = await import('../tasks/frontier.ts');
    return runFrontier({
      path: args.workload,
      policies: flags.policy,
      optionsFor: (spanUs) => replayOptions(flags, prices, spanUs),
      format: this.jsonEnabled() ? 'json' : flags.csv ? 'csv' : 'text',
      out: flags.out,
      svg: flags.svg,
      force: flags.force,
      threads: flags.threads ?? availableParallelism(),
      note: flags.timing ? (line) => process.stderr.write(`${line}\n`) : undefined,
      remark: (line) => this.note(line),
    });
  }
}
