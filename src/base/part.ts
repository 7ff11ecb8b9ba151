import {usageError} from './errors.ts';
import {nearest} from './nearest.ts';

/** What a parameter's text is read as: plain data, so that a choice crosses threads. */
export type ParameterValue = number | string | boolean;

/** One setting of a part: `ttl` in `fixed:ttl=10m`. The makers are in `parameters.ts`. */
export interface Parameter<Value extends ParameterValue = ParameterValue> {
  /** What holds where it is not given, as one would write it; undefined: it must be given. */
  readonly default: string | undefined;
  /** What one might write, for help, where it must be given. */
  readonly example?: string;
  /** What may be written, for help and messages: `time`, `number from 0 to 100`, `app or function`. */
  readonly type: string;
  readonly summary: string;
  /** May stand alone, without its name: `fixed:500ms`. Only a part's first parameter may. */
  readonly bare?: boolean;
  /** The value, or a usage error; `what` names the parameter in it. */
  parse(text: string, what: string): Value;
}

export type Parameters = Readonly<Record<string, Parameter>>;

/** The values of parameters, by their names. */
export type Values<P extends Parameters> = {
  readonly [K in keyof P]: P[K] extends Parameter<infer Value> ? Value : never;
};

/** What everything in a registry says of itself. */
export interface Entry<P extends Parameters = Parameters> {
  /** What a flag calls it. */
  readonly name: string;
  /** One line for help. */
  readonly summary: string;
  /** Without them it takes none. */
  readonly parameters?: P;
  /** Refuses values that do not go together, with a usage error; `what` is the flag and the name. */
  check?(values: Values<P>, what: string): void;
}

/** Where a part comes from: the literature or a platform, this project, or it knows the future and is a bound. */
export type PartKind = 'published' | 'ours' | 'bound';

/**
 * A part of a replay, which says everything of itself: help, sweeps, the choice of an engine, schemas and contract
 * tests read this and nothing else. `Context` is what it knows when it is made, once a cell; `Input` what it may read
 * beforehand, a type of whoever prepares it, so that nothing is imported upwards.
 */
export interface Part<Made, Context, Input = never, P extends Parameters = Parameters, Prepared = void>
  extends Entry<P> {
  readonly kind: PartKind;
  readonly parameters: P;
  /**
   * `function`: sees and touches its own function alone, so functions may be taken one by one; `app`: sees those of its
   * app, which may be taken apart from others; `cell`: all of them.
   */
  readonly scope: 'function' | 'app' | 'cell';
  /** Made once for all cells before the replay, plain data or shared memory: forecasts, a plan file. */
  prepare?(values: Values<P>, input: Input): Promise<Prepared>;
  create(values: Values<P>, context: Context, prepared: Prepared): Made;
}

/** A part as the user wrote it, `name:key=value,key=value`, with defaults filled in. Plain data. */
export interface Choice {
  /** The string as given; reports carry it. */
  readonly text: string;
  readonly name: string;
  readonly values: Readonly<Record<string, ParameterValue>>;
}

/** How a registry speaks of what it holds. */
export interface Words {
  /** The flag that chooses, `--policy`. */
  readonly flag: string;
  readonly one: string;
  readonly many: string;
}

/** Things chosen by name: the one list of them. */
export class Registry<E extends Entry> {
  readonly parts: readonly E[];
  readonly names: readonly string[];
  private readonly words: Words;
  private readonly byName: ReadonlyMap<string, E>;

  constructor(words: Words, parts: readonly E[]) {
    this.words = words;
    this.parts = parts;
    this.names = parts.map(({name}) => name);
    this.byName = new Map(parts.map((part) => [part.name, part]));
    const twice = this.names.find((name, k) => this.names.indexOf(name) < k);
    if (twice !== undefined) throw new Error(`there are two ${words.many} named '${twice}'`);
  }

  has(name: string): boolean {
    return this.byName.has(name);
  }

