import {existsSync, readFileSync} from 'node:fs';
import {inputError, UserError, usageError} from '../../base/errors.ts';
import {nearest} from '../../base/nearest.ts';
import type {Reader} from '../../base/readers.ts';
import {parseTimeUs, US_PER_MS} from '../../base/units.ts';
import type {Parsed} from './filled-flags.ts';
import {
  allKeys,
  documents,
  type FlaglessKey,
  flagsOfKey,
  isFlagless,
  listKeys,
  pairedKeys,
  settingKeys,
} from './setting-keys.ts';

/** The file that is read where it lies in the working directory and --profile names none. */
export const usualFile = 'coldfront.json';

/** One setting that is said somewhere else than by its flag. */
export interface Said {
  /** `fleet.hosts`. */
  readonly path: string;
  readonly key: string;
  readonly value: string | boolean | readonly string[];
  /** The file, or `--set`. */
  readonly from: string;
}

/** What a file says of a setting, or of a group: one value, or several that are to be tried one after the other. */
export interface Told {
  /** `hosts`, `fleet`. */
  readonly key: string;
  /** Each as the settings that it makes. */
  readonly alternatives: readonly (readonly Said[])[];
}

/** The flags with what `--set` and the file of settings say where the user gave no flag. */
export interface WithSettings {
  readonly parsed: Parsed;
  /** Texts of keys that have no flag. */
  readonly flagless: Readonly<Partial<Record<FlaglessKey, string>>>;
  /** The file that was read; undefined: none. */
  readonly file: string | undefined;
  /** Where flags come from that were not given as such. */
  readonly from: ReadonlyMap<string, string>;
}

type Definition = {
  readonly type?: string;
  readonly multiple?: boolean;
  readonly options?: readonly string[];
  readonly helpGroup?: string;
  readonly read?: Reader<unknown>;
  readonly default?: unknown;
};

/** `scenario`: what goes before the file of settings. */
export function withSettingsFile(definitions: object, parsed: Parsed, scenario: readonly Said[] = []): WithSettings {
  const known = definitions as Readonly<Record<string, Definition>>;
  const {metadata} = parsed;
  const flags = withCycle(known, parsed.flags);
  const file = fileOf(known, flags);
  const said = [
    ...setsOf(keysOf(known), flags.set as readonly string[] | undefined),
    ...scenario,
    ...(file === undefined ? [] : toldBy(known, file).flatMap((told) => onlyOne(known, told, file))),
  ];
  const values: Record<string, unknown> = {...flags};
  const told = {...metadata.flags};
  const from = new Map<string, string>();
  const flagless: Partial<Record<FlaglessKey, string>> = {};
  for (const one of said) {
    if (isFlagless(one.key)) {
      flagless[one.key] ??= String(one.value);
      continue;
    }
    const name = flagsOfKey(one.key).find((flag) => Object.hasOwn(known, flag));
    if (name === undefined || (values[name] !== undefined && told[name]?.setFromDefault !== true)) continue;
    // A sweep of the usual policies is not to become one of a single policy.
    if (name === 'policy' && known[name]!.default === undefined) continue;
    values[name] = valueFor(name, known[name]!, one);
    told[name] = {setFromDefault: false};
    from.set(name, one.from);
  }
  return {parsed: {flags: values, metadata: {flags: told}}, flagless, file, from};
}

/** `plan --profile day` was what `--cycle day` is now. */
function withCycle({cycle}: Readonly<Record<string, Definition>>, flags: Parsed['flags']): Parsed['flags'] {
  const isCycle = cycle?.options?.includes(flags.profile as string) === true;
  return isCycle ? {...flags, cycle: flags.profile, profile: undefined} : flags;
}

function fileOf(known: Readonly<Record<string, Definition>>, flags: Parsed['flags']): string | undefined {
  if (!Object.hasOwn(known, 'profile')) return undefined;
  if (typeof flags.profile === 'string') return flags.profile;
  return existsSync(usualFile) ? usualFile : undefined;
}

