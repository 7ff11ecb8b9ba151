import {Args, Flags} from '@oclif/core';
import {usageError} from '../base/errors.ts';
import {readerOf} from '../base/readers.ts';
import {parseShare, parseTimeUs, US_PER_SECOND} from '../base/units.ts';
import {writeOutput} from '../files/output.ts';
import {seriesValues} from '../trace/format.ts';
import {traceFormats} from '../trace/formats.ts';
import {sqlDialects} from '../trace/sql/dialects.ts';
import {bytesOf} from '../trace/trace-files.ts';
import {BaseCommand} from './flags/base-command.ts';
import {commonFlags, outputFlags} from './flags/common-flags.ts';
import {countFlag, roomFlag, valueFlag} from './flags/value-flags.ts';

/** Takes about a second: less needs no progress, whose drawing takes half of one to load. */
const SLOW_BYTES = 1 << 24;

const enginesGroup = {helpGroup: 'LOGS THAT LIE ELSEWHERE, OR ARE LARGER THAN MEMORY'};
const settingsGroup = {helpGroup: 'SETTINGS OF FORMATS'};

/** `50%` or `0.5`. */
const shareFlag = valueFlag(readerOf(parseShare, (share) => share >= 0 && share <= 1, 'a share such as 10% or 0.1'));

/** A length of time that counts may be of. */
const periodFlag = valueFlag(readerOf(parseTimeUs, (us) => us >= US_PER_SECOND && Number.isFinite(us), 'at least 1s'));

export default class Ingest extends BaseCommand {
  static override readonly doing = 'reading';
  static override summary = 'Read invocation traces and write them as a workload.';
  static override description =
    `Formats:\n${traceFormats.parts.map(({name, summary}) => `  ${name}: ${summary}`).join('\n')}

Fields of --map: function app owner trigger arrival end minute count weight duration cold memory session room. Times take a unit (ns us
ms s m h d, iso, us-date or eu-date for a date, each with a zone: iso@Europe/Rome), sizes too (MiB GB ...), and cells may say
their own: --map function=fn,arrival=ts:ms,duration=dur:ms,memory=mb:MiB. Numbers of s, ms, us and ns after the year 2000
are dates, unless :rel says that they are relative (arrival=ts:s:rel). An end becomes an arrival: end - duration - cold.
Blank means unknown, but for a blank cold start, which was warm; a call stays a call. weight: calls that a row stands
for. count=COL:counter: a running total. Keys within keys, and JSON within cells, are reached by dots.

Rows that make no sense are skipped and counted by reason, the first 20 named by file and line; --strict refuses them.
Where more are skipped than --max-skipped allows, or no call is left, nothing is written and the old file stays.`;
  static override examples = [
    '<%= config.bin %> ingest azurefunctions-dataset2019/ --out w.arrow',
    'zcat calls.csv.gz | <%= config.bin %> ingest - --format azure-2021 --out - | <%= config.bin %> describe -',
    "<%= config.bin %> ingest 'calls/*.parquet' --engine duckdb --map function=fn,arrival=ts:ms,duration=ms:ms --out w.arrow",
    '<%= config.bin %> ingest --print-sql athena --from table:logs.calls --map function=fn,arrival=ts:iso,duration=ms:ms',
    '<%= config.bin %> ingest log.csv --format csv --map function=fn,arrival=ts:iso,duration=ms:ms --out w.arrow',
  ];
  static override strict = false;
  static override args = {
    trace: Args.string({
      ignoreStdin: true,
      description: 'files or folders, - for stdin; gzip is unpacked; for DuckDB globs too',
    }),
  };
  static override flags = {
    out: Flags.string({char: 'o', summary: 'Workload file to write, - for stdout.'}),
    format: Flags.string({
      default: 'auto',
      options: ['auto', ...traceFormats.names],
      summary: 'Shape of the trace; auto goes by what the files hold.',
    }),
    strict: Flags.boolean({summary: 'Refuse the first row that would be skipped.'}),
    'max-skipped': shareFlag({
      default: '50%',
      summary: 'Refuse a trace of which more than this share of rows is skipped.',
    }),
    'allow-duplicates': Flags.boolean({summary: 'Read the same file or day twice, and count its calls twice.'}),
    map: Flags.string({
      summary: 'Columns of a csv, ndjson or parquet trace, FIELD=COLUMN[:UNIT],...',
      ...settingsGroup,
    }),
    where: Flags.string({
      multiple: true,
      multipleNonGreedy: true,
      summary: 'Read rows with this text in this column only, COLUMN=VALUE.',
      ...settingsGroup,
    }),
    dedupe: Flags.string({
      summary: 'Of rows with the same text in this column, read the first only.',
      ...settingsGroup,
    }),
    period: periodFlag({summary: 'How long a count is of. [default: as the times say]', ...settingsGroup}),
    values: Flags.option({
      options: seriesValues,
      summary: 'What numbers of metrics are. [default: as their name and shape say]',
      ...settingsGroup,
    })(),
    function: Flags.string({summary: 'Name of the function where the log does not say it.', ...settingsGroup}),
    'app-memory': Flags.option({
      options: ['whole', 'split'] as const,
      default: 'whole' as const,
      summary: "An app's memory is that of each of its functions, or split over them.",
      ...settingsGroup,
    })(),
    engine: Flags.option({
      options: ['scan', 'duckdb'] as const,
      default: 'scan' as const,
      summary: 'Our own scanner reads call by call; DuckDB counts calls by the minute, logs beyond memory too.',
      ...enginesGroup,
    })(),
    'engine-memory': roomFlag({
      default: '600MiB',
      summary: 'Memory that DuckDB may use; it writes the rest to the temporary folder.',
      ...enginesGroup,
    }),
    'print-sql': Flags.string({
      options: sqlDialects.names as string[],
      summary: 'Print the query that counts a raw log where it lies and writes what ingest reads, and do nothing else.',
      ...enginesGroup,
    }),
    from: Flags.string({
      helpValue: 'lambda-json|otlp|table:NAME',
      summary: 'What the raw log is, and where: a table, or for DuckDB files.',
      ...enginesGroup,
    }),
    threads: countFlag(1)({summary: 'Threads of DuckDB. [default: as many as processors]', ...enginesGroup}),
    ...commonFlags,
    ...outputFlags,
  };

