import {usageError} from '../../base/errors.ts';
import {checkOutput} from '../../files/output.ts';
import type {Facts} from '../../plan/gate/facts.ts';
import {readArtifact} from '../read-artifact.ts';
import {type ReportFile, writeReport} from '../report-file.ts';
import type {HistoryReport, Point, Trend} from './history-report.ts';
import {historyCsv, historyText} from './history-text.ts';

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
  const told: {readonly path: string; readonly facts: readonly Facts[]}[] = [];
  for (const path of paths) told.push({path, facts: (await readArtifact(path)).facts});
  const labels = [...new Set(told.flatMap(({facts}) => facts.map(({label}) => label)))];
  const wanted = policy === undefined ? labels : labels.filter((label) => label === policy);
  if (wanted.length === 0) {
    throw usageError(`no report has a run of '${policy ?? ''}'`, `runs: ${labels.join(', ')}`);
  }
  const trends = wanted.map((run): Trend => {
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
  const report: HistoryReport = {schema: 'coldfront.history/1', reports: [...paths], trends};
  if (file !== undefined) writeReport(file, force, report, {csv: historyCsv, text: historyText});
  return report;
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