/** `--set fleet.hosts=3`: the last word on a key counts. */
function setsOf(isKey: IsKey, sets: readonly string[] = []): Said[] {
  return sets
    .map((text): Said => {
      const equals = text.indexOf('=');
      const path = text.slice(0, Math.max(0, equals));
      const key = path.slice(path.indexOf('.') + 1);
      if (equals < 1 || !isKey(path.split('.'))) {
        throw usageError(`--set is '${text}', must be KEY=VALUE`, ...near(key === '' ? text : key));
      }
      const value = text.slice(equals + 1);
      return {path, key, value: listKeys.includes(key) ? value.split(';') : value, from: '--set'};
    })
    .reverse();
}

/** A file of settings says one thing of each, or all of a list where the flag may be given several times. */
function onlyOne(
  known: Readonly<Record<string, Definition>>,
  {key, alternatives}: Told,
  file: string,
): readonly Said[] {
  const [first] = alternatives;
  if (alternatives.length === 1) return first!;
  const flag = flagsOfKey(key).find((name) => Object.hasOwn(known, name));
  const single = alternatives.every((said) => said.length === 1 && said[0]!.key === key);
  if (flag !== undefined && known[flag]!.multiple === true && single) {
    return [{...first![0]!, value: alternatives.map((said) => String(said[0]!.value))}];
  }
  throw inputError(
    file,
    `${key} is a list of ${alternatives.length}, which spans a grid`,
    `coldfront replay W --scenario ${file}`,
  );
}

/** What a file says, setting by setting; `definitions` are the command's flags. */
export function toldBy(definitions: object, file: string): Told[] {
  const known = definitions as Readonly<Record<string, Definition>>;
  const isKey = keysOf(known);
  const told: Told[] = [];
  for (const [name, value] of Object.entries(objectIn(file))) {
    if (name === '$schema' || name === 'name') continue;
    if (!Object.hasOwn(settingKeys, name) || !(isObject(value) || isListOf(value, isObject))) {
      told.push(settingOf(isKey, file, [name], value));
    } else if (isObject(value)) {
      for (const [key, inner] of Object.entries(value)) told.push(settingOf(isKey, file, [name, key], inner));
    } else {
      const groups = value.map((group) =>
        Object.entries(group).flatMap(([key, inner]) =>
          onlyOne(known, settingOf(isKey, file, [name, key], inner), file),
        ),
      );
      told.push({key: name, alternatives: groups});
    }
  }
  return told;
}

export function objectIn(file: string): Record<string, unknown> {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw inputError(file, `cannot be read: ${(error as NodeJS.ErrnoException).code ?? error}`);
  }
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw inputError(file, `is not JSON: ${(error as Error).message}`);
  }
  if (!isObject(json)) throw inputError(file, 'must be an object of settings', 'coldfront config --help lists them');
  return json;
}

function settingOf(isKey: IsKey, file: string, path: readonly string[], value: unknown): Told {
  const key = path.at(-1)!;
  const said = path.join('.');
  if (!isKey(path)) throw inputError(file, `has '${said}', which is no setting`, ...near(key));
  const one = (its: Said['value']): readonly Said[] => [{path: said, key, value: its, from: file}];
  const textOf = (its: unknown): string | boolean => {
    const text = writtenOut(key, its);
    if (text !== undefined) return besideFile(file, key, text);
    const rule = isObject(its) ? 'a single value' : 'a text, a number, true or false';
    throw inputError(file, `${said} is ${JSON.stringify(its)?.slice(0, 60)}, must be ${rule}`);
  };
  const isInline = key === 'functions' && isListOf(value, isObject);
  if (!Array.isArray(value) || isInline) return {key, alternatives: [one(textOf(value))]};
  if (value.length === 0) throw inputError(file, `${said} is an empty list`);
  if (!listKeys.includes(key)) return {key, alternatives: value.map((its) => one(textOf(its)))};
  const lists: readonly unknown[][] = isListOf(value, Array.isArray) ? value : [value];
  return {key, alternatives: lists.map((list) => one(list.map((its) => String(textOf(its)))))};
}

