import {Args, Flags} from '@oclif/core';
import {readerOf} from '../base/readers.ts';
import {US_PER_SECOND} from '../base/units.ts';
import {jobEngines} from '../tasks/job/engines/registry.ts';
import {BaseCommand} from './flags/base-command.ts';
import {commonFlags, outputFlags} from './flags/common-flags.ts';
import {wordsOf} from './flags/shard-flags.ts';
import {countFlag, lengthFlag, roomFlag, valueFlag} from './flags/value-flags.ts';
import Frontier from './frontier.ts';
import Replay from './replay.ts';

/** Commands whose cells may be shared out. */
const shared = ['replay', 'frontier'];

const nameFlag = valueFlag(
  readerOf(
    (text) => text,
    (text) => /^[a-z]([-a-z0-9]{0,48}[a-z0-9])?$/.test(text),
    'letters a to z, digits and hyphens, at most 50, a letter first',
  ),
);

export default class Job extends BaseCommand {
  static override readonly doing = 'measuring';
  static override summary = 'Write the files that run a replay or a sweep in shares on an engine of yours.';
  static override description =
    `A share a task, and what joins the parts once all have ended well; a share that fails for good fails the job, one that
is run again changes nothing. Time and memory are measured on the first calls of the workload unless both are given.
Engines:\n${jobEngines.summaries()}`;
  static override examples = [
    '<%= config.bin %> job --engine slurm --shards 16 --out nightly -- replay w.arrow --policy adaptive --hosts 1000 --cells 64 --json --out report.json',
    '<%= config.bin %> job --engine kubernetes --shards 8 --image registry.example/coldfront:1 --volume traces --out nightly -- frontier w.arrow',
  ];
  static override strict = false;
  static override args = {
    command: Args.string({
      required: true,
      options: shared,
      description: 'after --: replay or frontier with its arguments',
      ignoreStdin: true,
    }),
  };
  static override flags = {
    engine: valueFlag((text) => jobEngines.named(text))({
      required: true,
      helpValue: 'NAME',
      summary: `What runs it: ${jobEngines.names.join(', ')}.`,
    }),
    shards: countFlag(1)({required: true, helpValue: 'N', summary: 'How many tasks.'}),
    out: Flags.string({
      char: 'o',
      required: true,
      helpValue: 'FOLDER',
      summary: 'Folder of the files, made where it is not there.',
    }),
    name: nameFlag({default: 'coldfront', summary: 'Name of the job.'}),
    retries: countFlag(0)({
      default: 2,
      summary: 'How often a share that failed is tried again, wrong flags and input apart.',
    }),
    cpus: countFlag(1)({default: 1, summary: 'Processors, and threads, of a task.'}),
    time: lengthFlag({
      helpValue: 'TIME',
      summary: 'Most time of a task. [default: three times what is measured, and 5m]',
    }),
    memory: roomFlag({
      helpValue: 'SIZE',
      summary: 'Memory of a task. [default: half as much again as is measured, and 256MiB]',
    }),
    queue: Flags.string({summary: 'Partition of Slurm, job queue of AWS Batch.'}),
    image: Flags.string({summary: 'Container image that has the tool, for kubernetes and aws-batch.'}),
    volume: Flags.string({summary: 'Where the workload lies: a persistent volume claim, or a file system of EFS.'}),
    program: Flags.string({default: 'coldfront', summary: 'Words that start the tool there.'}),
    ...commonFlags,
    ...outputFlags,
  };

  async run(): Promise<unknown> {
    const {flags, raw} = await this.parse(Job);
    // oclif's own list of them has words in another order where a flag before -- and one after it are alike.
    const [command, ...words] = raw.flatMap(({type, input}) => (type === 'arg' ? [input] : []));
    const {run, argv: shared, report} = await this.sharedOut(command!, words);
    const {jobText, writeJob} = await import('../tasks/job/write-job.ts');
    const form = report.includes('--json') ? 'json' : report.includes('--csv') ? 'csv' : 'txt';
    const told = report.some((word) => /^(--out|-o)/.test(word))
      ? report
      : [...report, `--out=${flags.out}/report.${form}`];
    const written = await writeJob(
      {
        engine: flags.engine,
        run,
        job: {
          name: flags.name,
          shards: flags.shards,
          retries: flags.retries,
          program: flags.program.split(/\s+/),
          argv: [command!, ...shared],
          reportFlags: told,
          folder: flags.out,
          queue: flags.queue,
          image: flags.image,
          volume: flags.volume,
        },
        memoryMib: flags.memory,
        limitSeconds: flags.time === undefined ? undefined : flags.time / US_PER_SECOND,
        cpus: flags.cpus,
        force: flags.force,
      },
      this.listener(),
    );
    return this.present(written, jobText);
  }

  /** The command after --, as it would understand its words. */
  private async sharedOut(command: string, words: string[]) {
    if (command === 'replay') {
      const {parsed, request} = await new Replay(words, this.config).asked();
      return {run: {kind: 'replay', request} as const, ...wordsOf(Replay.flags, parsed.raw)};
    }
    const {parsed, request} = await new Frontier(words, this.config).asked();
    return {run: {kind: 'frontier', request} as const, ...wordsOf(Frontier.flags, parsed.raw)};
  }
}
