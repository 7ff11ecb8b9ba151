import {inputError} from '../base/errors.ts';
import {printable} from '../base/text.ts';
import {formatCount, formatTimeUs, US_PER_MS} from '../base/units.ts';
import type {DuckdbLimits} from '../files/duckdb.ts';
import {checkOutput} from '../files/output.ts';
import type {RowTally, SkippedRow} from '../files/rows.ts';
import {appsOf} from '../workload/apps.ts';
import {invocationsOfDraft, type WorkloadDraft} from '../workload/build/draft.ts';
import {writeWorkload} from '../workload/file/file.ts';
import {type CollectedTrace, collectTrace, type TraceOptions} from './read-trace.ts';

export interface IngestRequest extends TraceOptions {
  /** Files, folders, `-` for stdin. */
  readonly paths: readonly string[];
  /** Where the workload goes, `-` for stdout. */
  readonly out: string;
  readonly force: boolean;
  /** More than this share of the rows skipped is bad input. */
  readonly maxSkipped: number;
  /** What counts a log by the minute before it is read; undefined: our own scanner reads it call by call. */
  readonly counting?: (DuckdbLimits & {readonly from: string | undefined}) | undefined;
}

/** What `ingest --json` prints. */
export interface IngestReport {
  readonly schema: 'coldfront.ingest/1';
  /** Name of the format that the files were read as. */
  readonly format: string;
  readonly functions: number;
  readonly apps: number;
  readonly owners: number;
  readonly invocations: number;
  readonly spanMs: number;
  /** When time 0 is, ISO 8601; '' where the trace does not say. */
  readonly startTime: string;
  /** Calls whose duration is not known. */
  readonly withoutDuration: number;
  /** Calls of which it is not known whether they were cold. */
  readonly withoutCold: number;
  /** Calls that the trace says were cold; null where it says that of none. */
  readonly coldObserved: number | null;
  /** Rows of all files that should hold something, headers not counted, skipped ones included. */
  readonly rowsRead: number;
  readonly rowsSkipped: number;
  /** The first skipped rows; `skippedByRule` counts all. */
  readonly skipped: readonly SkippedRow[];
  readonly skippedByRule: Readonly<Record<string, number>>;
  readonly notes: readonly string[];
  readonly out: string;
}

/** Reads a trace and writes it as a workload. What of it was lost is said in `warning`, which is worth breaking silence. */
export async function ingest(request: IngestRequest): Promise<{report: IngestReport; warning: string | undefined}> {
  checkOutput(request.out, request.force);
  const trace = await traceOf(request);
  const {draft} = trace;
  try {
    const report = reportOf(trace, request.out);
    refuseLosses(request, trace.tally, report.invocations);
    await writeWorkload(draft, request.out, request);
    return {report, warning: warningOf(trace.tally)};
  } finally {
    draft.release();
  }
}

async function traceOf({counting, ...request}: IngestRequest): Promise<CollectedTrace> {
  if (counting === undefined) return collectTrace(request.paths, request);
  const {countFiles} = await import('./sql/count-files.ts');
  return countFiles(request.paths, {...request, from: counting.from}, counting);
}

function reportOf({draft, tally, notes, calls, format}: CollectedTrace, out: string): IngestReport {
  const {clampedDurations, spanUs, startTime} = draft.meta;
  const clamped = clampedDurations > 0 ? [`durations below 0 that were made 0: ${formatCount(clampedDurations)}`] : [];
  const invocations = invocationsOfDraft(draft);
  const withoutStart = calls?.withoutStart ?? invocations;
  return {
    schema: 'coldfront.ingest/1',
    format,
    functions: draft.functions,
    apps: appsOf(draft).count,
    owners: new Set(draft.owner.id).size,
    invocations,
    spanMs: spanUs / US_PER_MS,
    startTime,
    withoutDuration: calls?.withoutDuration ?? callsWithoutMean(draft),
    withoutCold: withoutStart,
    coldObserved: withoutStart < invocations ? (calls?.cold ?? null) : null,
    rowsRead: tally.read,
    rowsSkipped: tally.skipped,
    skipped: tally.first,
    skippedByRule: Object.fromEntries(tally.byRule),
    notes: [...notes, ...clamped],
    out,
  };
}

