import {tQuantile975} from '../../base/student.ts';
import {type CoreSettings, optionsFor} from '../../replay/core-settings.ts';
import type {Ledger} from '../../replay/ledger.ts';
import {policies} from '../../replay/policies/registry.ts';
import {type Hearing, replay} from '../../replay/run/replay.ts';
import type {Threads} from '../../replay/threads.ts';
import {invocationsTotal, type Workload} from '../../workload/workload.ts';

/** A mean over runs with seeds of their own, and half of its 95 % interval. */
export interface Sampled {
  readonly mean: number;
  /** NaN of a single run. */
  readonly within: number;
}

/** The scheduler core in the hands of a simulation; counts what it replays. */
export class SimulatedCore {
  readonly seed: number;
  private readonly threads: Threads;
  runs = 0;
  calls = 0;

  constructor(seed: number, threads: Threads) {
    this.seed = seed;
    this.threads = threads;
  }

  /** One replay of all of the workload: one unlimited host, instances for good and starts in no time unless `settings` say otherwise. */
  async replay(workload: Workload, settings: CoreSettings, hearing?: Hearing): Promise<Ledger> {
    const {policy = 'infinite'} = settings;
    const options = optionsFor(workload, settings, this.seed);
    const [ledger] = await replay(workload, [policies.parse(policy)], options, this.threads, undefined, hearing);
    this.runs++;
    this.calls += invocationsTotal(workload);
    return ledger!;
  }

  /** Means over `times` runs of what each returns, by name; `run` gets a seed of its own. */
  async repeated<Name extends string>(
    times: number,
    run: (seed: number) => Promise<Readonly<Record<Name, number>>>,
  ): Promise<Readonly<Record<Name, Sampled>>> {
    const found: Readonly<Record<Name, number>>[] = [];
    for (let k = 0; k < times; k++) found.push(await run(this.seed * 1000 + k));
    const names = Object.keys(found[0]!) as Name[];
    return Object.fromEntries(names.map((name) => [name, sampled(found.map((one) => one[name]))])) as Readonly<
      Record<Name, Sampled>
    >;
  }
}

/** Mean of independent values and half of its 95 % interval, Student's. */
export function sampled(values: readonly number[]): Sampled {
  const n = values.length;
  const mean = values.reduce((sum, value) => sum + value, 0) / n;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return {mean, within: n < 2 ? Number.NaN : tQuantile975(n - 1) * Math.sqrt(squares / (n - 1) / n)};
}
