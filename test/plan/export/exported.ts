import {type ExportOptions, exportPlan} from '../../../src/plan/export/export-plan.ts';
import {type PlanRow, planOf} from '../plan-files.ts';

const defaults: ExportOptions = {
  to: 'csv',
  all: false,
  nameTemplate: '{function}',
  hashNames: false,
  namespace: 'default',
  qualifier: 'live',
  repeat: 'plan',
  startUs: undefined,
  leadUs: undefined,
};

/** What a plan of these rows is exported as. */
export function exported(rows: readonly PlanRow[], options: Partial<ExportOptions>, metadata?: Record<string, string>) {
  const made = exportPlan(planOf(rows, metadata), {...defaults, ...options});
  let text = '';
  made.write({write: (piece) => (text += piece)});
  let names = '';
  made.writeNames({write: (piece) => (names += piece)});
  return {functions: made.functions, text, names, notes: made.notes, json: (): unknown => JSON.parse(text)};
}
