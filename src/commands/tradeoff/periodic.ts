import {periodic} from '../../tradeoff/periodic/periodic.ts';
import type {TradeoffReport} from '../../tradeoff/topic.ts';
import {TradeoffCommand, tradeoffFlags} from '../shared/tradeoff-command.ts';

export default class Periodic extends TradeoffCommand {
  static override summary = '1.4  How to meet bursts by the clock, and how random ones?';
  static override description =
    'Cron jobs at 00:00 UTC are started ahead or smeared; random arrivals need slots in reserve.';
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --functions 5000 --smear 5m',
    '<%= config.bin %> <%= command.id %> --workload w.arrow --top 50',
  ];
  static override flags = tradeoffFlags(periodic);

  async run(): Promise<TradeoffReport> {
    const {flags} = await this.parse(Periodic);
    return this.answer(periodic, flags);
  }
}
