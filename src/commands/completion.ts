import {Args} from '@oclif/core';
import {priceSheets} from '../cost/sheets.ts';
import {coldTimes} from '../fleet/cold-time/registry.ts';
import {rests} from '../plan/plan-rest.ts';
import {platforms} from '../replay/platforms/registry.ts';
import {policies} from '../replay/policies/registry.ts';
import {placements} from '../scheduler/parts/placement/registry.ts';
import {queues} from '../scheduler/parts/queue/registry.ts';
import {BaseCommand} from './flags/base-command.ts';
import {commonFlags} from './flags/common-flags.ts';

/** Names that flags take which take more than names, parameters among them. */
const names: Readonly<Record<string, readonly string[]>> = {
  policy: policies.names,
  baseline: policies.names,
  rest: rests.names,
  cold: coldTimes.names,
  placement: placements.names,
  queue: queues.names,
  platform: platforms.names,
  prices: Object.keys(priceSheets),
};
const shells = ['bash', 'zsh', 'fish'] as const;

export default class Completion extends BaseCommand {
  static override summary = 'Print what a shell needs to complete commands, flags and their values.';
  static override description = `In bash, in ~/.bashrc:          eval "$(coldfront completion bash)"
In zsh, after compinit:         source <(coldfront completion zsh)
In fish, in config.fish:        coldfront completion fish | source`;
  static override enableJsonFlag = false;
  static override args = {
    shell: Args.string({required: true, options: shells, description: 'bash, zsh or fish'}),
  };
  static override flags = commonFlags;

  async run(): Promise<void> {
    const {args} = await this.parse(Completion);
    const {completionScript} = await import('../tasks/completion/completion.ts');
    const script = completionScript(args.shell as (typeof shells)[number], this.config.commands, names);
    this.present(script, (text) => text);
  }
}
