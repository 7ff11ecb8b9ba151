import {inputError} from '../../base/errors.ts';
import {flagsOfKey, isFlagless} from './setting-keys.ts';
import {objectIn, type Said, toldBy} from './settings-file.ts';

/** A scenario: what holds in one run of a grid. */
export interface Scenario {
  /** What the file calls it, or the file's name. */
  readonly name: string;
  /** What is chosen of each list of the file, as people may read it. */
  readonly settings: Readonly<Record<string, string>>;
  readonly said: readonly Said[];
}

/** Runs of a grid at most. */
const MOST = 1000;

/**
 * The scenarios of files: one a file, or, where it has lists in places of single values, one for each choice of their elements, the
 * last list's changing fastest. `definitions` are the command's flags.
 */
export function scenariosOf(definitions: object, files: readonly string[]): Scenario[] {
  const scenarios = files.flatMap((file) => scenariosIn(definitions, file));
  const names = scenarios.map(({name, settings}) => JSON.stringify([name, settings]));
  const twice = names.findIndex((name, k) => names.indexOf(name) < k);
  if (twice < 0) return scenarios;
  throw inputError(
    files.at(-1)!,
    `makes another scenario '${scenarios[twice]!.name}' with the same settings`,
    'give it another "name"',
  );
}

function scenariosIn(definitions: object, file: string): Scenario[] {
  const {name} = objectIn(file);
  if (name !== undefined && (typeof name !== 'string' || name === '')) {
    throw inputError(file, `name is ${JSON.stringify(name)}, must be a text`);
  }
  const usual = file.slice(file.lastIndexOf('/') + 1).replace(/\.json$/, '');
  let all: Scenario[] = [{name: (name as string | undefined) ?? usual, settings: {}, said: []}];
  for (const {key, alternatives} of toldBy(definitions, file)) {
    if (all.length * alternatives.length > MOST) {
      throw inputError(file, `spans a grid of more than ${MOST} scenarios with ${key}`, 'shorten its lists');
    }
    const heard = alternatives.every((said) => said.every((one) => isHeard(definitions, one.key)));
    if (alternatives.length > 1 && !heard) {
      throw inputError(
        file,
        `${key} is a list, which spans a grid, and this command has no such setting`,
        'give one value',
      );
    }
    const labels = alternatives.map((said, k) => labelOf(key, said, k));
    all = all.flatMap((scenario) =>
      alternatives.map((said, k) => ({
        ...scenario,
        said: [...scenario.said, ...said],
        settings: alternatives.length === 1 ? scenario.settings : {...scenario.settings, [key]: labels[k]!},
      })),
    );
  }
  return all;
}

function isHeard(definitions: object, key: string): boolean {
  return isFlagless(key) || flagsOfKey(key).some((flag) => Object.hasOwn(definitions, flag));
}

/** What is chosen, short: `fixed:1s`, `hosts=10 slots=4`; by number where it is a document. */
function labelOf(key: string, said: readonly Said[], k: number): string {
  const textOf = ({value}: Said): string => {
    const text = Array.isArray(value) ? value.join(' + ') : String(value);
    return /^[[{]/.test(text) ? `#${k + 1}` : text;
  };
  return said[0]?.key === key ? textOf(said[0]) : said.map((one) => `${one.key}=${textOf(one)}`).join(' ');
}
