import {azurePopulation} from '../../../src/workload/synth/azure-population.ts';
import {type SynthOptions, synthesise} from '../../../src/workload/synth/synthesise.ts';
import {invocationsOf, type MinuteArrivals, type Workload} from '../../../src/workload/workload.ts';

export const DAY_US = 86_400e6;

/** A workload of the Azure population; what is not given is the population's own. */
export function azureLike(
  functions: number,
  options: Partial<SynthOptions> & {spanUs: number},
): Workload & {arrivals: MinuteArrivals} {
  const seed = options.seed ?? 1;
  const population = azurePopulation(functions, Math.ceil(Math.sqrt(functions)), seed);
  const rest = {ratePerSecond: undefined, meanDurationMs: undefined, seed, ...options};
  return synthesise(population, rest) as Workload & {arrivals: MinuteArrivals};
}

/** Share of the values that satisfy the test. */
export function shareOf(values: ArrayLike<number>, test: (value: number) => boolean): number {
  return Array.from(values).filter(test).length / values.length;
}

export function quantile(values: ArrayLike<number>, share: number): number {
  const sorted = Float64Array.from(values).sort();
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))]!;
}

export function callsOf(workload: Workload): number[] {
  return Array.from({length: workload.functions}, (_, f) => invocationsOf(workload, f));
}

/** Functions of each app, by number. */
export function appMembers({app, functions}: Pick<Workload, 'app' | 'functions'>): number[][] {
  const members = new Map<number, number[]>();
  for (let f = 0; f < functions; f++) members.set(app.id[f]!, [...(members.get(app.id[f]!) ?? []), f]);
  return [...members.values()];
}
