import type {Topic} from '../../src/tradeoff/topic.ts';
import {topics} from '../../src/tradeoff/topics.ts';

/** Every topic of the registry, loaded, in its order. */
export const everyTopic: readonly Topic[] = await Promise.all(Object.values(topics).map((load) => load()));
