import type {FunctionSettings, NumberColumnName} from './columns.ts';

/** The settings with numbers that hold of every function of which nothing else is said. [row] of so many functions. */
export function withDefaults(
  settings: FunctionSettings | undefined,
  functions: number,
  defaults: Partial<Readonly<Record<NumberColumnName, number>>>,
): FunctionSettings | undefined {
  const names = Object.keys(defaults) as NumberColumnName[];
  if (names.length === 0) return settings;
  const numbers = Object.fromEntries(
    names.map((name) => {
      const given = settings?.numbers[name];
      const otherwise = defaults[name]!;
      const column = new Float64Array(functions).fill(otherwise);
      given?.forEach((value, row) => {
        if (!Number.isNaN(value)) column[row] = value;
      });
      return [name, column];
    }),
  );
  const {labels = {}, quotas = []} = settings ?? {};
  return {numbers: {...settings?.numbers, ...numbers}, labels, quotas};
}
