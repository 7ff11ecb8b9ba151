import type {TopicName} from '../../tradeoff/topics.ts';
import type {Simulation} from './simulation.ts';

/**
 * What `--simulate` runs, by topic. To add one, write `NAME.ts` beside this file and a line here: the flag, the table and
 * the JSON follow. Functions, so that a command loads its own alone.
 */
export const simulations = {
  burst: async () => (await import('./burst.ts')).burstSimulation,
  interference: async () => (await import('./interference.ts')).interferenceSimulation,
  'long-running': async () => (await import('./long-running.ts')).longRunningSimulation,
  pinning: async () => (await import('./pinning.ts')).pinningSimulation,
  state: async () => (await import('./state.ts')).stateSimulation,
} satisfies Partial<Record<TopicName, () => Promise<Simulation>>>;
