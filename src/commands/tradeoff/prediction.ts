import {prediction} from '../../tradeoff/prediction/prediction.ts';
import type {TradeoffReport} from '../../tradeoff/topic.ts';
import {TradeoffCommand, tradeoffFlags} from '../flags/tradeoff-command.ts';

export default class Prediction extends TradeoffCommand {
  static override summary = 'E1.3  False alarms and misses of a forecast: their cost';
  static override description =
    'Predictions are 80 % accurate: what is the cost of warming what is not called, against missing what is?';
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
