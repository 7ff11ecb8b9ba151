import {burst} from '../../tradeoff/burst/burst.ts';
import type {TradeoffReport} from '../../tradeoff/topic.ts';
import {TradeoffCommand, tradeoffFlags} from '../shared/tradeoff-command.ts';

export default class Burst extends TradeoffCommand {
  static override summary = '3    A spike of 100 times the normal: capacity, order, reserve, and what nobody foresaw.';
  static override description =
    'Super Bowl (3.1 to 3.4): 1,000 calls a second rise to 100,000 for a minute, warm containers take 10,000.';
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
