import {availableParallelism} from 'node:os';
import {Args, Flags} from '@oclif/core';
import {keepAliveSummaries, parsePolicy} from '../scheduler/parts/keep-alive/registry.ts';
import {BaseCommand, commonFlags, outputFlags, seedFlag, threadsFlag} from './flags/base-command.ts';
import {loadPrices} from './flags/prices.ts';
import {replayFlags, replayOptions, withOverrides} from './flags/replay-flags.ts';

export default class Replay extends BaseCommand {
  static override summary = 'Replay a workload through the scheduler core: what each policy would have cost.';
  static override description =
    `One row a policy. Policies are written name:key=value,key=value:\n${keepAliveSummaries()}`;
  static override examples = [
    '<%= config.bin %> replay w.arrow --policy none --policy fixed:ttl=10m --policy infinite',
    '<%= config.bin %> replay w.arrow --policy fixed:ttl=10m --hosts 100 --slots 256 --json',
  ];
  static override args = {
    workload: Args.string({required: true, ignoreStdin: true, description: 'workload file, - for stdin'}),
  };
  static override flags = {
    policy: Flags.string({
      multiple: true,
      default: ['fixed:ttl=10m'],
      summary: 'A policy; give it several times to compare.',
    }),
    csv: Flags.boolean({summary: 'One CSV line a policy with every number.', exclusive: ['json']}),
    out: Flags.string({char: 'o', default: '-', summary: 'Where the report goes.'}),
    'per-function': Flags.string({summary: 'Also write a CSV of every function to this file.'}),
    teams: Flags.integer({min: 0, default: 10, summary: 'Teams shown in the JSON, largest first.'}),
    timing: Flags.boolean({summary: 'Print the rate on stderr.'}),
    ...replayFlags,
    ...seedFlag,
    ...threadsFlag,
    ...commonFlags,
    ...outputFlags,
  };

  async run(): Promise<unknown> {
    const {args, flags} = await this.parse(Replay);
    const policies = flags.policy.map(parsePolicy);
    const prices = withOverrides(loadPrices(flags.prices), flags);
    const {runReplay} = await import('../tasks/replay.ts');
    return runReplay({
      path: args.workload,
      policies,
      optionsFor: (spanUs) => replayOptions(flags, prices, spanUs),
      format: this.jsonEnabled() ? 'json' : flags.csv ? 'csv' : 'text',
      out: flags.out,
      force: flags.force,
      perFunction: flags['per-function'],
      teams: flags.teams,
      threads: flags.threads ?? availableParallelism(),
      note: flags.timing ? (line) => process.stderr.write(`${line}\n`) : undefined,
      remark: (line) => this.note(line),
      interactive: this.interactive,
    });
  }
}
