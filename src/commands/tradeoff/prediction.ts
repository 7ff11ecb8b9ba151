import {prediction} from '../../tradeoff/prediction/prediction.ts';
import type {TradeoffReport} from '../../tradeoff/topic.ts';
import {TradeoffCommand, tradeoffFlags} from '../shared/tradeoff-command.ts';

export default class Prediction extends TradeoffCommand {
  static override summary = '1.3  What do false alarms and misses of an 80 % accurate prediction cost?';
  static override description =
    'Warming what is not called against missing what is, for 500,000 functions in windows of 10 minutes.';
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --base-rate 1% --recall .9 --false-positive-rate .05',
    '<%= config.bin %> <%= command.id %> --workload w.arrow --window 5m',
  ];
  static override flags = tradeoffFlags(prediction);

  async run(): Promise<TradeoffReport> {
    const {flags} = await this.parse(Prediction);
    return this.answer(prediction, flags);
  }
}
