import type {Threads} from '../../replay/threads.ts';
import {type AskOptions, valuesOf} from '../../tradeoff/answer-topic.ts';
import type {Simulated} from '../../tradeoff/compared.ts';
import type {Inputs} from '../../tradeoff/input.ts';
import type {Topic} from '../../tradeoff/topic.ts';
import {SimulatedCore} from './core.ts';
import {type Simulation, simulated} from './simulation.ts';
import {simulations} from './simulations.ts';

/** Runs the scheduler core on the inputs of a topic that has a simulation. Impossible inputs are refused as without. */
export async function simulateTopic(
  topic: Topic,
  texts: Readonly<Record<string, string | undefined>>,
  {given, seed, threads}: Pick<AskOptions<Inputs>, 'given'> & {readonly seed: number; readonly threads: Threads},
): Promise<Simulated> {
  const simulation: Simulation = await simulations[topic.name as keyof typeof simulations]();
  return simulated(simulation, valuesOf(topic, texts, given), new SimulatedCore(seed, threads));
}
