import type {Topic} from './topic.ts';

/**
 * Every topic by its command's name, in the order of SEED.md. A command loads its own topic alone, hence functions.
 * The build makes the commands (`src/commands/tradeoff/[topic].ts`) and the published schema from the names.
 */
export const topics = {
  'break-even': async () => (await import('./break-even/break-even.ts')).breakEven,
  prediction: async () => (await import('./prediction/prediction.ts')).prediction,
  periodic: async () => (await import('./periodic/periodic.ts')).periodic,
  interference: async () => (await import('./interference/interference.ts')).interference,
  pinning: async () => (await import('./pinning/pinning.ts')).pinning,
  burst: async () => (await import('./burst/burst.ts')).burst,
  'long-running': async () => (await import('./long-running/long-running.ts')).longRunning,
  state: async () => (await import('./state/state.ts')).state,
} satisfies Record<string, () => Promise<Topic>>;

export type TopicName = keyof typeof topics;
