import {usageError} from '../base/errors.ts';
import type {NotedPrices} from '../cost/sheets.ts';
import {diffPlans, type PlanDiff} from '../plan/gate/diff-plans.ts';
import {diffReports, expectedAgainstFound, type FactChange} from '../plan/gate/diff-reports.ts';
import {type Compared, type WhyRequest, whyChanged} from './diff-why/why.ts';
import type {WhyReport} from './diff-why/why-report.ts';
import type {Listener} from './listener.ts';
import {type Artifact, readArtifact} from './read-artifact.ts';

/** What `diff --json` prints; `why` where workloads are given. */
export type DiffReport = {readonly why?: WhyReport} & (
  | ({readonly schema: 'coldfront.diff/1'; readonly kind: 'plan'} & PlanDiff)
  | {
      readonly schema: 'coldfront.diff/1';
      readonly kind: 'report';
      readonly same: boolean;
      /** Where the prices of their dollars come from; null: a report does not say. */
      readonly prices: {readonly before: NotedPrices | null; readonly after: NotedPrices | null};
      readonly changed: readonly FactChange[];
    }
);

/**
 * Reads two plans, two reports, or a plan and the report of a replay that followed it, and says what changed; with
 * `why` also why, by replays of both sides.
 */
export async function runDiff(
  beforePath: string,
  afterPath: string,
  why?: WhyRequest,
  listener: Listener = {},
): Promise<DiffReport> {
  const before = await readArtifact(beforePath);
  const after = await readArtifact(afterPath);
  const sides = [
    {path: beforePath, artifact: before},
    {path: afterPath, artifact: after},
  ] as const;
  const changed = diffOf(...sides);
  return why === undefined ? changed : {...changed, why: await whyChanged(...sides, why, listener)};
}

function diffOf(
  {path: beforePath, artifact: before}: Compared,
  {path: afterPath, artifact: after}: Compared,
): DiffReport {
  const schema = 'coldfront.diff/1';
  if (before.kind === 'plan' && after.kind === 'plan') {
    return {schema, kind: 'plan', ...diffPlans(before.plan, after.plan)};
  }
  const changed = changesOf(before, after);
  const pricesOf = ({facts}: Artifact): NotedPrices | null => facts[0]?.prices ?? null;
  const prices = {before: pricesOf(before), after: pricesOf(after)};
  if (changed) return {schema, kind: 'report', same: changed.length === 0, prices, changed};
  throw usageError(
    `${beforePath} and ${afterPath} cannot be compared`,
    'give two plans, two reports, or a plan and the report of a replay that followed it',
  );
}

function changesOf(before: Artifact, after: Artifact): readonly FactChange[] | undefined {
  const expects = ({facts: [only, ...more]}: Artifact): boolean => only?.label === 'plan' && more.length === 0;
  if (expects(before) && (before.kind === 'plan' || !expects(after))) {
    return expectedAgainstFound(before.facts[0]!, after.facts);
  }
  return after.kind === 'plan' ? undefined : diffReports(before.facts, after.facts);
}
