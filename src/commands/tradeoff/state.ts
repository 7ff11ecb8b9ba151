import {state} from '../../tradeoff/state/state.ts';
import type {TradeoffReport} from '../../tradeoff/topic.ts';
import {TradeoffCommand, tradeoffFlags} from '../flags/tradeoff-command.ts';

export default class State extends TradeoffCommand {
  static override summary = 'E5    Sessions and a shared world within 100 ms';
  static override description =
    'The stateful function (E5.1 to E5.4): external store, sticky cache, instance memory or a server for each room; crashes and idle players; push or pull of the world.';
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --players 1e6 --containers 10000 --remote 1ms',
    '<%= config.bin %> <%= command.id %> --actions-per-second 0.1 --json',
  ];
  static override flags = tradeoffFlags(state);

  async run(): Promise<TradeoffReport> {
    const {flags} = await this.parse(State);
    return this.answer(state, flags);
  }
}
