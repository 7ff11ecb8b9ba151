import {pinning} from '../../tradeoff/pinning/pinning.ts';
import type {TradeoffReport} from '../../tradeoff/topic.ts';
import {TradeoffCommand, tradeoffFlags} from '../flags/tradeoff-command.ts';

export default class Pinning extends TradeoffCommand {
  static override summary = 'E2.2  Cores pinned apart: when is it worth it?';
  static override description =
    'A on cores 0-3 and B on 4-7: lost pooling by Erlang C, and the rate of requests from which interference costs more than the cores that stand idle.';
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
