import {inputError, usageError} from '../../base/errors.ts';
import {nearest} from '../../base/nearest.ts';
import {readWhole} from '../../workload/file/file.ts';
import type {Workload} from '../../workload/workload.ts';
import type {FunctionSettings} from '../settings/columns.ts';
import {type ContentionClass, type ContentionRule, noClass, pressures} from './contention-class.ts';
import type {DetectRule} from './detect.ts';
import {type Refuse, readIsolation, withoutCores} from './isolation.ts';

/** By what functions are counted in: their own names, or names that several share. */
const groups = ['function', 'app', 'owner', 'trigger'] as const;
type Group = (typeof groups)[number];

type Members = Readonly<Partial<Record<Group, readonly string[]>>>;

interface ReadClass {
  readonly rule: ContentionClass;
  readonly members: Members;
}

const keys = ['members', 'cpu', ...pressures, 'sensitivity', 'quotaUs', 'periodUs'];

/**
 * Reads `--contention FILE.json`: classes of functions, what each presses on its neighbours with and feels of theirs. Names
 * are those of the workload, `class` of `--functions` before `members`, the first class that names a function before
 * later ones; `note` is told of names that nobody has. Exit 3 names what is wrong.
 */
export async function readContention(
  {cores, path, isolation, detect}: ContentionRequest & {readonly path: string},
  workload: Workload,
  settings: FunctionSettings | undefined,
  note: (line: string) => void,
): Promise<ContentionRule> {
  // The JSON itself may stand in the place of its file.
  const inline = path.startsWith('{');
  const place = inline ? 'contention' : path;
  const text = inline ? path : Buffer.from(await readWhole(path)).toString('utf8');
  const json = parsed(place, text);
  const read = contentionOfJson(place, json);
  const classes = read.map(({rule}) => rule);
  const classOf = new Int32Array(workload.functions).fill(-1);
  for (let k = read.length - 1; k >= 0; k--) count(place, read[k]!, k, classOf, workload, note);
  const given = settings?.labels.class;
  if (given !== undefined) takeGiven(place, given, classes, classOf);
  const asked = isolation === undefined ? isolationOfJson(place, json) : {text: isolation, refuse: refuseKey};
  return isolated({cores, classes, classOf, detect}, asked);
}

/** What was asked for; `path` undefined: calls share cores, and that is all. */
export interface ContentionRequest {
  readonly cores: number;
  readonly path: string | undefined;
  /** What keeps classes apart, as it was written; undefined: as the file says, or nothing. */
  readonly isolation: string | undefined;
  /** Whether what slows calls down is found by rules; undefined: nobody asked. */
  readonly detect?: DetectRule | undefined;
}

/** Calls share the cores of their hosts, and that is all. */
export function sharedCores({cores, isolation, detect}: ContentionRequest, functions: number): ContentionRule {
  const rule = {cores, classes: [], classOf: new Int32Array(functions).fill(-1), detect};
  return isolated(rule, isolation === undefined ? undefined : {text: isolation, refuse: refuseKey});
}

/** An isolation that was written somewhere, and how it is refused there. */
interface Written {
  readonly text: string;
  readonly refuse: Refuse;
}

const refuseKey: Refuse = (message, wayOut) => usageError(`isolation ${message}`, wayOut);

function isolationOfJson(path: string, json: unknown): Written | undefined {
  const text = (json as {isolation?: unknown}).isolation;
  if (text === undefined) return undefined;
  if (typeof text !== 'string') throw inputError(`${path}: isolation`, `is ${JSON.stringify(text)}, must be a text`);
  return {text, refuse: (message, wayOut) => inputError(`${path}: isolation`, message, wayOut)};
}

/** The rule with the isolation that was written; all functions must have a core to run on. */
function isolated(rule: ContentionRule, written: Written | undefined): ContentionRule {
  if (written === undefined) return rule;
  const {text, refuse} = written;
  const names = rule.classes.map(({name}) => name);
  const isolation = readIsolation(text, names, rule.cores, refuse);
  const left = isolation && withoutCores(isolation, names, rule.classOf);
  if (left === undefined) return {...rule, isolation};
  throw refuse(`is '${text}', which leaves no core for ${left}`, 'pin fewer cores, or that too');
}

function parsed(place: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw inputError(place, `is not JSON: ${(error as Error).message}`);
  }
}

