/** What can be written after `coldfront`, as a shell must know it to complete it. */
export interface Grammar {
  readonly commands: readonly CommandWords[];
}

export interface CommandWords {
  /** One word, or a topic and one. */
  readonly words: readonly string[];
  readonly summary: string;
  /** Whether files are named without a flag. */
  readonly takesFiles: boolean;
  readonly flags: readonly FlagWords[];
}

export interface FlagWords {
  readonly name: string;
  readonly char: string | undefined;
  readonly summary: string;
  readonly takesValue: boolean;
  /** What may follow, as far as it can be listed; where nothing can, files. */
  readonly values: readonly string[];
}

/** First words, in order; a topic once. */
export function firstWords({commands}: Grammar): {readonly word: string; readonly summary: string}[] {
  const seen = new Map<string, string>();
  for (const {words, summary} of commands) {
    const [word] = words as [string];
    if (!seen.has(word)) seen.set(word, words.length > 1 ? `${word} ${words[1]}, ...` : summary);
  }
  return Array.from(seen, ([word, summary]) => ({word, summary}));
}

/** Topics, each with the commands in it. */
export function topicsOf({commands}: Grammar): Map<string, readonly CommandWords[]> {
  const topics = new Map<string, CommandWords[]>();
  for (const command of commands) {
    if (command.words.length === 1) continue;
    topics.set(command.words[0]!, [...(topics.get(command.words[0]!) ?? []), command]);
  }
  return topics;
}
