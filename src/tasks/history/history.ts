import {usageError} from '../../base/errors.ts';
import {checkOutput} from '../../files/output.ts';
import {readArtifact} from '../read-artifact.ts';
import {type ReportFile, writeReport} from '../report-file.ts';
import type {HistoryReport} from './history-report.ts';
import {historyPrinted} from './history-text.ts';
import {runsOf, type Told, trendsOf} from './trends.ts';

/** What `coldfront history` was asked to do. */
export interface HistoryRequest {
  /** Reports and plans, the oldest first. */
  readonly paths: readonly string[];
  /** The run of this policy alone; undefined: all runs. */
  readonly policy: string | undefined;
  readonly report: ReportFile | undefined;
  readonly force: boolean;
}

/** Reads reports and plans in their order and tells how what they say has changed. */
export async function runHistory({paths, policy, report: file, force}: HistoryRequest): Promise<HistoryReport> {
  if (file !== undefined) checkOutput(file.path, force);
  const told: Told[] = [];
  for (const path of paths) told.push({path, facts: (await readArtifact(path)).facts});
  const labels = runsOf(told);
  const wanted = policy === undefined ? labels : labels.filter((label) => label === policy);
  if (wanted.length === 0) {
    throw usageError(`no report has a run of '${policy ?? ''}'`, `runs: ${labels.join(', ')}`);
  }
  const trends = trendsOf(told, wanted);
  const report: HistoryReport = {schema: 'coldfront.history/1', reports: [...paths], trends};
  if (file !== undefined) writeReport(file, force, report, historyPrinted);
  return report;
}
