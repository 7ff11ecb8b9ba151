import {usageError} from '../../base/errors.ts';
import {textsInForce} from './platform-flags.ts';
import {aliases, documents, flagsOfKey, isFlagless, listKeys, settingKeys} from './setting-keys.ts';
import {objectIn, type Said, type Told, toldBy, type WithSettings} from './settings-file.ts';

/**
 * The scenario in force as the JSON of its file: all that holds, by group, but what a platform or a preset decides, which stand in it
 * themselves. Lists of a scenario that spans a grid stay lists. `definitions` are the command's flags; `files` those of --scenario.
 */
export function scenarioJson(
  definitions: object,
  {parsed, flagless}: WithSettings,
  files: readonly string[] = [],
): Readonly<Record<string, unknown>> {
  if (files.length > 1) {
    throw usageError(`--print-scenario writes one, and --scenario names ${files.length} files`, 'give one of them');
  }
  const {texts, assumed, preset} = textsInForce(definitions, parsed);
  const spans =
    files.length === 0 ? [] : toldBy(definitions, files[0]!).filter(({alternatives}) => alternatives.length > 1);
  const chosen = (key: string): Said['value'] | undefined => {
    if (isFlagless(key)) return flagless[key];
    const name = flagsOfKey(key).find((flag) => Object.hasOwn(definitions, flag));
    if (name === undefined || assumed.includes(name) || preset.includes(name)) return undefined;
    return texts[name] as Said['value'] | undefined;
  };
  const printed: Record<string, unknown> = {};
  const name = files.length === 0 ? undefined : objectIn(files[0]!).name;
  if (name !== undefined) printed.name = name;
  for (const [group, keys] of Object.entries(settingKeys)) {
    const spanned = spans.find(({key}) => key === group && !(keys as readonly string[]).includes(key));
    const values: Record<string, unknown> = {};
    for (const key of keys) {
      if (aliases.includes(key)) continue;
      const span = spans.find((one) => flagsOfKey(one.key)[0] === flagsOfKey(key)[0]);
      const own = chosen(key);
      if (own === undefined || spanned?.alternatives.some((said) => said.some((one) => one.key === key))) continue;
      values[key] =
        span && holds(span, own) ? span.alternatives.map((said) => read(key, said[0]!.value)) : read(key, own);
    }
    if (spanned !== undefined) {
      printed[group] = spanned.alternatives.map((said) =>
        Object.fromEntries(said.map(({key, value}) => [key, read(key, value)])),
      );
      Object.assign(printed, values);
    } else if (Object.keys(values).length > 0) printed[group] = values;
  }
  return printed;
}

/** Whether the first of the list is what is in force: no flag goes before it. */
function holds({alternatives}: Told, own: Said['value']): boolean {
  return JSON.stringify(alternatives[0]![0]!.value) === JSON.stringify(own);
}

/** As it stands in a file. */
function read(key: string, value: Said['value']): unknown {
  if (Array.isArray(value)) {
    const own = value.map((one) => (documents.includes(key) && /^[[{]/.test(one) ? JSON.parse(one) : one));
    // Of flags that take several a list spans a grid, but where lists are what they say.
    return own.length === 1 && !listKeys.includes(key) ? own[0] : own;
  }
  if (typeof value === 'boolean') return value;
  if (documents.includes(key) && /^[[{]/.test(String(value))) return JSON.parse(String(value));
  return listKeys.includes(key) ? [String(value)] : String(value);
}
