import {checkOutputs, writeOutput} from '../files/output.ts';
import {type ExportOptions, exportPlan} from '../plan/export/export-plan.ts';
import {readPlan} from '../plan/file/plan-file.ts';
import {readWhole} from '../workload/file/file.ts';

/** What `coldfront export` was asked to do. */
export interface ExportRequest extends ExportOptions {
  readonly path: string;
  readonly out: string;
  readonly force: boolean;
  readonly namesOut: string | undefined;
}

/** Reads a plan, writes it in the form asked for, and returns remarks for the user. */
export async function runExport(request: ExportRequest): Promise<readonly string[]> {
  const {path, out, force, namesOut} = request;
  checkOutputs([out, namesOut], force);
  const plan = readPlan(await readWhole(path), path === '-' ? 'stdin' : path);
  const exported = exportPlan(plan, request);
  writeOutput(out, force, exported.write);
  if (namesOut !== undefined) writeOutput(namesOut, force, exported.writeNames);
  return exported.notes;
}
