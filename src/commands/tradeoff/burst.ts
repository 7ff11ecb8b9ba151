import {burst} from '../../tradeoff/burst/burst.ts';
import type {TradeoffReport} from '../../tradeoff/topic.ts';
import {TradeoffCommand, tradeoffFlags} from '../flags/tradeoff-command.ts';

export default class Burst extends TradeoffCommand {
  static override summary = 'E3    A spike of 100 times: capacity, order, reserve';
  static override description =
    'Super Bowl (E3.1 to E3.4): 1,000 calls a second rise to 100,000 for a minute, warm containers take 10,000. Where capacity comes from, whom to serve first, what reserve to hold, and what of spikes that nobody foresaw.';
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --peak 50000 --warm-capacity 20000 --start-rates 500,5000',
    '<%= config.bin %> <%= command.id %> --workload w.arrow',
  ];
  static override flags = tradeoffFlags(burst);

  async run(): Promise<TradeoffReport> {
    const {flags} = await this.parse(Burst);
    return this.answer(burst, flags);
  }
}
