import type {Ledger} from '../replay/ledger.ts';
import type {ReplayOptions} from '../replay/options.ts';
import {slowedRows} from '../replay/report/classes.ts';
import type {ReplayReport} from '../replay/report/replay-report.ts';
import {rankedAbove} from '../tradeoff/interference/ranked-above.ts';
import {scoresOf} from '../tradeoff/interference/workload.ts';
import type {Workload} from '../workload/workload.ts';

/**
 * The report with how well the score of who is latency-sensitive, which sees the trace alone, ranks the functions that the
 * replay slowed down above others; as it is where nobody asked who would find them.
 */
export function withScoreRanks(
  report: ReplayReport,
  workload: Workload,
  ledgers: readonly Ledger[],
  {contention}: ReplayOptions,
): ReplayReport {
  if (contention?.detect === undefined) return report;
  const {slower} = contention.detect;
  const score = scoresOf(workload).map((one) => one.score);
  const runs = report.runs.map((run, k) => {
    const {detected} = ledgers[k]!;
    if (detected === undefined || run.contention?.detection === undefined) return run;
    const slowed = slowedRows(slower, detected);
    const ranks = rankedAbove(
      score.filter((_, row) => slowed[row] === true),
      score.filter((_, row) => slowed[row] === false),
    );
    const detection = {...run.contention.detection, scoreRanks: Number.isNaN(ranks) ? null : ranks};
    return {...run, contention: {...run.contention, detection}};
  });
  return {...report, runs};
}
