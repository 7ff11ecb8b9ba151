import {type Printed, type ReportColumn, type ReportTable, tableText} from '../base/report-table.ts';

/** One setting that holds. */
export interface SettingInForce {
  readonly group: string;
  readonly key: string;
  /** As one would write it; null: it is not set and has no default. */
  readonly value: string | null;
  /** `command line`, `--set`, a file, `--platform lambda`, `--preset meta` or `default`. */
  readonly from: string;
}

export interface ConfigReport {
  readonly schema: 'coldfront.config/1';
  /** The file of settings that was read; null: none. */
  readonly file: string | null;
  readonly settings: readonly SettingInForce[];
}

const columns: readonly ReportColumn<SettingInForce>[] = [
  {name: 'key', title: 'setting', align: 'left', cell: ({group, key}) => `${group}.${key}`},
  {name: 'value', title: 'value', align: 'left', cell: ({value}) => value ?? '-'},
  {name: 'from', title: 'from', align: 'left', cell: ({from}) => from},
];

function settingsTable({settings}: ConfigReport): ReportTable<SettingInForce> {
  return {name: 'settings', rows: settings, columns};
}

/** What is in force, a line a setting. */
export function configText(report: ConfigReport): string {
  const {file} = report;
  const read =
    file === null
      ? 'No file of settings is read: there is no coldfront.json here, and --profile names none.'
      : `Settings are read from ${file}.`;
  return `${read} Flags win, then --set, then the file.\n\n${tableText(settingsTable(report))}`;
}

export const configPrinted: Printed<ConfigReport> = {text: configText, tables: (report) => [settingsTable(report)]};
