import {Args} from '@oclif/core';
import {inputError, usageError} from '../base/errors.ts';
import {BaseCommand} from './flags/base-command.ts';
import {commonFlags, outputFlags, reportFlags, threadsFlag, timingFlag} from './flags/common-flags.ts';

/** Commands that may be shared out; those of which --out is no report. */
const shared = ['replay', 'frontier', 'size', 'synth', 'forecast', 'plan'];
const writing = ['synth', 'forecast', 'plan'];

export default class Merge extends BaseCommand {
  static override summary = 'Join the parts of all shards of a run: the report of one machine, byte for byte.';
  static override description =
    'Shards are made by --shard K/N of replay, frontier, size, synth, forecast and plan --validate. Parts may be named in\n' +
    'any order; run it where the workload and the other files of the run are. Every other output of the run (--calls,\n' +
    '--per-function) is written here; of synth, forecast and plan --out is their file.';
  static override examples = [
    '<%= config.bin %> replay w.arrow --policy adaptive --shard 1/2 --out 1.part',
    '<%= config.bin %> replay w.arrow --policy adaptive --shard 2/2 --out 2.part',
    '<%= config.bin %> merge 1.part 2.part --json',
  ];
  static override strict = false;
  static override args = {
    part: Args.string({required: true, description: 'parts, one a shard', ignoreStdin: true}),
  };
  static override flags = {
    ...reportFlags,
    ...timingFlag('the rate'),
    ...threadsFlag,
    ...commonFlags,
    ...outputFlags,
  };

  async run(): Promise<unknown> {
    const {argv, flags} = await this.parse(Merge);
    const paths = argv as string[];
    const {PartFiles} = await import('../tasks/shard/part.ts');
    const parts = new PartFiles(paths);
    const {version, command, argv: its} = parts.run;
    parts.keep();
    if (version !== this.config.version) {
      throw inputError(
        paths[0]!,
        `is made by version ${version}, this is ${this.config.version}`,
        'merge by that version',
      );
    }
    if (!shared.includes(command)) throw inputError(paths[0]!, `is of '${command}', which is not shared out`);
    const isWriting = writing.includes(command);
    if (isWriting && command !== 'plan' && flags.csv) throw usageError(`--csv is of no use for ${command}`);
    const ofParts = command === 'synth' ? 'from-parts' : 'parts';
    const said = [
      ...(this.jsonEnabled() ? ['--json'] : []),
      ...(
        [
          'csv',
          'markdown',
          'force',
          'quiet',
          'debug',
          'no-color',
          ...(command === 'synth' ? [] : ['timing' as const]),
        ] as const
      ).flatMap((name) => (flags[name] ? [`--${name}`] : [])),
      ...(['table', 'sort', 'columns', 'top'] as const).flatMap((name) =>
        flags[name] === undefined ? [] : [`--${name}=${flags[name]}`],
      ),
      `--progress=${flags.progress}`,
      ...(flags.threads === undefined || (isWriting && command !== 'forecast') ? [] : [`--threads=${flags.threads}`]),
      // What is no report goes to stdout only if it is said to.
      ...(isWriting && !this.argv.some((word) => /^(-o|--out)/.test(word)) ? [] : [`--out=${flags.out}`]),
      ...paths.flatMap((path) => [`--${ofParts}=${path}`]),
    ];
    await this.config.runCommand(command, [...its, ...said]);
    return undefined;
  }
}
