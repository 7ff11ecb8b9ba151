import {usageError} from '../../base/errors.ts';
import {checkOutputs} from '../../files/output.ts';
import {readWorkload} from '../../workload/file/file.ts';
import type {Listener} from '../listener.ts';
import {type ReplayRequest, runReplay} from '../replay.ts';
import {type ReportFile, writeReport} from '../report-file.ts';
import {type ScenariosReport, scenarioRow, scenariosPrinted} from './scenarios-report.ts';

/** What is replayed in one scenario. */
interface ScenarioCell {
  readonly name: string;
  readonly settings: Readonly<Record<string, string>>;
  readonly request: Omit<ReplayRequest, 'report' | 'perFunction'>;
}

/** What `coldfront replay` was asked to do with several scenarios. */
interface ScenariosRequest {
  readonly path: string;
  readonly cells: readonly ScenarioCell[];
  /** Where the report goes; undefined: the caller has it. */
  readonly report: ReportFile | undefined;
  readonly force: boolean;
}

/** Replays a workload in one scenario after the other, writes the report of all, and returns it. */
export async function runScenarios(request: ScenariosRequest, listener: Listener): Promise<ScenariosReport> {
  const {path, cells, report: file, force} = request;
  checkOutputs([file?.path], force);
  const [first] = cells;
  if (first!.request.by !== undefined) {
    throw usageError('--by shares out the bill of one run', 'give a single scenario');
  }
  // Read once: it may come from stdin, and it is the same in all of them.
  const read = await readWorkload(path);
  const rows = [];
  const said = new Set<string>();
  const heard: Listener = {
    ...listener,
    // What is true of all of them is said once.
    remark: (line) => {
      if (!said.has(line)) listener.remark?.(line);
      said.add(line);
    },
  };
  for (const {name, settings, request: its} of cells) {
    const {runs} = await runReplay({...its, read, report: undefined, perFunction: undefined}, heard);
    rows.push(...runs.map((run) => scenarioRow(name, settings, run)));
  }
  const report: ScenariosReport = {
    schema: 'coldfront.scenarios/1',
    workload: path,
    scenarios: cells.length,
    rows,
  };
  if (file !== undefined) writeReport(file, force, report, scenariosPrinted);
  return report;
}
