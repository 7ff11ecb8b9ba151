import type {FunctionSettings} from '../fleet/settings/columns.ts';
import {teamsOf} from '../fleet/settings/settings-of.ts';
import type {Ledger} from '../replay/ledger.ts';
import type {ReplayOptions} from '../replay/options.ts';
import type {DelayMs} from '../replay/report/delays.ts';
import {type ReplayReport, replayReport} from '../replay/report/replay-report.ts';
import {mapLists, type Workload} from '../workload/workload.ts';

/**
 * The report with what the teams that it shows would have had by themselves: each is replayed without the calls of all
 * others, as `replayed` does it.
 */
export async function withTeamsAlone(
  report: ReplayReport,
  workload: Workload,
  settings: FunctionSettings | undefined,
  replayed: (workload: Workload) => Promise<{ledgers: readonly Ledger[]; options: ReplayOptions}>,
): Promise<ReplayReport> {
  const {id, values} = teamsOf(workload, settings);
  const shown = [...new Set(report.runs.flatMap(({teams}) => teams.map(({team}) => team)))];
  /** Start delays of each team alone. [team][policy] */
  const alone = new Map<string, (DelayMs | undefined)[]>();
  for (const team of shown) {
    const number = values.indexOf(team);
    const own = mapLists(workload.arrivals, (list) => ({
      ...list,
      length: list.length.map((n, row) => (id[row] === number ? n : 0)),
    }));
    const its = {...workload, arrivals: own, observed: undefined};
    const {ledgers, options} = await replayed(its);
    const {runs} = replayReport(its, ledgers, options, 1);
    alone.set(
      team,
      runs.map(({teams}) => teams[0]?.startDelayMs),
    );
  }
  return {
    ...report,
    runs: report.runs.map((run, policy) => ({
      ...run,
      teams: run.teams.map((one) => {
        const startDelayMs = alone.get(one.team)![policy];
        return startDelayMs === undefined ? one : {...one, alone: {startDelayMs}};
      }),
    })),
  };
}
