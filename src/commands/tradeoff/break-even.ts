import {breakEven} from '../../tradeoff/break-even/break-even.ts';
import type {TradeoffReport} from '../../tradeoff/topic.ts';
import {TradeoffCommand, tradeoffFlags} from '../flags/tradeoff-command.ts';

export default class BreakEven extends TradeoffCommand {
  static override summary = 'E1.2  Keep a function warm that is rarely called?';
  static override description =
    'A function was not called for 30 days, a warm slot costs $0.01 a day, a cold start its user 500 ms: at what call rate does keeping it warm pay, and for how long?';
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
