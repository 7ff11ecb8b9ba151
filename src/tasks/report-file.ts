import {writeOutput} from '../files/output.ts';
import {writeScreen} from '../files/stdout.ts';

/** Where a report goes, and in which form. */
export interface ReportFile {
  /** `-`: stdout. */
  readonly path: string;
  readonly form: 'json' | 'csv' | 'text';
}

/** Writes a report whole or not at all; refuses to overwrite without `force`. */
export function writeReport<R>(
  {path, form}: ReportFile,
  force: boolean,
  report: R,
  forms: Readonly<Record<'csv' | 'text', (report: R) => string>>,
): void {
  if (form === 'text' && path === '-') {
    writeScreen(forms.text(report));
    return;
  }
  const text = form === 'json' ? `${JSON.stringify(report, undefined, 2)}\n` : forms[form](report);
  writeOutput(path, force, (sink) => sink.write(text));
}
