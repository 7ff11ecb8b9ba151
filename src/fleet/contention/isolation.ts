/** What keeps classes of calls apart, for the classes of a rule and, as the last, whoever belongs to none. Plain data. */
export interface Isolation {
  /** As it was written; reports carry it. */
  readonly text: string;
  /** No host holds classes of two numbers at once; undefined: any may share one. */
  readonly hostGroup?: Int32Array; // [class]
  /** Number of the cores on which a class runs, and how many there are of each on a host; undefined: all share all. */
  readonly coreGroup?: Int32Array; // [class]
  readonly coresOf?: Float64Array; // [group of cores]
  /** Calls press on the cache of their own class alone. */
  readonly splitsCache?: boolean;
}

const forms = 'none, separate, pin:A=4,B=4, cat, dedicated:CLASS';

/** Makes the error of a text that is no isolation: what is wrong, and a way out. */
export type Refuse = (message: string, wayOut: string) => Error;

/** Reads `none | separate | pin:A=4,B=4 | cat | dedicated:CLASS` for classes of those names; undefined for `none`. */
export function readIsolation(
  text: string,
  names: readonly string[],
  cores: number,
  refuse: Refuse,
): Isolation | undefined {
  const [kind, given] = split(text, ':');
  const row = (name: string): number => {
    const found = names.indexOf(name);
    if (found >= 0) return found;
    throw refuse(
      `is '${text}', but there is no class '${name}'`,
      names.length === 0 ? 'classes are told by --contention FILE.json' : `its classes: ${names.join(', ')}`,
    );
  };
  const bare = given === '';
  if (kind === 'none' && bare) return undefined;
  if (kind === 'separate' && bare) return {text, hostGroup: Int32Array.from({length: names.length + 1}, (_, k) => k)};
  if (kind === 'cat' && bare) return {text, splitsCache: true};
  if (kind === 'dedicated' && !bare) {
    const hostGroup = new Int32Array(names.length + 1);
    hostGroup[row(given)] = 1;
    return {text, hostGroup};
  }
  if (kind === 'pin' && !bare) return pinned(text, given, row, names.length, cores, refuse);
  throw refuse(`is '${text}', must be one of ${forms}`, 'e.g. separate');
}

function pinned(
  text: string,
  given: string,
  row: (name: string) => number,
  classes: number,
  cores: number,
  refuse: Refuse,
): Isolation {
  const coreGroup = new Int32Array(classes + 1);
  const coresOf = [cores];
  for (const pair of given.split(',')) {
    const [name, number] = split(pair, '=');
    const its = Number(number);
    if (number === '' || !(its > 0 && its <= cores)) {
      throw refuse(`is '${text}', in which '${pair}' is no CLASS=CORES`, `cores above 0 and up to --cores ${cores}`);
    }
    const k = row(name);
    if (coreGroup[k] !== 0) throw refuse(`is '${text}', which pins class '${name}' twice`, 'name it once');
    coreGroup[k] = coresOf.length;
    coresOf.push(its);
    coresOf[0]! -= its;
  }
  if (coresOf[0]! < 0) {
    throw refuse(`is '${text}', which pins more than the ${cores} cores of a host`, 'give fewer, or more --cores');
  }
  return {text, coreGroup, coresOf: Float64Array.from(coresOf)};
}

/** What stands before and behind the first `mark`; all of it and '' without one. */
function split(text: string, mark: string): [string, string] {
  const at = text.indexOf(mark);
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
}

/** Names of the classes that have no core left to run on, of those that functions belong to. */
export function withoutCores(
  {coreGroup, coresOf}: Isolation,
  names: readonly string[],
  classOf: Int32Array,
): string | undefined {
  if (coreGroup === undefined || coresOf![0]! > 0) return undefined;
  const left = classOf.find((its) => coreGroup[its < 0 ? names.length : its] === 0);
  if (left === undefined) return undefined;
  return left < 0 ? 'functions of no class' : `class '${names[left]}'`;
}
