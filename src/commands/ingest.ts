import {Args, Flags} from '@oclif/core';
import {traceFormats} from '../trace/formats.ts';
import {bytesOf} from '../trace/trace-files.ts';
import {BaseCommand} from './flags/base-command.ts';
import {commonFlags, outputFlags} from './flags/common-flags.ts';

/** Takes about a second: less needs no progress, whose drawing takes half of one to load. */
const SLOW_BYTES = 1 << 24;

export default class Ingest extends BaseCommand {
  static override summary = 'Read invocation traces and write them as a workload.';
  static override description = `Formats:\n${traceFormats.map(({name, summary}) => `  ${name}: ${summary}`).join('\n')}

Fields of --map: function app owner trigger arrival end minute count duration cold memory. Times take a unit (ns us ms s
m h d, or iso for a date), sizes too (MiB GB ...): --map function=fn,arrival=ts:ms,duration=dur:ms,memory=mb:MiB.

Rows that make no sense are skipped and counted by reason, the first 20 named by file and line; --strict refuses them.`;
  static override examples = [
    '<%= config.bin %> ingest azurefunctions-dataset2019/ --out w.arrow',
    'zcat calls.csv.gz | <%= config.bin %> ingest - --format azure-2021 --out - | <%= config.bin %> describe -',
    '<%= config.bin %> ingest log.csv --format csv --map function=fn,arrival=ts:iso,duration=ms:ms --out w.arrow',
  ];
  static override strict = false;
  static override args = {
    trace: Args.string({
      required: true,
      ignoreStdin: true,
      description: 'files or folders, - for stdin; gzip is unpacked',
    }),
  };
  static override flags = {
    out: Flags.string({char: 'o', required: true, summary: 'Workload file to write, - for stdout.'}),
    format: Flags.string({
      default: 'auto',
      options: ['auto', ...traceFormats.map(({name}) => name)],
      summary: 'Shape of the trace; auto goes by the header.',
    }),
    map: Flags.string({summary: 'Columns of a csv or ndjson trace, FIELD=COLUMN[:UNIT],...'}),
    strict: Flags.boolean({summary: 'Refuse the first row that would be skipped.'}),
    'app-memory': Flags.option({
      options: ['whole', 'split'] as const,
      default: 'whole' as const,
      summary: "An app's memory is that of each of its functions, or split over them.",
    })(),
    ...commonFlags,
    ...outputFlags,
  };

  async run(): Promise<unknown> {
    const {argv, flags} = await this.parse(Ingest);
    const {ingest, ingestText} = await import('../trace/ingest.ts');
    const paths = argv as string[];
    const {progress} = this.listener();
    const bytes = progress ? bytesOf(paths) : 0;
    const bar = bytes < SLOW_BYTES ? undefined : await progress?.('reading', bytes, 'bytes');
    const request = {...flags, paths, appMemory: flags['app-memory'], onBytes: bar?.advance};
    const {report, notes} = await ingest(request).finally(() => bar?.stop());
    for (const note of notes) this.note(note);
    return this.present(report, flags.quiet ? () => '' : ingestText, flags.out);
  }
}