/** A value as one would write it after its flag; undefined: it is none. */
function writtenOut(key: string, value: unknown): string | boolean | undefined {
  if (typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value === 'number' && Number.isFinite(value)) return String(value);
  if (typeof value !== 'object' || value === null) return undefined;
  if (documents.includes(key)) return JSON.stringify(value);
  const parts = Object.entries(value).map(([name, its]) => [name, writtenOut('', its)] as const);
  const plain = isObject(value) && pairedKeys.includes(key) && parts.every(([, text]) => text !== undefined);
  return plain ? parts.map(([name, text]) => `${name}=${text}`).join(',') : undefined;
}

/** Files are named as seen from the file that names them. */
function besideFile(file: string, key: string, value: string | boolean): string | boolean {
  const folder = file.slice(0, file.lastIndexOf('/') + 1);
  const isPath =
    ['functions', 'scaleBy'].includes(key) || (['prices', 'contention'].includes(key) && /\.json$/.test(`${value}`));
  return isPath && folder !== '' && !`${value}`.startsWith('/') ? `${folder}${value}` : value;
}

type IsKey = (path: readonly string[]) => boolean;

/** What a command's settings may be called. */
function keysOf(known: Readonly<Record<string, Definition>>): IsKey {
  return (path) => isListed(path) || (path.length === 1 && isSetting(known, path[0]!));
}

/** Whether the command has a flag of that name among those that come in groups: a setting that no list names yet. */
function isSetting(known: Readonly<Record<string, Definition>>, key: string): boolean {
  const group = flagsOfKey(key).map((flag) => (Object.hasOwn(known, flag) ? known[flag]!.helpGroup : undefined))[0];
  return group !== undefined && group !== 'GLOBAL';
}

/** `hosts`, or `fleet.hosts`. */
function isListed(path: readonly string[]): boolean {
  if (path.length === 1) return allKeys.includes(path[0]!);
  const group = (settingKeys as Readonly<Record<string, readonly string[]>>)[path[0]!];
  return path.length === 2 && group !== undefined && group.includes(path[1]!);
}

function near(key: string): string[] {
  const one = nearest(key, allKeys);
  return [one === undefined ? 'coldfront config --help lists them' : `did you mean ${one}?`];
}

/** What the flag would be had the user written it; what it cannot be is refused by the name of its place. */
function valueFor(name: string, {type, multiple, options, read}: Definition, {path, key, value, from}: Said): unknown {
  const refuse = (message: string, ways: readonly string[] = []): never => {
    const said = message.startsWith(path) ? message : `${path}: ${message}`;
    throw from === '--set' ? usageError(`--set ${said}`, ...ways) : inputError(from, said, ...ways);
  };
  if (type === 'boolean') {
    const yes = {true: true, yes: true, false: false, no: false}[String(value)];
    return yes ?? refuse(`${path} is '${value}', must be true or false`);
  }
  const texts = Array.isArray(value) ? (value as string[]) : [String(value)];
  // Reports are held against milliseconds.
  const inUnit = (text: string): string =>
    name.endsWith('-ms') && key !== name ? String(parseTimeUs(text, path) / US_PER_MS) : text;
  const own = texts.map((text) => {
    try {
      const one = inUnit(text);
      if (options && !options.includes(one)) refuse(`${path} is '${one}', must be one of ${options.join(', ')}`);
      read?.(one, path);
      return one;
    } catch (error) {
      if (error instanceof UserError && error.code === 'USAGE') return refuse(error.message, error.suggestions);
      throw error;
    }
  });
  return multiple ? own : own[0];
}

function isListOf<T>(value: unknown, is: (one: unknown) => one is T): value is T[] {
  return Array.isArray(value) && value.length > 0 && value.every(is);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
