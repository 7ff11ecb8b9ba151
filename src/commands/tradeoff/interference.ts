import {interference} from '../../tradeoff/interference/interference.ts';
import type {TradeoffReport} from '../../tradeoff/topic.ts';
import {TradeoffCommand, tradeoffFlags} from '../flags/tradeoff-command.ts';

export default class Interference extends TradeoffCommand {
  static override summary = 'E2    A noisy neighbour: causes, who minds, the cache';
  static override description =
    'p99 rises from 10 ms to 200 ms beside a busy neighbour (E2.1, E2.3, E2.4): queueing or CPU quota, which functions are latency-sensitive, and whether partitioning the cache is worth it.';
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --p99 20ms --p99-with 90ms --utilisation 50%',
    '<%= config.bin %> <%= command.id %> --workload w.arrow',
  ];
  static override flags = tradeoffFlags(interference);

  async run(): Promise<TradeoffReport> {
    const {flags} = await this.parse(Interference);
    return this.answer(interference, flags);
  }
}
