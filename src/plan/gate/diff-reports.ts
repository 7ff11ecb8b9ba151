import type {Facts} from './facts.ts';

/** One number of a report, before and after; null where a report does not say. */
export interface FactChange {
  readonly run: string;
  readonly fact: string;
  readonly before: number | null;
  readonly after: number | null;
}

const names = {
  coldShare: 'cold share',
  p99StartMs: 'p99 start delay, ms',
  p99ColdMs: 'p99 cold start, ms',
  usdPerDay: 'USD a day',
  lostShare: 'lost share',
  slots: 'slots',
  gap: 'relative gap',
} as const satisfies Partial<Record<keyof Facts, string>>;

/** The numbers that differ between two reports, run by run; runs are paired by their policy. */
export function diffReports(before: readonly Facts[], after: readonly Facts[]): FactChange[] {
  const labels = [...new Set([...before, ...after].map(({label}) => label))];
  return labels.flatMap((run) => {
    const [a, b] = [before, after].map((facts) => facts.find(({label}) => label === run));
    return Object.entries(names).flatMap(([key, fact]) => {
      const [x, y] = [a, b].map((facts) => plain(facts?.[key as keyof typeof names]));
      return x === y ? [] : [{run, fact, before: x!, after: y!}];
    });
  });
}

/**
 * What a plan expected of itself against what a replay of it found: the run whose policy is that plan, or the only one
 * there is. Undefined when neither can be told.
 */
export function expectedAgainstFound(plan: Facts, runs: readonly Facts[]): FactChange[] | undefined {
  const followers = runs.filter(({label}) => label.startsWith('plan:'));
  const candidates = followers.length > 0 ? followers : runs;
  if (candidates.length !== 1) return undefined;
  const [found] = candidates;
  // A gap is the plan's alone, its slots are kept ones, not those in use, and it expects to lose no call.
  return diffReports(
    [{...plan, label: found!.label, gap: Number.NaN, slots: Number.NaN, lostShare: 0}],
    [{...found!, slots: Number.NaN}],
  );
}

function plain(value: number | undefined): number | null {
  return value === undefined || Number.isNaN(value) ? null : value;
}
