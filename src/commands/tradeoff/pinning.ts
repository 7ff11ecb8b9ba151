import {pinning} from '../../tradeoff/pinning/pinning.ts';
import type {TradeoffReport} from '../../tradeoff/topic.ts';
import {TradeoffCommand, tradeoffFlags} from '../shared/tradeoff-command.ts';

export default class Pinning extends TradeoffCommand {
  static override summary = '2.2  When is pinning A to cores 0-3 and B to 4-7 worth the cores it strands?';
  static override description =
    'Lost pooling by Erlang C, and the rate of requests from which interference costs more than idle cores.';
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --cores 32 --erlangs 20',
    '<%= config.bin %> <%= command.id %> --rate 50 --extra-delay 20ms --json',
  ];
  static override flags = tradeoffFlags(pinning);

  async run(): Promise<TradeoffReport> {
    const {flags} = await this.parse(Pinning);
    return this.answer(pinning, flags);
  }
}
