import {interference} from '../../tradeoff/interference/interference.ts';
import type {TradeoffReport} from '../../tradeoff/topic.ts';
import {TradeoffCommand, tradeoffFlags} from '../shared/tradeoff-command.ts';

export default class Interference extends TradeoffCommand {
  static override summary = '2.1  What took p99 from 10 ms to 200 ms, who minds, and is cache partitioning worth it?';
  static override description =
    'A noisy neighbour (2.1, 2.3, 2.4): queueing on a small slowdown, CPU quotas, cache share, latency-sensitive functions.';
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