  async run(): Promise<unknown> {
    const {argv, flags} = await this.parse(Ingest);
    const paths = argv as string[];
    if (flags['print-sql'] !== undefined) return this.printSql(flags['print-sql'], paths, flags);
    const {out} = flags;
    if (out === undefined) throw usageError('Missing required flag out', 'name the workload to write: --out w.arrow');
    const isCounted = flags.engine === 'duckdb';
    if (paths.length === 0 && !(isCounted && flags.from !== undefined))
      throw usageError('Missing 1 required arg: trace', 'files or folders, - for stdin');
    if (flags.from !== undefined && !isCounted) throw usageError('--from goes with --print-sql or --engine duckdb');
    const {ingest, ingestText} = await import('../trace/ingest.ts');
    const {progress} = this.listener();
    const bytes = progress && !isCounted ? bytesOf(paths) : 0;
    const bar = bytes < SLOW_BYTES ? undefined : await progress?.('reading', bytes, 'bytes');
    const counting = {memoryMib: flags['engine-memory'], threads: flags.threads, from: flags.from};
    const request = {
      ...flags,
      ...{paths, out},
      maxSkipped: flags['max-skipped'],
      allowDuplicates: flags['allow-duplicates'],
      periodUs: flags.period,
      functionName: flags.function,
      appMemory: flags['app-memory'],
      counting: isCounted ? counting : undefined,
      onBytes: bar?.advance,
    };
    const {report, warning} = await ingest(request).finally(() => bar?.stop());
    for (const note of report.notes) this.note(note);
    // What was lost is said whoever wants silence: a cron job's mail is the only place to see it.
    if (warning !== undefined) process.stderr.write(`warning: ${warning}\n`);
    return this.present(report, flags.quiet ? () => '' : ingestText, out);
  }

  private async printSql(dialect: string, paths: readonly string[], flags: SqlFlags): Promise<unknown> {
    if (flags.from === undefined) {
      throw usageError('--print-sql needs --from: what the raw log is', '--from lambda-json, otlp or table:NAME');
    }
    const {printSql} = await import('../trace/sql/print-sql.ts');
    const request = {
      ...{dialect, from: flags.from, paths, map: flags.map, where: flags.where},
      functionName: flags.function,
    };
    const sql = printSql(request);
    writeOutput(flags.out ?? '-', flags.force, (sink) => sink.write(sql));
    return undefined;
  }
}

interface SqlFlags {
  readonly from?: string | undefined;
  readonly map?: string | undefined;
  readonly where?: readonly string[] | undefined;
  readonly function?: string | undefined;
  readonly out?: string | undefined;
  readonly force: boolean;
}
