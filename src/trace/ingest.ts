import {printable} from '../base/text.ts';
import {formatCount, formatTimeUs, US_PER_MS} from '../base/units.ts';
import {checkOutput} from '../files/output.ts';
import type {SkippedRow} from '../files/rows.ts';
import {appsOf} from '../workload/apps.ts';
import {invocationsOfDraft} from '../workload/build/draft.ts';
import {writeWorkload} from '../workload/file/file.ts';
import {collectTrace, type TraceOptions} from './read-trace.ts';

export interface IngestRequest extends TraceOptions {
  /** Files, folders, `-` for stdin. */
  readonly paths: readonly string[];
  /** Where the workload goes, `-` for stdout. */
  readonly out: string;
  readonly force: boolean;
}

/** What `ingest --json` prints. */
export interface IngestReport {
  readonly schema: 'coldfront.ingest/1';
  readonly functions: number;
  readonly apps: number;
  readonly owners: number;
  readonly invocations: number;
  readonly spanMs: number;
  /** Rows of all files, headers not counted, skipped ones included. */
  readonly rowsRead: number;
  readonly rowsSkipped: number;
  /** The first skipped rows; `skippedByRule` counts all. */
  readonly skipped: readonly SkippedRow[];
  readonly skippedByRule: Readonly<Record<string, number>>;
  readonly out: string;
}

/** Reads a trace and writes it as a workload. */
export async function ingest(request: IngestRequest): Promise<{report: IngestReport; notes: readonly string[]}> {
  checkOutput(request.out, request.force);
  const {draft, tally, notes} = await collectTrace(request.paths, request);
  const invocations = invocationsOfDraft(draft);
  writeWorkload(draft, request.out, request);
  draft.release();
  const report: IngestReport = {
    schema: 'coldfront.ingest/1',
    functions: draft.functions,
    apps: appsOf(draft).count,
    owners: new Set(draft.owner.id).size,
    invocations,
    spanMs: draft.meta.spanUs / US_PER_MS,
    rowsRead: tally.read,
    rowsSkipped: tally.skipped,
    skipped: tally.first,
    skippedByRule: Object.fromEntries(tally.byRule),
    out: request.out,
  };
  const {clampedDurations} = draft.meta;
  const clamped = clampedDurations > 0 ? [`durations below 0 that were made 0: ${formatCount(clampedDurations)}`] : [];
  return {report, notes: [...notes, ...clamped]};
}

/** The report for people. */
export function ingestText(report: IngestReport): string {
  const {functions, apps, owners, invocations, spanMs, rowsRead, rowsSkipped, skipped, skippedByRule, out} = report;
  const lines = [
    `${many(functions, 'function')} of ${many(apps, 'app')} and ${many(owners, 'owner')}, ` +
      `${many(invocations, 'invocation')} in ${formatTimeUs(spanMs * US_PER_MS)}`,
    `${many(rowsRead, 'row')} read, ${formatCount(rowsSkipped)} skipped`,
    ...Object.entries(skippedByRule).map(([rule, rows]) => `  ${formatCount(rows)} because ${rule}`),
    ...skipped.map(({file, line, reason}) => `  ${file}:${line}: ${reason}`),
    `workload: ${out === '-' ? 'stdout' : out}`,
  ];
  return `${lines.map(printable).join('\n')}\n`;
}

function many(count: number, what: string): string {
  return `${formatCount(count)} ${what}${count === 1 ? '' : 's'}`;
}
