import type {Facts} from '../../plan/gate/facts.ts';
import type {Point, Trend} from './history-report.ts';

/** A report, and what it says of its runs. */
export interface Told {
  readonly path: string;
  readonly facts: readonly Facts[];
}

/** The runs of all reports, each once. */
export function runsOf(told: readonly Told[]): string[] {
  return [...new Set(told.flatMap(({facts}) => facts.map(({label}) => label)))];
}

/** How what the reports say of those runs has changed; reports are in their order, the oldest first. */
export function trendsOf(told: readonly Told[], runs: readonly string[]): Trend[] {
  return runs.map((run): Trend => {
    const points = told.map(({path, facts}) =>
      pointOf(
        path,
        facts.find(({label}) => label === run),
      ),
    );
    const change = (of: (point: Point) => number | null): number | null => {
      const known = points.map(of).filter((value) => value !== null);
      return known.length < 2 || known[0] === 0 ? null : known.at(-1)! / known[0]! - 1;
    };
    return {
      run,
      points,
      change: {
        usdPerDay: change(({usdPerDay}) => usdPerDay),
        p99StartMs: change(({p99StartMs}) => p99StartMs),
        coldShare: change(({coldShare}) => coldShare),
      },
    };
  });
}

function pointOf(path: string, facts: Facts | undefined): Point {
  const of = (value: number | undefined): number | null =>
    value === undefined || !Number.isFinite(value) ? null : value;
  return {
    report: path,
    usdPerDay: of(facts?.usdPerDay),
    p99StartMs: of(facts?.p99StartMs),
    p999StartMs: of(facts?.p999StartMs),
    coldShare: of(facts?.coldShare),
    lostShare: of(facts?.lostShare),
    slots: of(facts?.slots),
  };
}
