import {usageError} from '../base/errors.ts';
import type {NotedPrices} from '../cost/sheets.ts';
import {diffPlans, type PlanDiff} from '../plan/gate/diff-plans.ts';
import {diffReports, expectedAgainstFound, type FactChange} from '../plan/gate/diff-reports.ts';
import {type Artifact, readArtifact} from './read-artifact.ts';

/** What `diff --json` prints. */
export type DiffReport =
  | ({readonly schema: 'coldfront.diff/1'; readonly kind: 'plan'} & PlanDiff)
  | {
      readonly schema: 'coldfront.diff/1';
      readonly kind: 'report';
      readonly same: boolean;
      /** Where the prices of their dollars come from; null: a report does not say. */
      readonly prices: {readonly before: NotedPrices | null; readonly after: NotedPrices | null};
      readonly changed: readonly FactChange[];
    };

/** Reads two plans, two reports, or a plan and the report of a replay that followed it, and says what changed. */
export async function runDiff(beforePath: string, afterPath: string): Promise<DiffReport> {
  const before = await readArtifact(beforePath);
  const after = await readArtifact(afterPath);
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