/** The classes of `{"classes": {"video": {"cache": 0.8, ...}}}`, in their order. */
export function contentionOfJson(place: string, json: unknown): readonly ReadClass[] {
  const classes = (json as {classes?: unknown} | null)?.classes;
  if (!isPlain(classes) || Object.keys(classes).length === 0) {
    throw inputError(place, 'must hold {"classes": {"name": {...}}}', 'README has an example');
  }
  return Object.entries(classes).map(([name, given]) => readClass(`${place}: classes.${name}`, name, given));
}

function readClass(place: string, name: string, given: unknown): ReadClass {
  if (!isPlain(given)) throw inputError(place, `is ${JSON.stringify(given)}, must be an object`);
  refuseOthers(place, given, keys);
  const sensitivity = given.sensitivity ?? {};
  if (!isPlain(sensitivity)) throw inputError(`${place}.sensitivity`, 'must be an object');
  refuseOthers(`${place}.sensitivity`, sensitivity, pressures);
  const rule: ContentionClass = {
    name,
    cpu: amount(place, given, 'cpu', noClass.cpu),
    pressure: pressures.map((key) => amount(place, given, key, 0)),
    sensitivity: pressures.map((key) => amount(`${place}.sensitivity`, sensitivity, key, 0)),
    quotaUs: amount(place, given, 'quotaUs', Number.POSITIVE_INFINITY),
    periodUs: amount(place, given, 'periodUs', noClass.periodUs),
  };
  for (const key of ['cpu', 'quotaUs', 'periodUs'] as const) {
    if (rule[key] === 0) throw inputError(`${place}.${key}`, 'is 0, must be above 0');
  }
  return {rule, members: readMembers(`${place}.members`, given.members ?? {})};
}

function readMembers(place: string, given: unknown): Members {
  if (!isPlain(given)) throw inputError(place, `is ${JSON.stringify(given)}, must be an object`);
  refuseOthers(place, given, groups);
  for (const [group, names] of Object.entries(given)) {
    const isList = Array.isArray(names) && names.every((name) => typeof name === 'string');
    if (!isList) throw inputError(`${place}.${group}`, `is ${JSON.stringify(names)}, must be a list of names`);
  }
  return given as Members;
}

function amount(place: string, given: Readonly<Record<string, unknown>>, key: string, otherwise: number): number {
  const value = given[key] ?? otherwise;
  if (typeof value === 'number' && value >= 0 && (key in given ? value <= 1e12 : true)) return value;
  throw inputError(`${place}.${key}`, `is ${JSON.stringify(value)}, must be a number from 0 to 1e12`);
}

function refuseOthers(place: string, given: Readonly<Record<string, unknown>>, known: readonly string[]): void {
  const other = Object.keys(given).find((key) => !known.includes(key));
  if (other === undefined) return;
  const meant = nearest(other, known);
  throw inputError(
    place,
    `has the key '${other}', must be one of ${known.join(', ')}`,
    ...(meant === undefined ? [] : [`did you mean ${meant}?`]),
  );
}

/** The functions that `members` names are in class `k`. */
function count(
  place: string,
  {rule, members}: ReadClass,
  k: number,
  classOf: Int32Array,
  workload: Workload,
  note: (line: string) => void,
): void {
  for (const group of groups) {
    const names = new Set(members[group] ?? []);
    const found = new Set<string>();
    for (let row = 0; row < workload.functions && names.size > 0; row++) {
      const name = nameOf(workload, group, row);
      if (!names.has(name)) continue;
      found.add(name);
      classOf[row] = k;
    }
    for (const name of names) if (!found.has(name)) note(`${place}: class ${rule.name}: no ${group} is '${name}'`);
  }
}

function nameOf(workload: Workload, group: Group, row: number): string {
  if (group === 'function') return workload.name.at(row);
  const {id, values} = workload[group];
  return values[id[row]!]!;
}

function takeGiven(
  place: string,
  {id, values}: {readonly id: Int32Array; readonly values: readonly string[]},
  classes: readonly ContentionClass[],
  classOf: Int32Array,
): void {
  const numbers = values.map((name) => classes.findIndex((each) => each.name === name));
  const unknown = values.find((_, k) => numbers[k] === -1);
  if (unknown !== undefined) {
    throw inputError(
      place,
      `has no class '${unknown}', which --functions names`,
      `its classes: ${classes.map(({name}) => name).join(', ')}`,
    );
  }
  for (let row = 0; row < classOf.length; row++) if (id[row]! >= 0) classOf[row] = numbers[id[row]!]!;
}

function isPlain(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
