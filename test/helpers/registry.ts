import {describe, expect, test} from 'vitest';
import type {UserError} from '../../src/base/errors.ts';
import type {Entry, Registry} from '../../src/base/part.ts';

/** The error that `run` ends with. */
export function refusalOf(run: () => unknown): UserError {
  try {
    run();
  } catch (error) {
    return error as UserError;
  }
  throw new Error('nothing was refused');
}

/** The name with every parameter that must be given, by its example, `x` where it has none. */
export function leastChoice({name, parameters = {}}: Entry): string {
  const given = Object.entries(parameters)
    .filter(([, parameter]) => parameter.default === undefined)
    .map(([key, {example = 'x'}]) => `${key}=${example}`);
  return given.length > 0 ? `${name}:${given.join(',')}` : name;
}

/** What holds of every registry that is written on the command line, whatever is in it. */
export function keepsRegistryContract(flag: string, registry: Registry<Entry>): void {
  test(`${flag} answers an unknown name with what was meant, or else all that there are`, () => {
    for (const name of [
      '',
      'no-such-thing',
      'constructor',
      `${registry.names[0]} `,
      registry.names[0]!.toUpperCase(),
    ]) {
      const error = refusalOf(() => registry.parse(`${name}:key=1`));
      expect(error.exitCode).toBe(2);
      expect(error.message).toContain(`${flag} is '${name}:key=1', there is no `);
      const meant = registry.names.map((its) => `did you mean ${its}?`);
      const [said, ...more] = error.suggestions;
      expect(meant.includes(said!) || said!.includes(registry.names.join(', ')), said).toBe(true);
      expect(more).toEqual([]);
    }
  });

  describe.each(registry.parts)(`${flag} $name`, (part) => {
    const parameters = Object.entries(part.parameters ?? {});
    const least = leastChoice(part);

    test('has a name to type and a line that says what it is, which help shows', () => {
      expect(part.name).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/);
      expect(part.summary).toMatch(/^\S[^\n]{9,}[^.\s]$/);
      expect(registry.summaries()).toContain(`- ${part.summary}`);
    });

    test('says of every parameter what it is, what it takes and what holds without it', () => {
      for (const [key, {summary, type, default: given}] of parameters) {
        expect(key).toMatch(/^[a-z]+(-[a-z]+|[A-Z][a-z]+)*$/);
        expect(
          [summary, type].every((text) => text.length > 2),
          key,
        ).toBe(true);
        expect(given, key).not.toBe('');
      }
      expect(parameters.slice(1).filter(([, {bare}]) => bare)).toEqual([]);
    });

    test('is chosen by its name and what must be given; defaults written out are the same', () => {
      const choice = registry.parse(least);
      expect(choice).toMatchObject({text: least, name: part.name});
      expect(Object.keys(choice.values)).toEqual(parameters.map(([key]) => key));
      const written = parameters.map(([key, {default: given, example = 'x'}]) => `${key}=${given ?? example}`);
      expect(registry.parse(`${part.name}:${written.join(',')}`).values).toEqual(choice.values);
      expect(structuredClone(choice)).toEqual(choice);
    });

    test('refuses a parameter that it does not have, a lone value and nothing where something must be given', () => {
      const unknown = least === part.name ? `${least}:no-such=1` : `${least},no-such=1`;
      const error = refusalOf(() => registry.parse(unknown));
      expect(error.exitCode).toBe(2);
      expect(error.message).toContain(`'no-such=1' is no parameter of ${part.name}`);
      for (const [key] of parameters) expect(error.suggestions[0]).toContain(key);
      for (const [key, {default: given, bare}] of parameters) {
        if (given === undefined) {
          expect(refusalOf(() => registry.parse(part.name)).message).toContain(`${part.name} needs `);
        }
        const empty = parameters
          .filter(([other, {default: g}]) => other !== key && g === undefined)
          .map(([other, {example = 'x'}]) => `${other}=${example}`);
        const text = `${part.name}:${[`${key}=`, ...empty].join(',')}`;
        expect(refusalOf(() => registry.parse(text)).message).toContain(`${part.name} needs ${key}=`);
        if (bare) continue;
        // A lone value belongs to a first parameter that may be given without its key.
        const [[first, {default: its, example = 'x', bare: firstIsBare}]] = parameters as [(typeof parameters)[0]];
        const lone = firstIsBare ? `${first}=${its ?? example},${key}` : key;
        expect(refusalOf(() => registry.parse(`${part.name}:${lone}`)).message).toContain('must be key=value');
      }
    });
  });
}
