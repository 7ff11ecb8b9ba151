import {existsSync, readFileSync} from 'node:fs';
import {inputError, UserError, usageError} from '../../base/errors.ts';
import {nearest} from '../../base/nearest.ts';
import type {Reader} from '../../base/readers.ts';
import {parseTimeUs, US_PER_MS} from '../../base/units.ts';
import type {Parsed} from './filled-flags.ts';
import {allKeys, type FlaglessKey, flaglessKeys, flagsOfKey, settingKeys} from './setting-keys.ts';

/** The file that is read where it lies in the working directory and --profile names none. */
export const usualFile = 'coldfront.json';

/** One setting that is said somewhere else than by its flag. */
interface Said {
  /** `fleet.hosts`. */
  readonly path: string;
  readonly key: string;
  readonly value: string | boolean | readonly string[];
  /** The file, or `--set`. */
  readonly from: string;
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

export function withSettingsFile(definitions: object, parsed: Parsed): WithSettings {
  const known = definitions as Readonly<Record<string, Definition>>;
  const {metadata} = parsed;
  const flags = withCycle(known, parsed.flags);
  const file = fileOf(known, flags);
  const isKey: IsKey = (path) => isListed(path) || (path.length === 1 && isSetting(known, path[0]!));
  const said = [
    ...setsOf(isKey, flags.set as readonly string[] | undefined),
    ...(file === undefined ? [] : settingsIn(isKey, file)),
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

function isFlagless(key: string): key is FlaglessKey {
  return (flaglessKeys as readonly string[]).includes(key);
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
      return {path, key, value: key === 'policies' ? value.split(';') : value, from: '--set'};
    })
    .reverse();
}

/** What a file of settings says. */
function settingsIn(isKey: IsKey, file: string): Said[] {
  const said: Said[] = [];
  const groups: readonly string[] = Object.keys(settingKeys);
  for (const [name, value] of Object.entries(objectIn(file))) {
    if (name === '$schema' || name === 'name') continue;
    if (groups.includes(name) && isObject(value)) {
      for (const [key, inner] of Object.entries(value)) said.push(settingOf(isKey, file, [name, key], inner));
    } else said.push(settingOf(isKey, file, [name], value));
  }
  return said;
}

function objectIn(file: string): Record<string, unknown> {
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

function settingOf(isKey: IsKey, file: string, path: readonly string[], value: unknown): Said {
  const key = path.at(-1)!;
  const said = path.join('.');
  if (!isKey(path)) throw inputError(file, `has '${said}', which is no setting`, ...near(key));
  const bad = (rule: string) => inputError(file, `${said} is ${JSON.stringify(value)?.slice(0, 60)}, must be ${rule}`);
  const plain = (one: unknown): string | boolean => {
    if (typeof one === 'string' || typeof one === 'boolean') return one;
    if (typeof one === 'number' && Number.isFinite(one)) return String(one);
    throw bad('a text, a number, true or false');
  };
  if (Array.isArray(value))
    return {path: said, key, value: value.map((one) => String(besideFile(file, key, plain(one)))), from: file};
  if (isObject(value)) {
    if (key === 'prices') return {path: said, key, value: JSON.stringify(value), from: file};
    if (isFlagless(key)) {
      const parts = Object.entries(value).map(([name, one]) => `${name}=${plain(one)}`);
      return {path: said, key, value: parts.join(','), from: file};
    }
    throw bad('a single value');
  }
  return {path: said, key, value: besideFile(file, key, plain(value)), from: file};
}

/** Files are named as seen from the file that names them. */
function besideFile(file: string, key: string, value: string | boolean): string | boolean {
  const folder = file.slice(0, file.lastIndexOf('/') + 1);
  const isPath =
    ['functions', 'scaleBy'].includes(key) || (['prices', 'contention'].includes(key) && /\.json$/.test(`${value}`));
  return isPath && folder !== '' && !`${value}`.startsWith('/') ? `${folder}${value}` : value;
}

type IsKey = (path: readonly string[]) => boolean;

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
  if (texts.length === 0) return refuse(`${path} is an empty list`);
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

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
