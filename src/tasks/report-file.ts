import {type Printed, printed} from '../base/report-table.ts';
import {writeOutput} from '../files/output.ts';
import {writeScreen} from '../files/stdout.ts';

/** Where a report goes, and in which form. */
export interface ReportFile {
  /** `-`: stdout. */
  readonly path: string;
  readonly form: 'json' | 'csv' | 'text';
}

/** Writes a report whole or not at all; refuses to overwrite without `force`. */
export function writeReport<R>({path, form}: ReportFile, force: boolean, report: R, forms: Printed<R>): void {
  if (form === 'text' && path === '-') {
    writeScreen(printed(report, forms));
    return;
  }
  const text = form === 'json' ? `${JSON.stringify(report, undefined, 2)}\n` : printed(report, forms);
  writeOutput(path, force, (sink) => sink.write(text));
}
