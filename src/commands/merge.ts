import {Args} from '@oclif/core';
import {inputError} from '../base/errors.ts';
import {BaseCommand} from './flags/base-command.ts';
import {commonFlags, outputFlags, reportFlags, threadsFlag, timingFlag} from './flags/common-flags.ts';

/** Commands whose cells may be shared out. */
const shared = ['replay', 'frontier'];

export default class Merge extends BaseCommand {
  static override summary = 'Join the parts of all shards of a run: the report of one machine, byte for byte.';
  static override description =
    'Shards are made by --shard K/N of replay and frontier. Parts may be named in any order; run it where the workload\n' +
    'and the other files of the run are. Every other output of the run (--calls, --per-function) is written here.';
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
    const {Parts} = await import('../tasks/shard/part.ts');
    const parts = new Parts(paths);
    const {version, command, argv: its} = parts.run;
    parts.close();
    if (version !== this.config.version) {
      throw inputError(
        paths[0]!,
        `is made by version ${version}, this is ${this.config.version}`,
        'merge by that version',
      );
    }
    if (!shared.includes(command)) throw inputError(paths[0]!, `is of '${command}', which is not shared out`);
    const said = [
      ...(this.jsonEnabled() ? ['--json'] : []),
      ...(['csv', 'markdown', 'force', 'quiet', 'debug', 'no-color', 'timing'] as const).flatMap((name) =>
        flags[name] ? [`--${name}`] : [],
      ),
      ...(flags.threads === undefined ? [] : [`--threads=${flags.threads}`]),
      `--out=${flags.out}`,
      ...paths.flatMap((path) => [`--parts=${path}`]),
    ];
    await this.config.runCommand(command, [...its, ...said]);
    return undefined;
  }
}