/** Counted calls of functions of whose durations nothing is known. */
function callsWithoutMean(draft: WorkloadDraft): number {
  const {meanMs, percentileMs, levels} = draft.duration;
  const unknown = (f: number) => Number.isNaN(meanMs[f]!) && !(percentileMs[f * levels.length]! >= 0);
  let total = 0;
  for (let f = 0; f < draft.functions; f++) {
    if (!unknown(f)) continue;
    // As many functions as follow one another are one look at the lists.
    const from = f;
    while (f + 1 < draft.functions && unknown(f + 1)) f++;
    total += invocationsOfDraft(draft, from, f + 1);
  }
  return total;
}

/** A workload without calls, or made of the few rows that made sense, must not take the place of an old one. */
function refuseLosses({paths, maxSkipped}: IngestRequest, tally: RowTally, invocations: number): void {
  const place = paths.map((path) => (path === '-' ? 'stdin' : path)).join(', ');
  const {read, skipped} = tally;
  if (invocations === 0) {
    const reason = skipped > 0 ? `none of its ${many(read, 'row')} could be used` : 'holds no call';
    throw inputError(place, `${reason}; no workload was written`, ...reasonsOf(tally));
  }
  if (skipped <= maxSkipped * read) return;
  throw inputError(
    place,
    `${lossOf(tally)}, more than --max-skipped ${formatShare(maxSkipped)}; no workload was written`,
    ...reasonsOf(tally),
    'allow more with --max-skipped, if that is meant',
  );
}

function warningOf(tally: RowTally): string | undefined {
  if (tally.skipped === 0) return undefined;
  return `${lossOf(tally)}: ${reasonsOf(tally).join('; ')}`;
}

function lossOf({read, skipped}: RowTally): string {
  return `${formatCount(skipped)} of ${formatCount(read)} rows (${formatShare(skipped / read)}) were skipped`;
}

function reasonsOf({first, byRule}: RowTally): string[] {
  // Rows that an engine has counted have no lines.
  if (first.length === 0) return [...byRule].map(([rule, rows]) => printable(`${formatCount(rows)} because ${rule}`));
  return first.slice(0, 3).map(({file, line, reason}) => printable(`${file}:${line}: ${reason}`));
}

function formatShare(share: number): string {
  const percent = 100 * share;
  return `${percent >= 10 || percent === 0 ? Math.round(percent) : Number(percent.toPrecision(2))} %`;
}

/** The report for people. */
export function ingestText(report: IngestReport): string {
  const {functions, apps, owners, invocations, spanMs, rowsRead, rowsSkipped, skipped, skippedByRule, out} = report;
  const {withoutDuration, coldObserved, withoutCold, startTime, format} = report;
  const known = invocations - withoutCold;
  const lines = [
    `${many(functions, 'function')} of ${many(apps, 'app')} and ${many(owners, 'owner')}, ` +
      `${many(invocations, 'invocation')} in ${formatTimeUs(spanMs * US_PER_MS)}${startTime === '' ? '' : ` from ${startTime}`}`,
    ...(coldObserved === null
      ? []
      : [`${formatCount(coldObserved)} of ${many(known, 'call')} were cold, as the trace says`]),
    ...(withoutDuration === 0 ? [] : [`${many(withoutDuration, 'call')} without a duration`]),
    ...(coldObserved === null || withoutCold === 0
      ? []
      : [`${many(withoutCold, 'call')} without a word on cold starts`]),
    `${many(rowsRead, 'row')} read as ${format}, ${formatCount(rowsSkipped)} skipped`,
    ...Object.entries(skippedByRule).map(([rule, rows]) => `  ${formatCount(rows)} because ${rule}`),
    ...skipped.map(({file, line, reason}) => `  ${file}:${line}: ${reason}`),
    `workload: ${out === '-' ? 'stdout' : out}`,
  ];
  return `${lines.map(printable).join('\n')}\n`;
}

function many(count: number, what: string): string {
  return `${formatCount(count)} ${what}${count === 1 ? '' : 's'}`;
}
