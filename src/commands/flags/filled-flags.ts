/** What oclif has parsed. */
export interface Parsed {
  readonly flags: Readonly<Record<string, unknown>>;
  readonly metadata: {readonly flags: Readonly<Record<string, {readonly setFromDefault?: boolean} | undefined>>};
}

export type Definitions = Readonly<Record<string, {readonly multiple?: boolean; readonly default?: unknown}>>;

/** Flags as texts, and the names of those that the user left to something else. */
interface Filled {
  readonly flags: Readonly<Record<string, unknown>>;
  readonly assumed: string[];
}

/** The flags with `own` texts where the command knows such a flag and the user said nothing. */
export function filled(
  known: Definitions,
  {flags, metadata}: Parsed,
  own: readonly (readonly [name: string, text: string])[],
): Filled {
  const assumed: string[] = [];
  const values: Record<string, unknown> = {...flags};
  for (const [name, text] of own) {
    const given = flags[name] !== undefined && metadata.flags[name]?.setFromDefault !== true;
    if (!Object.hasOwn(known, name) || given) continue;
    values[name] = known[name]!.multiple ? [text] : text;
    assumed.push(name);
  }
  return {flags: values, assumed};
}
