/** The manual page, made by the build from what every command says of itself. */

/** Text as roff has it: its own signs are escaped, and a line does not begin with one. */
function roff(text) {
  return text
    .replaceAll('\\', '\\e')
    .replaceAll('-', '\\-')
    .replace(/^([.'])/gm, '\\&$1');
}

/** `commands` as oclif's manifest has them, `topics` those whose commands are two words. */
export function manualPage(version, commands, topics) {
  const known = Object.entries(commands).sort(([a], [b]) => (a < b ? -1 : 1));
  return [
    `.TH COLDFRONT 1 "" "coldfront ${version}" "User Commands"`,
    // Some flags are words longer than a line: nothing is stretched for them.
    '.ad l',
    '.SH NAME',
    'coldfront \\- capacity planner for serverless platforms',
    '.SH SYNOPSIS',
    '.B coldfront',
    '.I command',
    '[arguments] [flags]',
    '.SH DESCRIPTION',
    'Reads invocation traces, forecasts demand, decides which functions get warm slots, prices the trade\\-offs, and replays',
    'the trace to say what the decision would have done to p99 cold start and cost.',
    ...Object.entries(topics).flatMap(([name, {description}]) => [`.SS ${name}`, '.nf', roff(description), '.fi']),
    '.SH COMMANDS',
    ...known.flatMap(([id, command]) => ofCommand(id.replaceAll(':', ' '), command)),
    '.SH EXIT STATUS',
    ...['0 done', '1 a fault of coldfront', '2 usage', '3 bad input', '4 objective missed or infeasible'].flatMap(
      (line) => ['.TP', `.B ${line[0]}`, line.slice(2)],
    ),
    '',
  ].join('\n');
}

function ofCommand(words, {summary = '', description = '', args, flags, examples = []}) {
  const given = Object.entries(args).map(([name, {required}]) =>
    required ? name.toUpperCase() : `[${name.toUpperCase()}]`,
  );
  const shown = examples.map((example) =>
    roff(String(example).replaceAll('<%= config.bin %>', 'coldfront').replaceAll('<%= command.id %>', words)),
  );
  return [
    `.SS coldfront ${roff([words, ...given].join(' '))}`,
    roff(summary),
    ...(description === '' ? [] : ['.PP', '.nf', roff(description), '.fi']),
    ...Object.entries(flags).flatMap(([name, flag]) => ofFlag(name, flag)),
    ...(shown.length === 0 ? [] : ['.PP', 'Examples:', '.nf', ...shown, '.fi']),
  ];
}

function ofFlag(name, {char, type, summary = '', description = '', helpValue, options}) {
  const value = type === 'option' ? `=${helpValue ?? '<value>'}` : '';
  const choices = options === undefined ? '' : ` One of ${options.join(', ')}.`;
  const both = `${char === undefined ? '' : `-${char}, `}--${name}`;
  return ['.TP', `.B ${roff(both + value)}`, roff((summary || description) + choices)];
}
