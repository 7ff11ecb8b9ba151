import {savingsAgainst} from '../cost/savings.ts';
import type {ReplayReport} from '../replay/report/replay-report.ts';

/** The report with what the other runs save against that of the baseline. */
export function withBaseline(report: ReplayReport, policy: string): ReplayReport {
  const compared = report.runs.map(({policy: name, usdPerDay, startDelayMs}) => ({
    policy: name,
    usdPerDay,
    p99StartMs: startDelayMs.p99,
  }));
  const own = compared.find((run) => run.policy === policy)!;
  const {runs, ...rest} = report;
  return {
    ...rest,
    baseline: savingsAgainst(
      own,
      compared.filter((run) => run !== own),
    ),
    runs,
  };
}
