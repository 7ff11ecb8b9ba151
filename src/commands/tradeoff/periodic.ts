import {periodic} from '../../tradeoff/periodic/periodic.ts';
import type {TradeoffReport} from '../../tradeoff/topic.ts';
import {TradeoffCommand, tradeoffFlags} from '../flags/tradeoff-command.ts';

export default class Periodic extends TradeoffCommand {
  static override summary = 'E1.4  Bursts by the clock, and random ones';
  static override description =
    'Cron jobs at 00:00 UTC and mobile apps at 9 am: start ahead, smear, or keep slots in reserve. With a workload, which of its functions run by the clock and when to warm them.';
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
