import {textTable} from '../base/table.ts';
import {csvLine} from '../base/text.ts';

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

const title = (name: string) => ({title: name, align: 'left' as const});

/** What is in force, a line a setting. */
export function configText({file, settings}: ConfigReport): string {
  const table = textTable(
    ['setting', 'value', 'from'].map(title),
    settings.map(({group, key, value, from}) => [`${group}.${key}`, value ?? '-', from]),
  );
  const read =
    file === null
      ? 'No file of settings is read: there is no coldfront.json here, and --profile names none.'
      : `Settings are read from ${file}.`;
  return `${read} Flags win, then --set, then the file.\n\n${table}`;
}

export function configCsv({settings}: ConfigReport): string {
  const lines = settings.map(({group, key, value, from}) => csvLine([group, key, value, from]));
  return csvLine(['group', 'key', 'value', 'from']) + lines.join('');
}
