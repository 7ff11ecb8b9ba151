import {longRunning} from '../../tradeoff/long-running/long-running.ts';
import type {TradeoffReport} from '../../tradeoff/topic.ts';
import {TradeoffCommand, tradeoffFlags} from '../flags/tradeoff-command.ts';

export default class LongRunning extends TradeoffCommand {
  static override summary = 'E4    A five-minute job under a 30 s timeout';
  static override description =
    'The long-running function (E4.1 to E4.4): slot time, queueing and draining, checkpoints, neighbours on the host, and when a batch pool is better.';
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --job 20m --state 1GB',
    '<%= config.bin %> <%= command.id %> --workload w.arrow --timeout 1m',
  ];
  static override flags = tradeoffFlags(longRunning);

  async run(): Promise<TradeoffReport> {
    const {flags} = await this.parse(LongRunning);
    return this.answer(longRunning, flags);
  }
}
