import {type CommandWords, firstWords, type Grammar, topicsOf} from './grammar.ts';

/** The script for `eval "$(coldfront completion bash)"`. */
export function bashCompletion(grammar: Grammar): string {
  const topics = [...topicsOf(grammar)];
  return `# coldfront completion for bash
_coldfront() {
  local current="\${COMP_WORDS[COMP_CWORD]}" before="\${COMP_WORDS[COMP_CWORD - 1]}" command="\${COMP_WORDS[1]}" flags= values=
  if ((COMP_CWORD == 1)); then
    COMPREPLY=($(compgen -W '${firstWords(grammar)
      .map(({word}) => word)
      .join(' ')}' -- "$current"))
    return
  fi
${topics
  .map(
    ([topic, commands]) => `  if [[ $command == ${topic} ]]; then
    if ((COMP_CWORD == 2)); then
      COMPREPLY=($(compgen -W '${commands.map(({words}) => words[1]).join(' ')}' -- "$current"))
      return
    fi
    command="${topic} \${COMP_WORDS[2]}"
  fi
`,
  )
  .join('')}  case "$command" in
${grammar.commands.map(caseOf).join('')}  esac
  if [[ -n $values ]]; then
    COMPREPLY=($(compgen -W "$values" -- "$current"))
  elif [[ $current == -* ]]; then
    COMPREPLY=($(compgen -W "$flags" -- "$current"))
  else
    COMPREPLY=($(compgen -f -- "$current"))
  fi
}
complete -o filenames -o bashdefault -F _coldfront coldfront
`;
}

function caseOf({words, flags}: CommandWords): string {
  const names = flags.flatMap(({name, char}) => [`--${name}`, ...(char ? [`-${char}`] : [])]);
  const listed = flags.filter(({values}) => values.length > 0);
  const values = listed.map(
    ({name, char, values}) => `        --${name}${char ? ` | -${char}` : ''}) values='${values.join(' ')}' ;;\n`,
  );
  const cases = values.length === 0 ? '' : `      case "$before" in\n${values.join('')}      esac\n`;
  return `    '${words.join(' ')}')\n      flags='${names.join(' ')}'\n${cases}      ;;\n`;
}
