import {breakEven} from '../../tradeoff/break-even/break-even.ts';
import type {TradeoffReport} from '../../tradeoff/topic.ts';
import {TradeoffCommand, tradeoffFlags} from '../shared/tradeoff-command.ts';

export default class BreakEven extends TradeoffCommand {
  static override summary = '1.2  At what call rate does a warm slot pay, and how long to keep one?';
  static override description =
    'A function was not called for 30 days, a warm slot costs $0.01 a day, a cold start costs its user 500 ms.';
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --usd-per-cold 0.7 --idle-days 7',
    '<%= config.bin %> <%= command.id %> --workload w.arrow --json',
  ];
  static override flags = tradeoffFlags(breakEven);

  async run(): Promise<TradeoffReport> {
    const {flags} = await this.parse(BreakEven);
    return this.answer(breakEven, flags);
  }
}
