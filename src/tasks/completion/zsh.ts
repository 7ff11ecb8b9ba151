import {type CommandWords, type FlagWords, firstWords, type Grammar, topicsOf} from './grammar.ts';

/** The script for a file `_coldfront` in `$fpath`, or `source <(coldfront completion zsh)`. */
export function zshCompletion(grammar: Grammar): string {
  const topics = [...topicsOf(grammar)];
  return `#compdef coldfront
# coldfront completion for zsh
_coldfront() {
  local command=$words[2]
  local -a listed
  if ((CURRENT == 2)); then
    listed=(${firstWords(grammar)
      .map(({word, summary}) => described(word, summary))
      .join(' ')})
    _describe command listed
    return
  fi
${topics
  .map(
    ([topic, commands]) => `  if [[ $command == ${topic} ]]; then
    if ((CURRENT == 3)); then
      listed=(${commands.map(({words, summary}) => described(words[1]!, summary)).join(' ')})
      _describe ${topic} listed
      return
    fi
    command="${topic} $words[3]"
    shift words
    ((CURRENT--))
  fi
`,
  )
  .join('')}  # What is left begins with the command, as _arguments has it.
  shift words
  ((CURRENT--))
  case $command in
${grammar.commands.map(caseOf).join('')}  esac
}
if [[ $zsh_eval_context[-1] == loadautofunc ]]; then
  _coldfront "$@"
else
  compdef _coldfront coldfront
fi
`;
}

function caseOf({words, flags, takesFiles}: CommandWords): string {
  const specs = [...flags.flatMap(specsOf), ...(takesFiles ? [quoted('*:file:_files')] : [])];
  return `    '${words.join(' ')}') _arguments ${specs.join(' ')} ;;\n`;
}

function specsOf({name, char, summary, takesValue, values}: FlagWords): string[] {
  const action = values.length > 0 ? `(${values.join(' ')})` : '_files';
  const rest = `[${summary.replace(/[[\]\\:]/g, '\\$&')}]${takesValue ? `:${name}:${action}` : ''}`;
  return [quoted(`*--${name}${rest}`), ...(char ? [quoted(`*-${char}${rest}`)] : [])];
}

function described(word: string, summary: string): string {
  return quoted(`${word.replaceAll(':', '\\:')}:${summary}`);
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
