import type {QuantileSketch} from '../../base/sketch.ts';
import {US_PER_MS} from '../../base/units.ts';
import {type CheckResult, checkFacts} from '../../plan/gate/check.ts';
import {type Facts, factsOf} from '../../plan/gate/facts.ts';
import {narrowed} from '../../plan/gate/narrow.ts';
import type {Ledger} from '../../replay/ledger.ts';
import type {ReplayReport} from '../../replay/report/replay-report.ts';

/** What is asked of a candidate. */
export interface SizeObjectives {
  /** Limits by the flags that `check` has for them. */
  readonly limits: Readonly<Record<string, number>>;
  /** The share of the functions that keep the limit of p99 start delay each; undefined: all calls together do. */
  readonly functionsWithin: number | undefined;
}

/** What a replay found, over several seeds the worst of each but dollars, of which it is the mean. Null: it never ends. */
export interface Measured {
  readonly p99StartMs: number | null;
  readonly p999StartMs: number | null;
  readonly p99ColdMs: number | null;
  readonly coldShare: number | null;
  /** Calls that never start, over all. */
  readonly lostShare: number;
  readonly usdPerDay: number;
  readonly peakSlots: number;
}

/** One replay held against what is asked. */
export interface SeedOutcome {
  readonly measured: Measured;
  readonly results: readonly CheckResult[];
  readonly met: boolean;
  /** Nothing was evicted, waited for room or was turned away. */
  readonly isRoomy: boolean;
}

/** Holds a replay against objectives as `check` would hold its report, but that calls which never start are late ones. */
export function measure(report: ReplayReport, ledger: Ledger, {limits, functionsWithin}: SizeObjectives): SeedOutcome {
  const [run] = report.runs;
  const [facts] = factsOf(report, 'the replay');
  const all = run!.invocations;
  const started = ledger.startDelay.count;
  const own: Facts = {
    ...facts!,
    p99StartMs: delayOfAll(ledger.startDelay, 0.99, all),
    p999StartMs: delayOfAll(ledger.startDelay, 0.999, all),
  };
  const [held] = narrowed(own, limits, {teams: undefined, functionsWithin}, 'the replay');
  const results = checkFacts(held!.facts, held!.limits);
  return {
    measured: {
      p99StartMs: finite(held!.facts.p99StartMs),
      p999StartMs: finite(own.p999StartMs),
      p99ColdMs: finite(own.p99ColdMs),
      coldShare: finite(own.coldShare),
      lostShare: all > 0 ? (all - started) / all : 0,
      usdPerDay: own.usdPerDay,
      peakSlots: own.slots,
    },
    results,
    met: results.every(({met}) => met),
    isRoomy: [ledger.counts.evictions, ledger.counts.queued, all - started].every((count) => count === 0),
  };
}

/** The delay that this share of all calls keeps, ms; those that never start wait for ever. 0 without calls. */
function delayOfAll(sketch: QuantileSketch, share: number, all: number): number {
  if (all === 0) return 0;
  const ofStarted = (share * all) / sketch.count;
  // As one would reckon without them where all start.
  if (sketch.count === all) return sketch.quantile(share) / US_PER_MS;
  return ofStarted > 1 ? Number.POSITIVE_INFINITY : sketch.quantile(ofStarted) / US_PER_MS;
}

/** Several seeds as one. */
export function together(outcomes: readonly SeedOutcome[]): Measured {
  const of = (name: keyof Measured): (number | null)[] => outcomes.map(({measured}) => measured[name]);
  const worst = (name: keyof Measured): number | null => {
    const values = of(name);
    return values.includes(null) ? null : Math.max(...(values as number[]));
  };
  const usd = outcomes.map(({measured}) => measured.usdPerDay);
  return {
    p99StartMs: worst('p99StartMs'),
    p999StartMs: worst('p999StartMs'),
    p99ColdMs: worst('p99ColdMs'),
    coldShare: worst('coldShare'),
    lostShare: worst('lostShare') ?? 0,
    usdPerDay: usd.reduce((sum, its) => sum + its, 0) / usd.length,
    peakSlots: worst('peakSlots') ?? 0,
  };
}

function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
