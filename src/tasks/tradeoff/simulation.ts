import type {Compared, Simulated} from '../../tradeoff/compared.ts';
import type {Inputs, Values} from '../../tradeoff/input.ts';
import type {SimulatedCore} from './core.ts';

/** What a topic's inputs come to in the scheduler core. */
export interface Simulation<I extends Inputs = Inputs> {
  /**
   * Makes calls (`calls-of.ts`), replays them with `core`, and returns each quantity as the law has it, taken from the
   * topic's own formulas, and as it was replayed. What is drawn is drawn from the seed of `core`, often enough
   * (`core.repeated`) that the interval is narrow beside the differences that matter, within some ten seconds in all. A
   * row without a `why` must agree with its law within its interval; a test holds all of them to that. Inputs that cannot
   * be simulated are refused with a usage error.
   */
  run(
    values: Values<I>,
    core: SimulatedCore,
  ): Promise<{
    /** What is replayed, in a sentence or two. */
    readonly setup: string;
    readonly rows: readonly Compared[];
  }>;
}

/** What comes of it. */
export async function simulated<I extends Inputs>(
  simulation: Simulation<I>,
  values: Values<I>,
  core: SimulatedCore,
): Promise<Simulated> {
  const {setup, rows} = await simulation.run(values, core);
  return {setup, seed: core.seed, runs: core.runs, calls: core.calls, rows};
}
