import {longRunning} from '../../tradeoff/long-running/long-running.ts';
import type {TradeoffReport} from '../../tradeoff/topic.ts';
import {TradeoffCommand, tradeoffFlags} from '../shared/tradeoff-command.ts';

export default class LongRunning extends TradeoffCommand {
  static override summary =
    '4    A five-minute job under a 30 s timeout: what breaks, checkpoints, neighbours, a batch pool.';
  static override description =
    'The long-running function (4.1 to 4.4): slot time, queueing, drain, checkpoint overhead, and when batch is better.';
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