  /** The one of that name; a usage error when there is none. `text`: all that the user wrote after `flag`. */
  named(name: string, text = name, flag = this.words.flag): E {
    const part = this.byName.get(name);
    if (part !== undefined) return part;
    const {one, many} = this.words;
    const meant = nearest(name, this.names);
    throw usageError(
      `${flag} is '${text}', there is no ${one} '${name}'`,
      meant === undefined ? `known ${many}: ${this.names.join(', ')}` : `did you mean ${meant}?`,
    );
  }

  /** Reads `name:key=value,key=value`. Unknown names and keys and missing values are usage errors. */
  parse(text: string, flag = this.words.flag): Choice {
    const colon = text.indexOf(':');
    const name = colon < 0 ? text : text.slice(0, colon);
    const part = this.named(name, text, flag);
    const given = colon < 0 ? '' : text.slice(colon + 1);
    const values = parseValues(given, part.parameters ?? {}, {
      name,
      what: `${flag} ${name}`,
      said: `${flag} is '${text}'`,
    });
    part.check?.(values, `${flag} ${name}`);
    return {text, name, values};
  }

  /** All that may be written, where names are all there is: for flags with a list of values. Empty if one takes parameters. */
  get choices(): readonly string[] {
    return this.parts.some(({parameters = {}}) => Object.keys(parameters).length > 0) ? [] : this.names;
  }

  /** How each is written, defaults and all. */
  signatures(): string[] {
    return this.parts.map(signature);
  }

  /** A line each for help: name, parameters with their defaults, what it is. */
  summaries(): string {
    return this.parts.map((part) => `  ${signature(part)} - ${part.summary}`).join('\n');
  }
}

/** How messages speak of parameters. */
export interface ParameterWords {
  /** Whose they are: `fixed`. */
  readonly name: string;
  /** What stands before a parameter's name where its value is refused: `--policy fixed`. */
  readonly what: string;
  /** What the user wrote, at the beginning of a message: `--policy is 'fixed:x=1'`. */
  readonly said: string;
}

/**
 * Reads `key=value,key=value`, the grammar of every setting in the house; the first value may stand alone if its
 * parameter says so. A value may hold `=` and `:`, not a comma.
 */
export function parseValues<P extends Parameters>(text: string, parameters: P, words: ParameterWords): Values<P> {
  const {name, what, said} = words;
  const keys = Object.keys(parameters);
  const given = new Map<string, string>();
  for (const [k, pair] of (text === '' ? [] : text.split(',')).entries()) {
    const equals = pair.indexOf('=');
    const bare = k === 0 && equals < 0 && keys.length > 0 && parameters[keys[0]!]!.bare === true;
    const key = bare ? keys[0]! : pair.slice(0, Math.max(0, equals));
    if (!keys.includes(key)) {
      throw usageError(
        `${said}: '${pair}' is no parameter of ${name}, must be key=value`,
        keys.length > 0 ? `parameters of ${name}: ${keys.join(', ')}` : `${name} takes no parameters`,
      );
    }
    if (given.has(key)) throw usageError(`${said}: ${key} is given twice`);
    given.set(key, bare ? pair : pair.slice(equals + 1));
  }
  const values: Record<string, ParameterValue> = {};
  for (const [key, parameter] of Object.entries(parameters)) {
    const value = given.get(key) ?? parameter.default;
    // What may be left out has '' as its default.
    if (value === undefined || (value === '' && given.has(key))) throw usageError(`${said}: ${name} needs ${key}=...`);
    values[key] = parameter.parse(value, `${what}:${key}`);
  }
  return values as Values<P>;
}

/** `hybrid:range=4h,head=5`: a name as one would write it, with the defaults; `...` where something must be given. */
export function signature({name, parameters = {}}: Pick<Entry, 'name' | 'parameters'>): string {
  const pairs = Object.entries(parameters).map(([key, parameter]) => {
    const value = parameter.default ?? parameter.example ?? '...';
    return parameter.bare ? value : `${key}=${value}`;
  });
  return pairs.length > 0 ? `${name}:${pairs.join(',')}` : name;
}
