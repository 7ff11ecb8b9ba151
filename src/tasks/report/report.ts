import {usageError} from '../../base/errors.ts';
import {checkOutput, writeOutput} from '../../files/output.ts';
import type {Listener} from '../listener.ts';
import {reportPage} from './page.ts';
import {readInputs} from './read-inputs.ts';
import {addRun, type RunRequest} from './run-report.ts';
import {Sources} from './sources.ts';

/** What `coldfront report` was asked to do. */
export interface ReportRequest {
  readonly inputs: readonly string[];
  /** Undefined: only the inputs are shown. */
  readonly run: RunRequest | undefined;
  readonly out: string;
  readonly force: boolean;
  readonly title: string;
  /** The command as it was given. */
  readonly command: string;
  readonly version: string;
}

/** Reads the inputs, makes what is missing where that is asked, and writes the page whole or not at all. */
export async function runReport(request: ReportRequest, listener: Listener): Promise<void> {
  const {inputs, run, out, force, title, command, version} = request;
  checkOutput(out, force);
  if (inputs.length === 0 && run === undefined) {
    throw usageError('report needs something to show', 'give reports, or a workload after --run');
  }
  const sources = new Sources();
  await readInputs(inputs, sources);
  if (run !== undefined) await addRun(sources, run, listener);
  sources.commands.unshift(command);
  const page = reportPage(sources, {title, version, node: process.version});
  writeOutput(out, force, (sink) => sink.write(page));
}
