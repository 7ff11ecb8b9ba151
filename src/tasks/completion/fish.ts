import {type CommandWords, type FlagWords, firstWords, type Grammar, topicsOf} from './grammar.ts';

/** The script for `coldfront completion fish | source`. */
export function fishCompletion(grammar: Grammar): string {
  const first = firstWords(grammar).map(
    ({word, summary}) => `complete -c coldfront -n __fish_use_subcommand -f -a ${word} -d ${quoted(summary)}`,
  );
  const second = [...topicsOf(grammar)].flatMap(([topic, commands]) => {
    const names = commands.map(({words}) => words[1]).join(' ');
    const condition = quoted(`__fish_seen_subcommand_from ${topic}; and not __fish_seen_subcommand_from ${names}`);
    return commands.map(
      ({words, summary}) => `complete -c coldfront -n ${condition} -f -a ${words[1]} -d ${quoted(summary)}`,
    );
  });
  return `# coldfront completion for fish\n${[...first, ...second, ...grammar.commands.flatMap(linesOf)].join('\n')}\n`;
}

function linesOf({words, flags}: CommandWords): string[] {
  const condition = quoted(words.map((word) => `__fish_seen_subcommand_from ${word}`).join('; and '));
  return flags.map((flag) => `complete -c coldfront -n ${condition} ${optionsOf(flag)}`);
}

function optionsOf({name, char, summary, takesValue, values}: FlagWords): string {
  const value = values.length > 0 ? ` -x -a ${quoted(values.join(' '))}` : takesValue ? ' -r' : '';
  return `-l ${name}${char ? ` -s ${char}` : ''}${value} -d ${quoted(summary)}`;
}

function quoted(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}
